"""What an agent writes is kept and recorded once: through a lost connection, a reload, slow answers and two tabs."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.browser import NOT_LOADED, watched
from tests.e2e.desk import FINE, TO_FIX, open_draft
from tests.e2e.site import GOOD, Site, eventually

# Has what waited stored just when the page of its draft is drawn, whose effects run a moment later.
STORED_AS_IT_IS_DRAWN = """
    const ask = fetch;
    let stored;
    const storing = new Promise((done) => (stored = done));
    const isDrawn = (done) => () => document.querySelector(".bench") && done();
    const drawn = () => new Promise((done) => {
        new MutationObserver(isDrawn(done)).observe(document, { childList: true, subtree: true });
    });
    if (Object.keys(localStorage).some((key) => key.startsWith("amends:feedback:")))
        fetch = async (path, asked) => {
            const answer = await ask(path, asked);
            if (asked.method === "GET" && path.includes("/drafts/")) await storing;
            if (asked.method !== "POST" || !path.endsWith("/feedback")) return answer;
            const body = await answer.text();
            stored();
            await drawn();
            return new Response(body, answer);
        };
"""

# Has the browser keep that a draft was sent, for so many days, or as an older desk did, which kept no time.
WAITS = """([draft, days]) => {
    const waits = { key: draft, body: { outcome: "sent" } };
    if (days) waits.at = Date.now() - days * 86_400_000;
    localStorage.setItem(`amends:feedback:${draft}`, JSON.stringify(waits));
}"""

# Leaves the browser no room to keep anything more.
FULL = """
    for (let size = 1 << 22, number = 0; size >= 1; size >>= 1)
        try {
            for (;;) localStorage.setItem(`full:${number++}`, "x".repeat(size));
        } catch {}
"""

# Types as a browser does where the mouse stands over the text: it may tell of the mouse before it tells of the change.
TYPED_UNDER_THE_MOUSE = """
    async ([first, second]) => {
        const host = document.querySelector(".editor");
        const content = host.shadowRoot.querySelector(".cm-content");
        document.execCommand("insertText", false, first);
        await null; // the editor takes it, and is about to measure
        host.style.width = "60%";
        document.execCommand("insertText", false, second);
        const { x, y } = content.getBoundingClientRect();
        const mouse = { bubbles: true, composed: true, clientX: x + 30, clientY: y + 20 };
        content.querySelector(".cm-line").dispatchEvent(new MouseEvent("mouseover", mouse));
    }
"""


def test_what_is_typed_under_the_mouse(page: Page, site: Site) -> None:
    """The editor knows of every change that it shows: one that it does not know of is neither kept nor recorded."""
    desk = open_draft(page, site, site.draft())
    desk.text.click()
    expect(desk.text).to_be_focused()
    page.keyboard.press("Control+a")
    page.evaluate(TYPED_UNDER_THE_MOUSE, ["As it", " was sent."])
    desk.reads("As it was sent.")
    page.reload()
    desk.reads("As it was sent.")


def test_offline_in_the_middle(context: BrowserContext, page: Page, site: Site, mistakes: list[str]) -> None:
    """What is written stays, and is recorded when the connection is back."""
    mistakes += [NOT_LOADED]
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
    mistakes += [NOT_LOADED]
    draft_id = site.draft()
    desk = open_draft(page, site, draft_id)
    numbers: list[int] = []
    keys: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
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
    assert len(numbers) > 1, "sent again, by the desk itself or after the reload, or by both"
    assert set(numbers) == {1}


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
    with page.expect_request("**/v1/checks"):
        desk.write("Nothing of use.")
    desk.write(GOOD)
    expect(desk.state).to_have_text(FINE)
    verdicts: list[dict[str, Any]] = []
    held[0].fulfill(json={"id": None, "passed": False, "verdicts": verdicts})
    desk.write(GOOD + " Thank you.")
    expect(desk.state).to_have_text("Checking…")
    expect(desk.state).to_have_text(FINE)
    assert page.locator(".verdict").count() == 0


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


def test_the_text_of_another_tab_that_was_taken_survives_a_reload(
    context: BrowserContext, page: Page, site: Site
) -> None:
    """The one that was there before does not come back."""
    draft_id = site.draft()
    first = open_draft(page, site, draft_id)
    first.write("From the first tab.")
    other = context.new_page()
    second = open_draft(other, site, draft_id)
    second.write("From the second tab.")
    first.button("Take the other text").click()
    first.reads("From the second tab.")
    page.reload()
    first.reads("From the second tab.")
    first.write("From the first tab again.")
    second.button("Take the other text").click()
    second.reads("From the first tab again.")
    other.reload()
    second.reads("From the first tab again.")


def test_what_was_undone_after_a_record_does_not_come_back(page: Page, site: Site) -> None:
    """The text that was recorded is the last that there was."""
    desk = open_draft(page, site, site.draft())
    desk.write("As it was sent.")
    desk.button("I sent it").click()
    expect(page.get_by_text("Recorded: sent after edits")).to_be_visible()
    desk.write("Something more.")
    page.keyboard.press("Control+z")
    desk.reads("As it was sent.")
    page.reload()
    expect(page.get_by_text("Recorded already")).to_be_visible()
    desk.reads(GOOD)


def test_what_is_undone_after_what_waited_was_recorded(page: Page, site: Site, mistakes: list[str]) -> None:
    """The text that was recorded is the last that there was, also where it was stored before the editor was there."""
    mistakes += [NOT_LOADED]
    desk = open_draft(page, site, site.draft())
    desk.write("As it was sent.")
    page.route("**/feedback", lambda route: route.abort())
    desk.button("I sent it").click()
    expect(page.get_by_text("Not recorded yet.")).to_be_visible()
    page.unroute("**/feedback")
    page.add_init_script(STORED_AS_IT_IS_DRAWN)
    page.reload()
    expect(page.get_by_text("Recorded: sent after edits")).to_be_visible()
    desk.write("Something more.")
    page.keyboard.press("Control+z")
    desk.reads("As it was sent.")
    page.reload()
    desk.reads(GOOD)


def test_what_waits_is_forgotten_some_day(page: Page, site: Site) -> None:
    """After thirty days; what an older desk kept without a time is recorded."""
    drafts = old, young, timeless = site.draft(), site.draft(), site.draft()
    page.goto(site.url)
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()  # by now what waited before was sent
    for draft_id, days in zip(drafts, (31, 29, None), strict=True):
        page.evaluate(WAITS, [draft_id, days])
    page.reload()
    eventually(lambda: all(site.feedback(each)["feedback"] == "sent" for each in (young, timeless)))
    eventually(lambda: page.evaluate("Object.keys(localStorage).every((key) => !key.includes('feedback'))"))
    assert site.feedback(old)["feedback"] is None


def test_a_browser_that_is_full(page: Page, site: Site) -> None:
    """It says so, and as long as the page is open it has the newest text, not the last that there was room for."""
    draft_id = site.draft()
    desk = open_draft(page, site, draft_id)
    desk.write("While there was room.")
    page.evaluate(FULL)
    desk.write("When there was none any more, and the text had grown.")
    expect(page.get_by_text("This browser keeps nothing")).to_be_visible()
    page.get_by_role("link", name="Queue").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    page.go_back()
    desk.reads("When there was none any more, and the text had grown.")
