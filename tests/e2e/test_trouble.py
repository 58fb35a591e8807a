"""What an agent sees, and never loses, when the service fails: restarted, busy, broken, or another in its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browser import NOT_LOADED
from tests.e2e.desk import FINE, Desk, open_draft
from tests.e2e.site import CASE, GOOD, Model, Site
from tests.fake_endpoint import FakeEndpoint
from tests.service.serving import serving

FAILED = [NOT_LOADED, "Unexpected token"]


def test_the_service_is_restarted(page: Page, tmp_path: Path, mistakes: list[str]) -> None:
    """The text is checked and the outcome recorded by itself, though no browser is told that the service is back."""
    mistakes += FAILED
    model = Model()
    with FakeEndpoint(model) as endpoint:
        with serving(tmp_path, endpoint.url) as process:
            site = Site(process.ready(), tmp_path, model)
            draft_id = str(site.ask("POST", "/v1/drafts", CASE)["id"])
            desk = open_draft(page, site, draft_id)
            process.stop(15)
        desk.write(GOOD + "\n\nPS: We are glad that you told us.")
        expect(page.get_by_role("alert").filter(has_text="The service cannot be reached.")).to_be_visible()
        expect(desk.state).to_have_text("Not checked")
        desk.button("I sent it").click()
        expect(page.get_by_text("Not recorded yet.")).to_be_visible()
        with serving(tmp_path, endpoint.url, AMENDS_PORT=site.url.rpartition(":")[2]) as process:
            process.ready()
            expect(page.get_by_text("Recorded: sent after edits")).to_be_visible()
            expect(desk.state).to_have_text(FINE)
            expect(page.get_by_role("alert")).to_have_count(0)
            assert site.feedback(draft_id)["feedback"] == "edited"


BUSY = {"type": "urn:amends:problem:store-unavailable", "title": "x", "status": 503, "detail": "x", "request_id": "r-1"}
DELETED = {"type": "urn:amends:problem:draft-deleted", "title": "x", "status": 410, "detail": "x"}
IN_USE = {"type": "urn:amends:problem:idempotency-key-in-use", "title": "x", "status": 409, "detail": "x"}
PAGE = "<!doctype html><title>Sign in to the hotel's network</title>"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 503, "json": BUSY}, "The database does not answer."),
        ({"status": 503, "body": PAGE, "content_type": "text/html"}, "The service is busy."),
        ({"status": 503, "json": {"error": "no upstream"}}, "The service is busy."),
        ({"status": 500, "body": "Internal Server Error"}, "The service made a mistake."),
        ({"status": 200, "body": PAGE, "content_type": "text/html"}, "The service cannot be reached."),
        ({"status": 200, "json": {"id": None}}, "Something unforeseen went wrong"),
    ],
    ids=["busy", "proxy", "proxy-json", "broken", "somebody-else", "without-verdicts"],
)
def test_a_check_that_is_answered_otherwise(
    page: Page, site: Site, mistakes: list[str], answer: dict[str, Any], words: str
) -> None:
    """It says what is wrong in an agent's words, shows no verdict of another text, and goes on when that is over."""
    mistakes += FAILED
    desk = open_draft(page, site, site.draft())
    page.route("**/v1/checks", lambda route: route.fulfill(**answer))
    desk.write(GOOD + " And thank you.")
    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(desk.state).to_have_text("Not checked")
    page.unroute("**/v1/checks")
    page.get_by_role("button", name="Try again").click()
    expect(desk.state).to_have_text(FINE)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_fault_is_gone_with_the_text_that_had_it(page: Page, site: Site, mistakes: list[str]) -> None:
    """Back at a text whose verdicts are known, nothing is wrong any more; without a text there is nothing to check."""
    mistakes += FAILED
    desk = open_draft(page, site, site.draft())
    page.route("**/v1/checks", lambda route: route.fulfill(status=500))
    desk.write("Something else")
    expect(page.get_by_role("alert")).to_be_visible()
    desk.button("Back to the first draft").click()
    expect(desk.state).to_have_text(FINE)
    expect(page.get_by_role("alert")).to_have_count(0)
    desk.text.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(desk.state).to_have_text("No text")
    expect(page.get_by_text("There is nothing to check yet.")).to_be_visible()


