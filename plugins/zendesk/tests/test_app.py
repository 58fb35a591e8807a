"""The app beside a ticket, in Chromium, between a stand-in for Zendesk and the real service."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from plugins.zendesk.tests.host import AGENT, APP, COPIED, SDK, STANDIN, Zendesk, comment, zendesk
from tests.e2e.browser import NOT_LOADED
from tests.e2e.doors import new_key
from tests.e2e.site import GOOD as DATED
from tests.e2e.site import Site, eventually, running

HOSTILE = (
    "<script>document.title = 'stolen'</script><img src=x onerror=\"document.title='stolen'\">"
    "\u202etxet\u202c & <b>bold</b>"
)
OFFER = "delivered free within two working days"
GOOD = DATED.replace("delivered free on Thursday 23 October", OFFER).replace("Wednesday noon", "noon tomorrow")
WRONG = GOOD.replace(OFFER, "and a refund of £99.99")
UNUSABLE = " "
ORDER = "My kettle came with a cracked lid. I waited two weeks for it!"


@pytest.fixture(scope="module")
def host() -> Iterator[Zendesk]:
    """A help desk."""
    with zendesk() as found:
        yield found


@pytest.fixture(scope="module")
def amends(tmp_path_factory: pytest.TempPathFactory, host: Zendesk) -> Iterator[Site]:
    """The service, with a key, which the help desk and its apps may hold in a frame."""
    folder: Path = tmp_path_factory.mktemp("amends")
    with running(folder, AMENDS_DESK_FRAME_ANCESTORS=f"{host.url} {host.app}") as site:
        site.headers["Authorization"] = f"Bearer {new_key(folder, 'zendesk')}"
        yield site


@pytest.fixture
def ticket(context: BrowserContext, page: Page, host: Zendesk, amends: Site) -> Zendesk:
    """A complaint at the help desk, whose settings are as they should be."""
    assert page
    context.route(SDK, lambda route: route.fulfill(path=STANDIN / "sdk.js", content_type="text/javascript"))
    host.settings = {
        "amends_url": f"{amends.url}/",
        "brand": "Harbourline Home",
        "agent_role": "Customer Care",
        "facts": "One Tern kettle at £42.50 was delivered on 21 October.\n",
        "remedies": f"replacement: a new Tern kettle, {OFFER}",
        "follow_up_person": "Priya Nair",
        "follow_up_channel": "020 7946 0142",
        "follow_up_by": "noon tomorrow",
    }
    host.secure = {"access_key": amends.headers["Authorization"].removeprefix("Bearer ")}
    host.comments = [
        comment(1, "When will my kettle arrive?"),
        comment(2, "It is on its way and comes on 21 October.", AGENT),
        comment(3, "Difficult customer.", AGENT, public=False),
        comment(4, ORDER),
    ]
    host.customer, host.channel, host.ticket, host.width = "Dana Okafor", "email", 4711, 420
    host.proxied.clear()
    amends.model.text, amends.model.broken, amends.model.seconds = GOOD, False, 0.0
    return host


def beside(page: Page, host: Zendesk) -> FrameLocator:
    """The app, opened beside the ticket."""
    page.goto(host.url)
    return page.frame_locator("iframe")


def draft(app: FrameLocator) -> FrameLocator:
    """The desk, once the agent asked for a draft."""
    app.get_by_role("button", name="Draft").click()
    desk = app.frame_locator("iframe")
    expect(desk.get_by_role("textbox", name="Reply to the customer")).to_be_visible(timeout=20_000)
    return desk


def test_from_the_ticket_to_its_reply(page: Page, ticket: Zendesk, amends: Site) -> None:
    """The draft is about the ticket; its text goes into the reply, and nothing is sent."""
    desk = draft(beside(page, ticket))
    app = page.frame_locator("iframe")
    expect(app.get_by_role("status")).to_contain_text("passed every check")
    case = amends.ask("GET", f"/v1/drafts/{newest(amends)}/case")
    assert case["complaint"] == {
        "text": ORDER,
        "channel": "email",
        "public": None,
        "customer_name": "Dana Okafor",
        "language": None,
    }
    assert [each["from"] for each in case["context"]["history"]] == ["customer", "agent"]
    assert case["context"]["agent"] == {"name": "Maya Lindqvist", "role": "Customer Care"}
    assert case["context"]["customer_ref"] == "zendesk-user-901"
    assert "Difficult" not in json.dumps(case)
    desk.get_by_role("button", name="Insert into the reply").click()
    expect(app.get_by_role("status")).to_contain_text("Put into the reply")
    assert page.locator("#editor").inner_text() == GOOD
    desk.get_by_role("button", name="I sent it").click()
    expect(app.get_by_role("status")).to_have_text("Recorded.")
    assert {each[0] for each in page.evaluate("invoked")} == {"ticket.editor.insert", "resize"}


def test_the_page_never_has_the_key(page: Page, ticket: Zendesk) -> None:
    """The help desk puts it in; what the page sends has a placeholder."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.headers} {request.post_data}"))
    draft(beside(page, ticket))
    key = ticket.secure["access_key"]
    assert any("{{setting.access_key}}" in each for each in sent)
    assert not [each for each in sent if key in each]
    assert {headers["Authorization"] for _, _, headers in ticket.proxied} == {f"Bearer {key}"}


