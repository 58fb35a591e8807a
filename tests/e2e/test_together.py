"""Several at one draft: agents, tabs and sessions; and what became of it meanwhile."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browser import NOT_LOADED
from tests.e2e.desk import FINE, SEEN_AGAIN, Desk, open_draft
from tests.e2e.doors import sign_in
from tests.e2e.site import GOOD, Site


def test_two_agents(browser: Browser, page: Page, site: Site) -> None:
    """The second one sees that the first has recorded it, also when opening it later; each may, the last counts."""
    draft_id = site.draft()
    desk = open_draft(page, site, draft_id)
    with browser.new_context() as elsewhere:
        other = elsewhere.new_page()
        open_draft(other, site, draft_id).button("I sent it").click()
        expect(other.get_by_text("Recorded: sent as it was.")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(SEEN_AGAIN)
    expect(page.get_by_text("Recorded already: sent as it was, just now.")).to_be_visible()
    assert [url.rpartition("/")[2] for url in asked if draft_id in url] == ["feedback"]
    page.reload()
    expect(page.get_by_text("Recorded already: sent as it was, just now.")).to_be_visible()
    desk.write(GOOD + " Thank you.")
    desk.button("I sent it").click()
    expect(page.get_by_text("It had been recorded before; this counts now.")).to_be_visible()
    assert site.feedback(draft_id)["feedback"] == "edited"


def test_a_draft_is_deleted_while_it_is_open(page: Page, site: Site, mistakes: list[str]) -> None:
    """It says so, nothing is tried again, and the words that the agent wrote stay."""
    mistakes += [NOT_LOADED]
    draft_id = site.draft()
    desk = open_draft(page, site, draft_id)
    desk.write("My own words")
    site.ask("DELETE", f"/v1/drafts/{draft_id}")
    desk.button("I sent it").click()
    expect(page.get_by_role("alert")).to_contain_text("This draft was deleted.")
    expect(page.get_by_text("Not recorded yet.")).to_have_count(0)
    desk.reads("My own words")


def test_links_in_two_tabs(context: BrowserContext, page: Page, closed: Site) -> None:
    """The tab with the first one goes on when the second one is followed."""
    drafts = [closed.draft(customer_name=name) for name in ("First", "Second")]
    tabs = [page, context.new_page()]
    for tab, draft_id in zip(tabs, drafts, strict=True):
        tab.goto(closed.url + closed.ask("POST", f"/v1/drafts/{draft_id}/links", {})["url"])
        expect(Desk(tab).text).to_contain_text("cracked lid")
    for tab, draft_id in zip(tabs, drafts, strict=True):
        Desk(tab).button("I sent it").click()
        expect(tab.get_by_text("Recorded: sent as it was.")).to_be_visible()
        assert closed.feedback(draft_id)["feedback"] == "sent"


def test_a_link_leaves_the_desk_to_who_has_it(page: Page, closed: Site, mistakes: list[str]) -> None:
    """It leads to its draft, and the queue stays."""
    mistakes += [NOT_LOADED]
    page.goto(closed.url)
    sign_in(page, closed)
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    draft_id = closed.draft()
    page.goto(closed.url + closed.ask("POST", f"/v1/drafts/{draft_id}/links", {})["url"])
    expect(Desk(page).text).to_contain_text("cracked lid")
    assert page.url.endswith(f"#/draft/{draft_id}")
    page.get_by_role("link", name="Queue").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_a_session_that_another_tab_renewed(
    context: BrowserContext, page: Page, closed: Site, mistakes: list[str]
) -> None:
    """It is taken up without a word, also where this tab had already asked to sign in; no text is lost."""
    mistakes += [NOT_LOADED]
    page.goto(f"{closed.url}/#/draft/{closed.draft()}")
    # A request under way as the cookies go would have this tab ask to sign in too early.
    with page.expect_response("**/feedback"):
        sign_in(page, closed)
    desk = Desk(page)
    expect(desk.text).to_be_visible()
    context.clear_cookies()
    other = context.new_page()
    other.goto(closed.url)
    sign_in(other, closed)
    expect(other.get_by_role("heading", name="Queue")).to_be_visible()
    desk.write(GOOD + " Thank you.")
    expect(desk.state).to_have_text(FINE)
    context.clear_cookies()
    desk.write(GOOD + " Thank you again.")
    expect(page.get_by_label("Access key")).to_be_visible()
    other.reload()
    sign_in(other, closed)
    expect(other.get_by_role("heading", name="Queue")).to_be_visible()
    page.evaluate(SEEN_AGAIN)
    desk.reads(GOOD + " Thank you again.")
