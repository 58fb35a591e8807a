"""Pages of others: one that may hold the desk in a frame, and all that may not, nor act for the agent."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.browser import NOT_LOADED
from tests.e2e.doors import Host, sign_in
from tests.e2e.site import GOOD, Site


def test_a_cookie_alone_changes_nothing(page: Page, closed: Site, mistakes: list[str]) -> None:
    """Without the word that our own pages send beside it, a request that changes something is refused."""
    mistakes += [NOT_LOADED]
    draft_id = closed.draft()
    page.goto(closed.url)
    sign_in(page, closed)
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    forged = """async (path) => (await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"},
        body: JSON.stringify({outcome: "rejected", reason: "forged"})})).status"""
    assert page.evaluate(forged, f"/v1/drafts/{draft_id}/feedback") == 403
    assert closed.feedback(draft_id)["feedback"] is None


def test_in_a_frame_of_another_site(context: BrowserContext, page: Page, closed: Site, host: Host) -> None:
    """By a link, without any cookie; the text goes to the page that holds it, and to no other."""
    draft_id = closed.draft()
    host.frame = closed.url + closed.ask("POST", f"/v1/drafts/{draft_id}/links", {})["url"]
    page.goto(host.url)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("textbox", name="Reply to the customer")).to_contain_text("cracked lid")
    frame.get_by_role("button", name="Insert into the reply").click()
    expect(frame.get_by_text("Put into the help desk's reply.")).to_be_visible()
    told = [data for origin, data in page.evaluate("told") if origin == closed.url]
    (inserted,) = [each for each in told if each["type"] == "amends:insert"]
    assert (inserted["draft_id"], inserted["ref"], inserted["text"]) == (draft_id, "ticket-4711", GOOD)
    frame.get_by_role("button", name="I sent it").click()
    expect(frame.get_by_text("Recorded: sent as it was.")).to_be_visible()
    assert {"type": "amends:recorded", "draft_id": draft_id, "outcome": "sent"} in [
        data for _, data in page.evaluate("told")
    ]
    assert context.cookies() == []


def test_a_page_that_can_only_be_pasted_into(page: Page, closed: Site, host: Host) -> None:
    """It says so when it greets, be that before the desk is ready: then Copy is all, and nothing says Insert."""
    draft_id = closed.draft()
    host.frame = closed.url + closed.ask("POST", f"/v1/drafts/{draft_id}/links", {})["url"]
    page.goto(host.url)
    greet = "(insert) => frames[0].postMessage({type: 'amends:hello', insert}, '*')"
    frame = page.frame_locator("iframe")
    insert = frame.get_by_role("button", name="Insert into the reply")
    expect(insert).to_be_visible()
    page.evaluate(greet, "copy")
    expect(insert).to_have_count(0)
    frame.get_by_role("textbox", name="Reply to the customer").click()
    page.keyboard.press("Alt+i")
    expect(frame.get_by_text("Copied. Paste it into the help desk's reply")).to_be_visible()
    assert "amends:insert" not in [data["type"] for _, data in page.evaluate("told")]
    page.evaluate(greet, "some other word")
    expect(insert).to_be_visible()
    host.greeting = "{type: 'amends:hello', insert: 'copy'}"
    try:
        page.goto(host.url)
        expect(frame.get_by_role("button", name="Copy", exact=True)).to_be_visible()
        expect(insert).to_have_count(0)
    finally:
        host.greeting = ""


def test_no_other_page_may_hold_it(page: Page, site: Site, closed: Site, host: Host, mistakes: list[str]) -> None:
    """Without the setting none may, and with it none but those that it names: nobody's clicks are taken by another."""
    mistakes += ["frame", "Refused", "refused"]
    for held, holder in ((site, host.url), (closed, host.url.replace("localhost", "127.0.0.1"))):
        host.frame = f"{held.url}/"
        page.goto(holder)
        (frame,) = page.main_frame.child_frames
        frame.wait_for_url("chrome-error://**")
        assert frame.locator("#app").count() == 0


# As a form sends it, which asks no browser's leave; as a script does, with the cookie and without ours of the word.
FORGED = """async (url) => {
    const body = JSON.stringify({outcome: "rejected", reason: "forged"});
    for (const type of ["text/plain", "application/json"])
        for (const mode of ["no-cors", "cors"])
            await fetch(url, {method: "POST", mode, credentials: "include", headers: {"Content-Type": type}, body})
                .catch(() => 0);
    const form = Object.assign(document.createElement("form"), {method: "POST", action: url, enctype: "text/plain"});
    form.append(Object.assign(document.createElement("input"), {name: body.slice(0, -1) + ', "x": "', value: '"}'}));
    document.body.append(form);
    form.submit();
}"""


def test_another_page_records_nothing(
    context: BrowserContext, page: Page, closed: Site, host: Host, mistakes: list[str]
) -> None:
    """Whatever one of another site, or of another port, sends while the agent is signed in."""
    mistakes += [NOT_LOADED]
    draft_id = closed.draft()
    page.goto(closed.url)
    sign_in(page, closed)
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    other = context.new_page()
    for name in ("localhost", "127.0.0.1"):
        other.goto(host.url.replace("localhost", name))
        with other.expect_navigation():
            other.evaluate(FORGED, f"{closed.url}/v1/drafts/{draft_id}/feedback")
    assert closed.feedback(draft_id)["feedback"] is None
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
