"""The dashboard app in Chromium, inside a page that speaks as Chatwoot does, with the real bot and service."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from plugins.chatwoot.tests.bot import GOOD, ORDER, Bot, bot
from plugins.chatwoot.tests.mock import DASHBOARD, Chatwoot, chatwoot
from tests.e2e.browser import NOT_LOADED
from tests.e2e.doors import new_key
from tests.e2e.site import Site, eventually, running

HOSTILE = "<script>document.title = 'stolen'</script><img src=x onerror=\"document.title='stolen'\"> \u202etxet\u202c"
SECONDS = 30


@pytest.fixture(scope="module")
def desk() -> Iterator[Chatwoot]:
    """Chatwoot."""
    with chatwoot() as found:
        yield found


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A port for the bot: the service must know it before the bot can begin."""
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", 0))
        yield int(free.getsockname()[1])


@pytest.fixture(scope="module")
def amends(tmp_path_factory: pytest.TempPathFactory, desk: Chatwoot, port: int) -> Iterator[Site]:
    """The service, with a key; its desk may be held in frames by Chatwoot, and by the bot's page in it."""
    folder = tmp_path_factory.mktemp("amends")
    with running(folder, AMENDS_DESK_FRAME_ANCESTORS=f"{desk.url} http://127.0.0.1:{port}") as site:
        site.headers["Authorization"] = f"Bearer {new_key(folder, 'chatwoot')}"
        yield site


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, amends: Site, desk: Chatwoot, port: int) -> Iterator[Bot]:
    """The bot."""
    with bot(tmp_path_factory.mktemp("bot"), amends, desk, PORT=str(port)) as found:
        yield found


@pytest.fixture
def app(program: Bot, desk: Chatwoot, amends: Site) -> Chatwoot:
    """Chatwoot with the dashboard app as it should be."""
    desk.app = f"{program.url}/dashboard/#key={DASHBOARD}"
    amends.model.text, amends.model.seconds = GOOD, 0.0
    return desk


def test_the_desk_in_a_tab_of_the_conversation(page: Page, app: Chatwoot) -> None:
    """It is asked for, shows the draft, and follows to another conversation."""
    for conversation, text in ((42, ORDER), (43, "The parcel was empty.")):
        app.send(app.written(conversation, text))
    eventually(lambda: len(app.notes) >= 2, SECONDS)
    app.shown = 42
    page.goto(app.url)
    inner = page.frame_locator("iframe").frame_locator("iframe")
    expect(inner.get_by_role("textbox", name="Reply to the customer")).to_contain_text("cracked lid")
    expect(inner.locator(".complaint")).to_contain_text(ORDER)
    assert "chatwoot-dashboard-app:fetch-info" in page.evaluate("asked")
    page.evaluate("conversation = 43; tell()")
    expect(inner.locator(".complaint")).to_contain_text("The parcel was empty.")


@pytest.mark.parametrize("keys", [None, "Alt+c", "Alt+i"])
def test_copy_and_paste(context: BrowserContext, page: Page, app: Chatwoot, keys: str | None) -> None:
    """The agent pastes the text into the reply: nothing else can put it there, and no button says that it does."""
    conversation = {None: 44, "Alt+c": 50, "Alt+i": 51}[keys]
    context.grant_permissions(["clipboard-read"], origin=app.url)
    opened(page, app, conversation)
    inner = page.frame_locator("iframe").frame_locator("iframe")
    copy = inner.get_by_role("button", name="Copy", exact=True)
    expect(inner.get_by_role("button", name="Insert into the reply")).to_have_count(0)
    if keys:
        inner.get_by_role("textbox", name="Reply to the customer").click()
        page.keyboard.press(keys)
    else:
        copy.click()
    expect(inner.get_by_text("Copied. Paste it into the help desk's reply, and send it there.")).to_be_visible()
    page.locator("body").evaluate("(body) => body.append(document.createElement('textarea'))")
    page.locator("textarea").click()
    page.keyboard.press("Control+v")
    expect(page.locator("textarea")).to_have_value(GOOD)
    assert app.notes_in(conversation)[-1].count("> ") > 3


def test_a_draft_that_is_coming_and_a_newer_one(page: Page, app: Chatwoot, amends: Site) -> None:
    """The page waits for it; when the customer writes again it offers the newer one, and takes nothing away."""
    app.shown = 45
    page.goto(app.url)
    outer = page.frame_locator("iframe")
    expect(outer.get_by_role("status")).to_contain_text("no draft for this conversation yet")
    amends.model.seconds = 3
    app.send(app.written(45, ORDER))
    expect(outer.get_by_role("status")).to_have_text("Amends is drafting a reply…", timeout=10_000)
    inner = outer.frame_locator("iframe")
    expect(inner.get_by_role("textbox", name="Reply to the customer")).to_be_visible(timeout=20_000)
    amends.model.seconds = 0
    app.send(app.written(45, "Hello?"))
    eventually(lambda: len(app.notes_in(45)) == 2, SECONDS)
    outer.get_by_role("button", name="Show the newer draft").click(timeout=30_000)
    expect(inner.locator(".complaint")).to_contain_text("Hello?")