def test_a_ticket_is_drafted_once(page: Page, ticket: Zendesk, amends: Site) -> None:
    """Opened again it is the same draft, until the customer writes again."""
    draft(beside(page, ticket))
    first = newest(amends)
    draft(beside(page, ticket))
    assert newest(amends) == first
    ticket.comments.append(comment(5, "And nobody answers the telephone."))
    draft(beside(page, ticket))
    assert newest(amends) != first
    case = amends.ask("GET", f"/v1/drafts/{newest(amends)}/case")
    assert case["complaint"]["text"] == f"{ORDER}\n\nAnd nobody answers the telephone."


def test_a_ticket_that_was_answered(page: Page, ticket: Zendesk, amends: Site) -> None:
    """The agent is told, and the draft knows the answer; notes stay where they are."""
    ticket.comments += [
        comment(5, "We refunded you £42.50 today.", AGENT),
        comment(6, "Do not refund twice.", AGENT, public=False),
    ]
    draft(beside(page, ticket))
    status = page.frame_locator("iframe").get_by_role("status")
    expect(status).to_contain_text("This ticket was answered already, after what the customer wrote last")
    expect(status).to_contain_text("passed every check")
    case = amends.ask("GET", f"/v1/drafts/{newest(amends)}/case")
    assert case["complaint"]["text"] == ORDER
    assert [(each["from"], each["text"]) for each in case["context"]["history"]] == [
        ("customer", "When will my kettle arrive?"),
        ("agent", "It is on its way and comes on 21 October."),
        ("agent", "We refunded you £42.50 today."),
    ]
    assert "twice" not in json.dumps(case)


def test_whom_the_customer_copied_in(page: Page, ticket: Zendesk, amends: Site) -> None:
    """They speak for the customer, not for the business."""
    ticket.comments[1:1] = [comment(1, "You promised it for Monday.", COPIED)]
    ticket.comments.append(comment(5, "I saw the lid myself.", COPIED))
    draft(beside(page, ticket))
    expect(page.frame_locator("iframe").get_by_role("status")).to_have_text(
        "The draft passed every check that must pass."
    )
    case = amends.ask("GET", f"/v1/drafts/{newest(amends)}/case")
    assert case["complaint"]["text"] == f"{ORDER}\n\nI saw the lid myself."
    assert [each["from"] for each in case["context"]["history"]] == ["customer", "customer", "agent"]
    assert case["context"]["customer_ref"] == "zendesk-user-901"


def test_a_draft_that_needs_review(page: Page, ticket: Zendesk, amends: Site) -> None:
    """It is said above the desk, which marks the words."""
    amends.model.text = WRONG
    ticket.customer = "Sam Reed"
    desk = draft(beside(page, ticket))
    expect(page.frame_locator("iframe").get_by_role("status")).to_contain_text("needs review")
    expect(desk.locator('[data-check="remedies"], [data-check="grounding"]').first).to_be_visible()


def test_a_complaint_for_a_person(page: Page, ticket: Zendesk) -> None:
    """It is said why, in the policy's words alone."""
    ticket.comments.append(comment(5, "The kettle caught fire and burned my daughter's hand."))
    draft(beside(page, ticket))
    said = "A person should answer this one: Life or safety may be at stake. A person must answer now, and warn "
    expect(page.frame_locator("iframe").get_by_role("status")).to_have_text(f"{said}whoever can help.")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amends_url": ""}, "“Address of Amends” is missing"),
        ({"amends_url": "not an address"}, "“Address of Amends” is missing, or no address"),
        ({"amends_url": "http://amends.example.com"}, "must begin with https://"),
        ({"brand": " "}, "“Brand” is missing"),
        ({"remedies": "a voucher"}, "“Remedies” has a line that is not"),
        ({"amends_url": "http://127.0.0.1:9"}, "cannot be reached"),
        ({"policy": "none_such"}, "there is no such policy"),
    ],
)
def test_a_setting_that_is_wrong(page: Page, ticket: Zendesk, changes: dict[str, str], said: str) -> None:
    """It is named, with where to set it."""
    ticket.settings |= changes
    app = beside(page, ticket)
    button = app.get_by_role("button", name="Draft")
    expect(button.or_(app.get_by_role("alert")).first).to_be_visible()
    if button.is_visible():
        button.click()
    expect(app.get_by_role("alert")).to_contain_text(said)


