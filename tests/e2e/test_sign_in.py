"""Who may sit at the desk: by a key, and by a link to one draft; and who may not."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.browser import NOT_LOADED
from tests.e2e.desk import FINE, Desk, open_draft
from tests.e2e.doors import sign_in
from tests.e2e.site import GOOD, Site
from tests.e2e.test_looks import violations


def test_by_a_key(context: BrowserContext, page: Page, closed: Site, mistakes: list[str]) -> None:
    """A wrong one is refused; the right one goes into no place that a script could read, and lasts over a reload."""
    mistakes += [NOT_LOADED]
    draft_id = closed.draft()
    page.goto(f"{closed.url}/#/draft/{draft_id}")
    page.get_by_label("Access key").fill("amends_0123456789ab_" + "x" * 43)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("does not work")
    sign_in(page, closed)
    desk = Desk(page)
    expect(desk.text).to_contain_text("cracked lid")
    (cookie,) = context.cookies(f"{closed.url}/v1/drafts")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/v1")
    assert cookie["value"] not in page.evaluate(
        "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])"
    )
    page.reload()
    desk.write(GOOD + " Thank you.")
    expect(desk.state).to_have_text("Good to send")
    desk.button("I sent it").click()
    expect(page.get_by_text("Recorded: sent after edits")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Access key")).to_be_visible()
    assert context.cookies(f"{closed.url}/v1/drafts") == []


def test_a_session_that_ends_loses_no_text(
    context: BrowserContext, page: Page, closed: Site, mistakes: list[str]
) -> None:
    """The agent signs in again, on the same page, and goes on."""
    mistakes += [NOT_LOADED]
    page.goto(f"{closed.url}/#/draft/{closed.draft()}")
    sign_in(page, closed)
    desk = Desk(page)
    desk.write(GOOD)
    expect(desk.state).to_have_text(FINE)  # by now the page has the focus: with it, it asks who sits there
    context.clear_cookies()
    desk.write("Half a thought")
    expect(page.get_by_text("Your unfinished text is kept")).to_be_visible()
    sign_in(page, closed)
    desk.reads("Half a thought")


@pytest.mark.parametrize("trouble", ["offline", "busy"])
def test_signing_out_that_does_not_come_through(
    context: BrowserContext, page: Page, closed: Site, mistakes: list[str], trouble: str
) -> None:
    """The agent stays signed in, is told so, and nothing is forgotten; the next time it works."""
    mistakes += [NOT_LOADED]
    page.goto(f"{closed.url}/#/draft/{closed.draft()}")
    sign_in(page, closed)
    desk = Desk(page)
    desk.write("Half a thought")
    page.on("dialog", lambda dialog: dialog.accept())

    def fail(route: Route) -> None:
        if route.request.method != "DELETE":
            route.continue_()
        elif trouble == "offline":
            route.abort()
        else:
            route.fulfill(status=503)

    page.route("**/v1/desk/session", fail)
    desk.button("Sign out").click()
    told = page.get_by_role("alert").filter(
        has_text="You are not signed out: the service cannot be reached. Try again."
    )
    expect(told).to_be_visible()
    desk.reads("Half a thought")
    page.reload()
    desk.reads("Half a thought")
    desk.button("Sign out").click()
    expect(told).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Queue").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    expect(told).to_have_count(0)
    page.unroute("**/v1/desk/session")
    desk.button("Sign out").click()
    expect(page.get_by_label("Access key")).to_be_visible()
    expect(page.get_by_text("Your unfinished text is kept")).to_have_count(0)
    assert context.cookies(f"{closed.url}/v1/drafts") == []


def test_by_a_link(page: Page, closed: Site, mistakes: list[str]) -> None:
    """It opens one draft, which may be drafted again; nothing else can be had by it."""
    mistakes += [NOT_LOADED]
    mine, other = closed.draft(), closed.draft()
    link = closed.ask("POST", f"/v1/drafts/{mine}/links", {})
    page.goto(closed.url + link["url"])
    desk = Desk(page)
    expect(desk.text).to_contain_text("cracked lid")
    assert page.url.endswith(f"#/draft/{mine}")
    expect(page.get_by_role("link", name="Queue")).to_have_count(0)
    page.get_by_role("button", name="Draft again").click()
    page.wait_for_url(lambda url: mine not in url)
    expect(desk.state).to_have_text("Good to send")
    desk.button("I sent it").click()
    expect(page.get_by_text("Recorded: sent as it was.")).to_be_visible()
    for path in (f"/v1/drafts/{other}", f"/v1/drafts/{other}/case", "/v1/drafts", "/v1/metrics/drafts", "/v1/audit"):
        assert page.evaluate("async (path) => (await fetch(path)).status", path) == 404


def test_what_waits_outlasts_a_session_for_another_draft(
    context: BrowserContext, page: Page, closed: Site, mistakes: list[str]
) -> None:
    """That session may not record it, and the next one that may does."""
    mistakes += [NOT_LOADED]
    mine, other = closed.draft(), closed.draft()
    page.goto(closed.url + closed.ask("POST", f"/v1/drafts/{mine}/links", {})["url"])
    desk = Desk(page)
    expect(desk.text).to_contain_text("cracked lid")
    page.route("**/feedback", lambda route: route.abort())
    desk.button("I sent it").click()
    expect(page.get_by_text("Not recorded yet.")).to_be_visible()
    page.goto("about:blank")
    page.unroute("**/feedback")
    context.clear_cookies()
    with page.expect_response(lambda answer: answer.url.endswith(f"/{mine}/feedback")) as refused:
        page.goto(closed.url + closed.ask("POST", f"/v1/drafts/{other}/links", {})["url"])
    assert refused.value.status == 404
    expect(desk.text).to_contain_text("cracked lid")
    page.goto("about:blank")
    page.goto(closed.url + closed.ask("POST", f"/v1/drafts/{mine}/links", {})["url"])
    expect(page.get_by_text("Recorded: sent as it was.")).to_be_visible()
    assert closed.feedback(mine)["feedback"] == "sent"


def test_a_link_that_does_not_work(page: Page, closed: Site, mistakes: list[str]) -> None:
    """It says so, and offers to sign in: whoever does comes to the queue."""
    mistakes += [NOT_LOADED]
    page.goto(f"{closed.url}/#/open/amends_pass_{'x' * 43}")
    expect(page.get_by_role("alert")).to_contain_text("This link has expired.")
    expect(page.get_by_label("Access key")).to_be_visible()
    sign_in(page, closed)
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


@pytest.mark.parametrize("anew", [False, True], ids=["on-the-open-page", "in-a-new-one"])
def test_a_link_that_does_not_work_leaves_the_desk_to_who_has_it(
    page: Page, closed: Site, mistakes: list[str], *, anew: bool
) -> None:
    """It leads to the queue, and says so until one goes on; nobody is asked for a key again."""
    mistakes += [NOT_LOADED]
    draft_id = closed.draft()
    page.goto(closed.url)
    sign_in(page, closed)
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    page.goto(f"{closed.url}/#/draft/{draft_id}")
    expect(Desk(page).text).to_be_visible()
    if anew:
        page.goto("about:blank")
    page.goto(f"{closed.url}/#/open/amends_pass_{'x' * 43}")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("This link has expired. Open the ticket again in your help desk.")
    assert page.url.endswith("#/queue")
    page.goto(f"{closed.url}/#/draft/{draft_id}")
    expect(Desk(page).text).to_be_visible()
    expect(told).to_have_count(0)


def test_a_link_that_does_not_work_leads_to_no_other_draft(page: Page, closed: Site, mistakes: list[str]) -> None:
    """Who has a session for one draft alone would take it for that of the link."""
    mistakes += [NOT_LOADED]
    page.goto(closed.url + closed.ask("POST", f"/v1/drafts/{closed.draft()}/links", {})["url"])
    expect(Desk(page).text).to_be_visible()
    page.goto(f"{closed.url}/#/open/amends_pass_{'x' * 43}")
    expect(page.get_by_role("alert")).to_contain_text("This link has expired.")
    expect(page.get_by_label("Access key")).to_be_visible()


def test_a_link_is_followed_again_until_it_expires(browser: Browser, closed: Site) -> None:
    """By whoever has it; then it opens nothing, and says so."""
    draft_id = closed.draft()
    link = closed.url + closed.ask("POST", f"/v1/drafts/{draft_id}/links", {"expires_in_s": 60})["url"]
    for expired in (False, False, True):
        if expired:
            with sqlite3.connect(closed.folder / "a.db") as database:
                database.execute("UPDATE passes SET expires_at = '2001-01-01 00:00:00.000000' WHERE kind = 'link'")
        with browser.new_context() as somebody:
            page = somebody.new_page()
            page.goto(link)
            seen = page.get_by_role("alert") if expired else Desk(page).text
            expect(seen).to_contain_text("This link has expired." if expired else "cracked lid")
            if not expired:
                assert link.rpartition("/")[2] not in page.url


def test_where_no_key_is_needed_a_link_is_an_address(page: Page, site: Site) -> None:
    """So that plugins do alike in both."""
    draft_id = site.draft()
    link = site.ask("POST", f"/v1/drafts/{draft_id}/links", {"expires_in_s": 60})
    assert link == {"url": f"/#/draft/{draft_id}", "expires_at": None}
    open_draft(page, site, draft_id)