def test_hostile_texts_stay_texts(page: Page, app: Chatwoot, amends: Site) -> None:
    """In the complaint, the name and the draft."""
    amends.model.text = f"{GOOD}\n\n{HOSTILE}"
    app.send(app.written(46, HOSTILE * 100, sender={"id": 902, "name": HOSTILE}))
    eventually(lambda: len(app.notes_in(46)) == 1, SECONDS)
    app.shown = 46
    page.goto(app.url)
    inner = page.frame_locator("iframe").frame_locator("iframe")
    expect(inner.get_by_role("textbox", name="Reply to the customer")).to_contain_text("<script>")
    assert page.title() == "Chatwoot"
    assert [frame.title() for frame in page.frames[1:]] != ["stolen"] * 2


def test_a_wrong_secret(page: Page, app: Chatwoot, program: Bot, mistakes: list[str]) -> None:
    """The page says what is wrong, and knows nothing."""
    mistakes += [NOT_LOADED]
    app.shown = 42
    app.app = f"{program.url}/dashboard/#key={'x' * 43}"
    page.goto(app.url)
    expect(page.frame_locator("iframe").get_by_role("status")).to_contain_text("secret is not the one")


def test_messages_of_other_pages_are_nothing(page: Page, app: Chatwoot) -> None:
    """Neither another origin nor what is no context opens a conversation."""
    app.shown = 47
    page.goto(app.url)
    outer = page.frame_locator("iframe")
    expect(outer.get_by_role("status")).to_contain_text("no draft for this conversation yet")
    frame = page.frames[1]
    frame.evaluate("postMessage(JSON.stringify({event: 'appContext', data: {conversation: {id: 42}}}), '*')")
    for wrong in ("'['", "'{}'", "{a: 1}", "JSON.stringify({event: 'appContext', data: {conversation: {id: '42'}}})"):
        page.evaluate(f"frame.contentWindow.postMessage({wrong}, '*')")
    frame.evaluate("new Promise((resolve) => setTimeout(resolve, 500))")
    assert outer.locator("iframe").count() == 0


def test_the_secret_goes_nowhere_else(page: Page, app: Chatwoot, program: Bot) -> None:
    """Not into an address that is asked for, a frame, a place that scripts read later, or the log."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    opened(page, app, 48)
    assert sent
    assert not [url for url in sent if DASHBOARD in url.partition("#")[0]]
    assert DASHBOARD not in page.frames[1].evaluate("location.href")
    assert DASHBOARD not in program.log


def test_a_page_of_its_own(page: Page, program: Bot) -> None:
    """Opened outside Chatwoot it says where it belongs."""
    page.goto(f"{program.url}/dashboard/")
    expect(page.get_by_role("status")).to_contain_text("This page is for Chatwoot")


def test_who_is_told_of_a_draft(app: Chatwoot, program: Bot) -> None:
    """Only who has the secret, and only as a link for a while; no other page may hold the app in a frame."""
    app.send(app.written(49, ORDER))
    eventually(lambda: len(app.notes_in(49)) == 1, SECONDS)
    for given in (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {DASHBOARD}"},
        {"Authorization": DASHBOARD},
    ):
        status, headers, body = asked(program, "/dashboard/conversations/49", given)
        assert (status, body) == (401, {"state": "refused"})
    right = {"Authorization": f"Bearer {DASHBOARD}"}
    status, headers, body = asked(program, "/dashboard/conversations/49", right)
    assert (status, body["state"]) == (200, "ready")
    assert set(body) == {"state", "draft", "url"}
    assert headers["cache-control"] == "no-store"
    assert f"frame-ancestors {app.url};" in headers["content-security-policy"]
    assert asked(program, f"/dashboard/conversations/49?known={body['draft']}", right)[2].keys() == {"state", "draft"}
    assert asked(program, f"/dashboard/conversations/{'9' * 30}", right)[2] == {"state": "none"}
    assert asked(program, "/dashboard/..%2fmain.py", right)[0] == 404


def test_without_a_secret_there_is_no_dashboard(app: Chatwoot, amends: Site, tmp_path: Path) -> None:
    """Nothing of it answers."""
    with bot(tmp_path, amends, app, DASHBOARD_SECRET="") as closed:
        where = urlsplit(closed.url).netloc
        for path in ("/dashboard/", "/dashboard/app.js", "/dashboard/conversations/1"):
            connection = http.client.HTTPConnection(where, timeout=10)
            connection.request("GET", path, headers={"Authorization": "Bearer "})
            assert connection.getresponse().status == 404
            connection.close()


def opened(page: Page, app: Chatwoot, conversation: int) -> None:
    """The app at a new conversation's draft."""
    app.send(app.written(conversation, ORDER))
    eventually(lambda: len(app.notes_in(conversation)) == 1, SECONDS)
    app.shown = conversation
    page.goto(app.url)
    inner = page.frame_locator("iframe").frame_locator("iframe")
    expect(inner.get_by_role("textbox", name="Reply to the customer")).to_be_visible()


def asked(program: Bot, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], dict[str, str]]:
    """Status, headers and body of a GET."""
    connection = http.client.HTTPConnection(urlsplit(program.url).netloc, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        kind = answer.headers.get("Content-Type", "")
        return (
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
            json.loads(text) if kind.startswith("application/json") else {},
        )
    finally:
        connection.close()