@pytest.mark.parametrize("key", ["", "amends_0123456789ab_" + "x" * 43])
def test_a_key_that_is_refused(page: Page, ticket: Zendesk, key: str) -> None:
    """None, or a wrong one."""
    ticket.secure = {"access_key": key}
    app = beside(page, ticket)
    app.get_by_role("button", name="Draft").click()
    expect(app.get_by_role("alert")).to_contain_text("Amends refused the access key")
    expect(app.get_by_role("button", name="Draft")).to_be_enabled()


def test_a_draft_that_is_cancelled(page: Page, ticket: Zendesk, amends: Site) -> None:
    """It is said so, and the next click has another one made."""
    amends.model.broken = True
    ticket.comments.append(comment(6, "Hello?"))
    app = beside(page, ticket)
    app.get_by_role("button", name="Draft").click()
    eventually(lambda: read(ticket) != [])
    amends.ask("POST", f"{read(ticket)[-1]}/cancel")
    expect(app.get_by_role("alert")).to_contain_text("There is no draft: it was cancelled.")
    amends.model.broken = False
    draft(app)
    expect(app.get_by_role("status")).to_contain_text("passed every check")


def test_a_draft_that_fails(page: Page, ticket: Zendesk, amends: Site) -> None:
    """It is said why, beside the desk to write at; each further click has one other made, in however many windows."""
    amends.model.text = UNUSABLE
    ticket.comments.append(comment(6, "Is nobody there?"))
    app = beside(page, ticket)
    draft(app)
    said = app.get_by_role("alert")
    expect(said).to_have_text("There is no draft. The model gave no text. Write the reply yourself, or draft again.")
    assert len(failed(amends)) == 1
    text = app.frame_locator("iframe").get_by_role("textbox", name="Reply to the customer")
    text.fill("My own words")
    app.get_by_role("button", name="Draft again from the ticket").click()
    eventually(lambda: len(failed(amends)) == 2)
    expect(said).to_contain_text("There is no draft.")
    expect(text).to_contain_text("My own words")
    assert len(failed(amends)) == 2
    amends.model.text = GOOD
    other = page.context.new_page()
    apps = [beside(page, ticket), beside(other, ticket)]
    amends.model.seconds = 1.0
    for each in apps:
        each.get_by_role("button", name="Draft").click()
    for each in apps:
        expect(each.get_by_role("status")).to_contain_text("passed every check", timeout=20_000)
    assert len(failed(amends)) == 2
    assert len(set(read(ticket)[-2:])) == 1


def test_another_draft_that_does_not_come(page: Page, ticket: Zendesk) -> None:
    """The desk stays, with what the agent wrote there."""
    app = beside(page, ticket)
    text = draft(app).get_by_role("textbox", name="Reply to the customer")
    text.fill("My own words")
    ticket.secure = {"access_key": ""}
    app.get_by_role("button", name="Draft again from the ticket").click()
    expect(app.get_by_role("alert")).to_contain_text("Amends refused the access key")
    expect(text).to_contain_text("My own words")


def test_the_desk_is_used_while_another_draft_is_made(page: Page, ticket: Zendesk, amends: Site) -> None:
    """The text goes into the reply, and no third draft can be asked for meanwhile."""
    app = beside(page, ticket)
    desk = draft(app)
    first = read(ticket)[-1]
    amends.model.broken = True
    ticket.comments.append(comment(7, "Hello? Is anybody there?"))
    again = app.get_by_role("button", name="Draft again from the ticket")
    again.click()
    expect(again).to_be_disabled()
    desk.get_by_role("button", name="Insert into the reply").click()
    expect(app.get_by_role("status")).to_contain_text("Put into the reply")
    expect(again).to_be_disabled()
    eventually(lambda: read(ticket)[-1] != first)
    amends.ask("POST", f"{read(ticket)[-1]}/cancel")
    expect(again).to_be_enabled()


def test_a_ticket_without_a_customers_word(page: Page, ticket: Zendesk) -> None:
    """There is nothing to answer."""
    ticket.comments = [comment(1, "We called.", AGENT)]
    app = beside(page, ticket)
    app.get_by_role("button", name="Draft").click()
    expect(app.get_by_role("alert")).to_contain_text("The customer has written nothing")


