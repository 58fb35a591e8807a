"""Who may sit at the desk: by a key, by a link to one draft, in a frame of another page; and who may not."""

from __future__ import annotations

import html
import http.server
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.desk import Desk, open_draft
from tests.e2e.site import GOOD, Site, running
from tests.service.commands import amends

REFUSED = "Failed to load resource"


class Host:
    """A page of somebody else that holds the desk in a frame, and writes down what it is told."""

    def __init__(self) -> None:
        self.frame = ""
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = host.page().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self) -> str:
        """The page."""
        return (
            "<!doctype html><title>Help desk</title><script>window.told = [];"
            "addEventListener('message', (event) => told.push([event.origin, event.data]))</script>"
            f"<iframe title='Amends' width='1000' height='800' src='{html.escape(self.frame)}'></iframe>"
        )


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    """A help desk."""
    found = Host()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Site]:
    """The service with a key, which pages of the host may hold in a frame."""
    folder = tmp_path_factory.mktemp("closed")
    with running(folder, AMENDS_DESK_FRAME_ANCESTORS=f"{host.url} https://*.example.com") as site:
        key = new_key(folder, "crm")
        site.headers["Authorization"] = f"Bearer {key}"
        yield site


def new_key(folder: Path, name: str, *options: str) -> str:
    """A key for the database in a folder."""
    settings = {"AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'a.db'}"}
    made: subprocess.CompletedProcess[bytes] = amends(folder, "keys", "create", name, *options, settings=settings)
    assert made.returncode == 0, made.stderr
    return next(word for word in made.stdout.decode().split() if word.startswith("amends_"))


def sign_in(page: Page, site: Site) -> None:
    """By the key."""
    page.get_by_label("Access key").fill(site.headers["Authorization"].removeprefix("Bearer "))
    page.get_by_role("button", name="Sign in").click()


def test_by_a_key(context: BrowserContext, page: Page, closed: Site, mistakes: list[str]) -> None:
    """A wrong one is refused; the right one goes into no place that a script could read, and lasts over a reload."""
    mistakes += [REFUSED]
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
    mistakes += [REFUSED]
    page.goto(f"{closed.url}/#/draft/{closed.draft()}")
    sign_in(page, closed)
    desk = Desk(page)
    expect(desk.text).to_be_visible()
    context.clear_cookies()
    desk.write("Half a thought")
    expect(page.get_by_text("Your unfinished text is kept")).to_be_visible()
    sign_in(page, closed)
    desk.reads("Half a thought")


def test_by_a_link(page: Page, closed: Site, mistakes: list[str]) -> None:
    """It opens one draft, which may be drafted again; nothing else can be had by it."""
    mistakes += [REFUSED]
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


def test_a_link_that_does_not_work(page: Page, closed: Site, mistakes: list[str]) -> None:
    """It says so, and offers to sign in."""
    mistakes += [REFUSED]
    page.goto(f"{closed.url}/#/open/amends_pass_{'x' * 43}")
    expect(page.get_by_role("alert")).to_contain_text("This link has expired.")
    expect(page.get_by_label("Access key")).to_be_visible()


def test_a_cookie_alone_changes_nothing(page: Page, closed: Site, mistakes: list[str]) -> None:
    """Without the word that our own pages send beside it, a request that changes something is refused."""
    mistakes += [REFUSED]
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
    mistakes += [REFUSED]
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