@pytest.mark.parametrize("answer", [{"status": 409, "json": IN_USE}, {"status": 502, "json": {"error": "no upstream"}}])
def test_a_record_that_is_refused_for_now(page: Page, site: Site, mistakes: list[str], answer: dict[str, Any]) -> None:
    """As after a service that was killed in the middle, or by a proxy: it is tried again by itself, as is said."""
    mistakes += FAILED
    draft_id = site.draft()
    desk = open_draft(page, site, draft_id)
    page.route("**/feedback", lambda route: route.fulfill(**answer), times=1)
    desk.button("I sent it").click()
    expect(page.get_by_text("Not recorded yet.")).to_be_visible()
    expect(page.get_by_text("Recorded: sent as it was.")).to_be_visible()
    assert site.feedback(draft_id)["feedback"] == "sent"


def test_an_answer_that_is_none(page: Page, site: Site, mistakes: list[str]) -> None:
    """A page that cannot be drawn says so, and is there when it is loaded again."""
    mistakes += ["TypeError"]
    draft_id = site.draft()
    page.route("**/case", lambda route: route.fulfill(json={"complaint": {}}))
    page.goto(f"{site.url}/#/draft/{draft_id}")
    expect(page.get_by_role("alert")).to_contain_text("Something unforeseen went wrong on this page.")
    page.unroute("**/case")
    page.get_by_role("button", name="Try again").click()
    expect(Desk(page).text).to_contain_text("cracked lid")


@pytest.mark.parametrize("problem", [BUSY, DELETED], ids=["for a moment", "for good"])
def test_the_service_fails_while_a_draft_is_waited_for(
    page: Page, site: Site, mistakes: list[str], problem: dict[str, Any]
) -> None:
    """It is asked for again, and shown when it is there; what is over is said."""
    mistakes += FAILED
    draft_id = site.draft()
    answers: list[dict[str, Any]] = [{"json": {"id": draft_id, "status": "running"}}]
    answers.append({"status": problem["status"], "json": problem})
    asked = re.compile(f"/v1/drafts/{draft_id}$")
    page.route(asked, lambda route: route.fulfill(**answers.pop(0)), times=len(answers))
    page.goto(f"{site.url}/#/draft/{draft_id}")
    expect(page.get_by_text("The draft is being written…")).to_be_visible()
    if problem is BUSY:
        expect(Desk(page).text).to_contain_text("cracked lid")
    else:
        expect(page.get_by_role("alert")).to_contain_text("This draft was deleted.")


def test_the_connection_is_lost_while_a_draft_is_written(page: Page, site: Site, mistakes: list[str]) -> None:
    """What is asked again is not made twice, and the agent's text stays."""
    mistakes += FAILED
    desk = open_draft(page, site, site.draft())
    desk.write("My own words")
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort("connectionreset")

    page.route("**/again", lose, times=1)
    page.get_by_label("What should be different?").fill("Shorter")
    page.get_by_role("button", name="Draft again").click()
    expect(page.get_by_role("alert")).to_contain_text("The service cannot be reached.")
    desk.reads("My own words")
    before = len(site.ask("GET", "/v1/drafts?limit=200")["drafts"])
    with page.expect_request("**/again") as again:
        page.get_by_role("button", name="Draft again").click()
    page.wait_for_url(lambda url: "draft/" in url)
    expect(page.get_by_role("heading", name="Your text of the draft before")).to_be_visible()
    assert again.value.headers["idempotency-key"] == keys[0]
    assert len(site.ask("GET", "/v1/drafts?limit=200")["drafts"]) == before