def test_an_editor_that_is_closed(page: Page, ticket: Zendesk) -> None:
    """The text stays at the desk, and it is said what to do."""
    desk = draft(beside(page, ticket))
    page.evaluate("editor.hidden = true")
    desk.get_by_role("button", name="Insert into the reply").click()
    expect(page.frame_locator("iframe").get_by_role("alert")).to_contain_text("Zendesk did not take the text")
    expect(desk.get_by_role("textbox", name="Reply to the customer")).to_be_visible(timeout=20_000)


def test_hostile_texts_stay_texts(page: Page, ticket: Zendesk, amends: Site) -> None:
    """In the complaint, the customer's name and the draft, on the way into the reply too."""
    amends.model.text = f"{GOOD}\n\n{HOSTILE}"
    ticket.customer = HOSTILE[:80]
    ticket.comments[:0] = [comment(0, "字" * 19_000, AGENT)] * 60
    ticket.comments.append(comment(7, (HOSTILE + " complaint ") * 200))
    desk = draft(beside(page, ticket))
    desk.get_by_role("button", name="Insert into the reply").click()
    app = page.frame_locator("iframe")
    expect(app.get_by_role("status")).to_contain_text("Put into the reply")
    assert page.locator("#editor").inner_text().rstrip() == f"{GOOD}\n\n{HOSTILE}"
    assert page.title() == "Ticket"
    assert not page.locator("#editor *:not(br)").count()
    case = amends.ask("GET", f"/v1/drafts/{newest(amends)}/case")
    assert len(case["complaint"]["text"]) <= 20_000
    assert [each["text"][:3] for each in case["context"]["history"]] == ["字字字", "Whe", "It "]


def test_messages_of_other_pages_are_nothing(page: Page, ticket: Zendesk) -> None:
    """Only the desk's own frame puts text into the reply."""
    draft(beside(page, ticket))
    page.evaluate("frames[0].postMessage({type: 'amends:insert', text: 'stolen'}, '*')")
    page.frames[1].evaluate("postMessage({type: 'amends:insert', text: 'stolen'}, '*')")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")
    assert page.locator("#editor").inner_text() == ""


def test_without_the_framework(context: BrowserContext, page: Page, ticket: Zendesk, mistakes: list[str]) -> None:
    """A page on its own says what it is for."""
    mistakes += [NOT_LOADED]
    context.unroute(SDK)
    context.route(SDK, lambda route: route.abort())
    page.goto(f"{ticket.app}/assets/iframe.html")
    expect(page.get_by_role("alert")).to_contain_text("open this app beside a ticket")


def test_nothing_of_zendesk_is_in_the_app() -> None:
    """Its framework is loaded from its own address; and the parts of the manifest fit each other."""
    page = (APP / "assets" / "iframe.html").read_text()
    assert page.count("https://") == 1
    assert SDK in page
    manifest = json.loads((APP / "manifest.json").read_text())
    words = json.loads((APP / "translations" / "en.json").read_text())["app"]["parameters"]
    assert [each["name"] for each in manifest["parameters"]] == list(words)
    assert [each["name"] for each in manifest["parameters"] if each.get("secure")] == ["access_key"]


def read(ticket: Zendesk) -> list[str]:
    """The addresses of the drafts that the app asked after, as often as it did."""
    return [path for method, path, _ in ticket.proxied if method == "GET" and path != "/v1/drafts"]


def failed(amends: Site) -> list[str]:
    """The drafts without a text."""
    return [each["id"] for each in amends.ask("GET", "/v1/drafts?status=failed")["drafts"]]


def newest(amends: Site) -> str:
    """The id of the draft that was made last."""
    eventually(lambda: amends.ask("GET", "/v1/drafts?limit=1")["drafts"] != [])
    return str(amends.ask("GET", "/v1/drafts?limit=1")["drafts"][0]["id"])


def test_the_file_for_zendesk(tmp_path: Path) -> None:
    """It has the app and nothing else, for one host of Amends."""
    made = subprocess.run(
        [sys.executable, str(APP / "pack.py"), "amends.example.org", "--to", str(tmp_path / "a.zip")], check=True
    )
    assert made.returncode == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert json.loads(file.read("manifest.json"))["domainWhitelist"] == ["amends.example.org"]
        assert "assets/iframe.html" in file.namelist()
        assert not [name for name in file.namelist() if "test" in name or "sdk" in name]


def test_a_host_that_is_none(tmp_path: Path) -> None:
    """An address in its place is refused."""
    made = subprocess.run(
        [sys.executable, str(APP / "pack.py"), "https://amends.example.org"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert made.returncode == 2
    assert b"give its name alone" in made.stderr
    assert list(tmp_path.iterdir()) == []
