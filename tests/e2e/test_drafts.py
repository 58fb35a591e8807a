"""An agent at the desk: reads, mends, and records, by mouse and by keyboard, whatever the connection does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.conftest import watched
from tests.e2e.desk import Desk, open_draft
from tests.e2e.site import CASE, GOOD, WRONG, Site, eventually

TO_FIX = re.compile(r"\d+ to fix")
FINE = re.compile("Good to send")
OFFLINE = "Failed to load resource"


def test_a_finding_is_read_and_mended_and_the_draft_is_sent(page: Page, site: Site) -> None:
    """The words are underlined, one click goes to them, another one mends them, and the verdict turns."""
    draft_id = site.draft(WRONG)
    desk = open_draft(page, site, draft_id)
    expect(desk.state).to_have_text(TO_FIX)
    expect(page.locator(".must", has_text="£99.99").first).to_be_visible()
    offer = desk.verdict("remedies")
    offer.get_by_title("Go to these words").click()
    assert "refund of £99.99" in page.evaluate("document.getSelection().toString()")
    expect(page.locator(".at-caret")).to_contain_text("no remedy or fact of the case allows")
    offer.get_by_role("button", name=re.compile("instead$")).click()
    expect(desk.state).to_have_text(FINE)
    expect(desk.verdict("remedies")).to_have_count(0)
    expect(page.locator(".must")).to_have_count(0)
    page.get_by_role("button", name="Show what you changed").click()
    expect(page.locator("del", has_text="refund")).to_be_visible()
    desk.button("I sent it").click()
    expect(page.get_by_text("Recorded: sent after edits")).to_be_visible()
    assert site.feedback(draft_id)["feedback"] == "edited"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('text'))") == []


def test_a_value_that_the_case_gives_is_put_in_by_one_click(page: Page, site: Site) -> None:
    """Where the advice names what the case gives."""
    text = GOOD.replace("your Tern kettle came", "your Tern kettle at £45.20 came")
    desk = open_draft(page, site, site.draft(text))
    desk.verdict("grounding").get_by_role("button", name="Write “£42.50”").click()
    expect(desk.state).to_have_text(FINE)
    expect(desk.text).to_contain_text("kettle at £42.50 came")


def test_by_keyboard_alone(page: Page, site: Site) -> None:
    """From the queue to the record, without a mouse."""
    draft_id = site.draft(WRONG, customer_name="Dana Okafor of the keys")
    page.goto(site.url)
    row = page.get_by_role("link", name=re.compile("of the keys"))
    expect(row).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('row-link')"):
            break
    page.keyboard.press("Home")
    expect(row).to_be_focused()
    page.keyboard.press("Enter")
    desk = Desk(page)
    expect(desk.state).to_have_text(TO_FIX)
    page.keyboard.press("Alt+j")
    expect(desk.text).to_be_focused()
    page.keyboard.press("Alt+e")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(GOOD)
    expect(desk.state).to_have_text(FINE)
    page.keyboard.press("Tab")  # the editor lets go of the focus
    expect(desk.text).not_to_be_focused()
    page.keyboard.press("Alt+d")
    expect(page.get_by_role("heading", name="What you changed")).to_be_visible()
    page.keyboard.press("Alt+h")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+x")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Recorded:")).to_be_visible()
    assert site.feedback(draft_id)["feedback"] == "edited"


def test_a_draft_is_rejected_with_a_reason(page: Page, site: Site) -> None:
    """Without one it is not; then the next draft is offered."""
    draft_id = site.draft()
    desk = open_draft(page, site, draft_id)
    desk.button("Reject…").click()
    desk.button("Record as rejected").click()
    expect(page.get_by_text("Say why, in a few words")).to_be_visible()
    expect(page.get_by_label("Why is it of no use?")).to_be_focused()
    page.keyboard.insert_text("It answers another complaint.")
    desk.button("Record as rejected").click()
    expect(page.get_by_text("Recorded: rejected.")).to_be_visible()
    assert site.feedback(draft_id)["feedback"] == "rejected"


def test_offline_in_the_middle(context: BrowserContext, page: Page, site: Site, mistakes: list[str]) -> None:
    """What is written stays, also when the page is loaded again; it is recorded when the connection is back, once."""
    mistakes += [OFFLINE]
    draft_id = site.draft()
    desk = open_draft(page, site, draft_id)
    context.set_offline(offline=True)
    expect(page.get_by_text("No connection.")).to_be_visible()
    desk.write(GOOD + "\n\nPS: With love.")
    expect(page.get_by_text("The service cannot be reached.").first).to_be_visible()
    desk.button("I sent it").click()
    expect(page.get_by_text("Not recorded yet.")).to_be_visible()
    context.set_offline(offline=False)
    expect(page.get_by_text("Recorded: sent after edits")).to_be_visible()
    assert site.feedback(draft_id)["feedback"] == "edited"


def test_an_answer_that_is_lost_stores_nothing_twice(page: Page, site: Site, mistakes: list[str]) -> None:
    """The service stored it, the answer never came, and it is sent again under the same key."""
    mistakes += [OFFLINE]
    draft_id = site.draft()
    desk = open_draft(page, site, draft_id)
    numbers: list[int] = []
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        answer = route.fetch()
        numbers.append(answer.json()["number"])
        if len(keys) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)

    page.route("**/feedback", lose)
    desk.button("I sent it").click()
    expect(page.get_by_text("Not recorded yet.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Recorded: sent as it was.")).to_be_visible()
    assert len(set(keys)) == 1
    assert numbers == [1, 1]


def test_the_text_survives_a_reload(page: Page, site: Site) -> None:
    """As it was, with its verdicts; going back to the first draft forgets it."""
    desk = open_draft(page, site, site.draft())
    desk.write("Half a sen")
    page.reload()
    expect(page.get_by_text("Your text from before is here again.")).to_be_visible()
    desk.reads("Half a sen")
    expect(desk.state).to_have_text(TO_FIX)
    desk.button("Back to the first draft").click()
    expect(desk.state).to_have_text(FINE)
    page.reload()
    expect(desk.text).to_contain_text("cracked lid")


def test_a_stale_answer_is_dropped(page: Page, site: Site) -> None:
    """The verdicts are of the text that stands there, whichever answer comes last."""
    desk = open_draft(page, site, site.draft())
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/v1/checks", hold_the_first)
    desk.write("Nothing of use.")
    page.wait_for_timeout(600)
    assert len(held) == 1
    desk.write(GOOD)
    expect(desk.state).to_have_text(FINE)
    verdicts: list[dict[str, Any]] = []
    held[0].fulfill(json={"id": None, "passed": False, "verdicts": verdicts})
    page.wait_for_timeout(200)
    expect(desk.state).to_have_text(FINE)


def test_two_tabs(context: BrowserContext, page: Page, site: Site) -> None:
    """What one writes the other shows; where both wrote, neither text is lost; a record in one is told in the other."""
    draft_id = site.draft()
    first = open_draft(page, site, draft_id)
    other = context.new_page()
    seen = watched(other)
    second = open_draft(other, site, draft_id)
    first.write("From the first tab.")
    second.reads("From the first tab.")
    second.write("From the second tab.")
    expect(page.get_by_text("changed in another tab, too")).to_be_visible()
    first.reads("From the first tab.")
    first.button("Keep mine").click()
    first.reads("From the first tab.")
    other.reload()
    second.reads("From the second tab.")
    second.button("Back to the first draft").click()
    second.button("I sent it").click()
    expect(other.get_by_text("Recorded: sent as it was.")).to_be_visible()
    expect(page.get_by_text("Recorded already: sent as it was")).to_be_visible()
    assert seen == []


def test_another_draft_with_a_wish(page: Page, site: Site) -> None:
    """Its progress is shown, it is a draft of its own, and the first one is recorded as replaced when it is used."""
    first_id = site.draft(WRONG)
    open_draft(page, site, first_id)
    site.model.text, site.model.seconds = GOOD, 1.0
    page.get_by_label("What should be different?").fill("Offer what we may.")
    page.get_by_role("button", name="Draft again").click()
    expect(page.get_by_role("log")).to_contain_text("Writing the first text…")
    desk = Desk(page)
    expect(desk.state).to_have_text(FINE)
    site.model.seconds = 0
    second_id = page.url.rpartition("/")[2]
    assert second_id != first_id
    desk.button("I sent it").click()
    expect(page.get_by_text("Recorded: sent as it was.")).to_be_visible()
    assert site.feedback(second_id)["feedback"] == "sent"
    eventually(lambda: site.feedback(first_id)["feedback"] == "rejected")


def test_alternatives_stand_side_by_side(page: Page, site: Site) -> None:
    """One of them is taken with a click, which can be undone."""
    open_draft(page, site, site.draft())
    page.get_by_role("button", name="With two alternatives").click()
    expect(page.get_by_role("heading", name="Another draft")).to_be_visible()
    page.wait_for_url(re.compile("draft/"))
    expect(page.get_by_role("button", name="With two alternatives")).to_be_enabled()
    assert site.ask("GET", f"/v1/drafts/{page.url.rpartition('/')[2]}")["alternatives"] is not None


def test_a_draft_that_is_withheld(page: Page, site: Site) -> None:
    """No text is shown, and why; it is asked for with its faults, or written by the agent."""
    site.model.text = WRONG
    strict = {**CASE, "options": {"delivery": "strict"}}
    draft_id = str(site.ask("POST", "/v1/drafts", strict)["id"])
    desk = open_draft(page, site, draft_id)
    expect(page.get_by_text("No text is shown")).to_be_visible()
    expect(desk.verdict("remedies")).to_be_visible()
    desk.write(GOOD)
    expect(desk.state).to_have_text(FINE)
    desk.button("Draft again and show the faults").click()
    expect(page.locator(".must").first).to_be_visible()
    expect(page.get_by_role("heading", name="Your text of the draft before")).to_be_visible()


@pytest.mark.parametrize("status", [404, 410])
def test_a_draft_that_is_not_there(page: Page, site: Site, mistakes: list[str], status: int) -> None:
    """It says plainly what is wrong and what to do."""
    mistakes += [OFFLINE]
    draft_id = "nothing"
    if status == 410:
        draft_id = site.draft()
        site.ask("DELETE", f"/v1/drafts/{draft_id}")
    page.goto(f"{site.url}/#/draft/{draft_id}")
    expect(page.get_by_role("alert")).to_contain_text("deleted" if status == 410 else "no such draft")


def test_a_model_that_fails(page: Page, site: Site, mistakes: list[str]) -> None:
    """What went wrong, in an agent's words, and the text stays."""
    mistakes += [OFFLINE]
    desk = open_draft(page, site, site.draft())
    site.model.broken = True
    page.get_by_role("button", name="Draft again").click()
    expect(page.get_by_role("alert")).to_contain_text("The language model gave no text.")
    site.model.broken = False
    expect(desk.text).to_contain_text("cracked lid")
