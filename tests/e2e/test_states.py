"""Every state of the desk that is not a page of its own: axe finds nothing, nothing is cut off, all can be hit."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.desk import Desk, open_draft
from tests.e2e.site import CASE, GOOD, WRONG, Site, case
from tests.e2e.test_looks import SIGNED_OUT, violations

PICTURES = os.environ.get("AMENDS_E2E_PICTURES")
DANGER = "Your kettle blew up in my hand. I will take legal action, and I want to end my life."
# Whatever can be hit and is smaller than 24 by 24 pixels.
SMALL = """() => [...document.querySelectorAll("a, button, summary, select, input, textarea")]
    .filter((each) => each.checkVisibility() && !each.matches(".skip"))
    .map((each) => ({box: each.getBoundingClientRect(), text: each.outerHTML.slice(0, 120)}))
    .filter(({box}) => box.width < 24 || box.height < 24)
    .map(({box, text}) => `${box.width} x ${box.height} ${text}`)"""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOW = 70
SMALLEST = 320  # 1280 pixels at 400 %, which is what 200 % makes of 640


@pytest.fixture(params=SCHEMES)
def tried(
    request: pytest.FixtureRequest, browser: Browser
) -> Iterator[tuple[BrowserContext, Page, Callable[[str], None]]]:
    """A narrow page, and what looks at it."""
    context = browser.new_context(
        viewport={"width": SMALLEST, "height": 640}, color_scheme=request.param, reduced_motion="reduce", locale="en-GB"
    )
    page = context.new_page()

    def look(name: str) -> None:
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{request.param}.png", full_page=True)
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.evaluate(SMALL) == [], name

    yield context, page, look
    context.close()


def test_without_a_text(site: Site, tried: tuple[BrowserContext, Page, Callable[[str], None]]) -> None:
    """Withheld, left to a person, failed, deleted, absent, and nothing in the list."""
    _, page, look = tried
    site.model.text = WRONG
    withheld = site.ask("POST", "/v1/drafts", {**CASE, "options": {"delivery": "strict"}})
    page.goto(f"{site.url}/#/draft/{withheld['id']}")
    expect(page.get_by_text("No text is shown")).to_be_visible()
    look("withheld")
    escalated = site.ask("POST", "/v1/drafts", case(text=DANGER) | {"options": {"delivery": "strict"}})
    page.goto(f"{site.url}/#/draft/{escalated['id']}")
    expect(page.get_by_text("This one is for a person.")).to_be_visible()
    expect(page.locator(".state")).to_have_text("No text")
    look("escalated")
    site.model.text = GOOD
    shown = site.ask("POST", "/v1/drafts", case(text=DANGER))
    page.goto(f"{site.url}/#/draft/{shown['id']}")
    expect(page.locator(".state")).to_have_text("For a person")
    look("escalated with a text")
    page.goto(f"{site.url}/#/draft/none")
    expect(page.get_by_role("alert")).to_contain_text("There is no such draft.")
    look("absent")
    page.goto(f"{site.url}/#/queue?status=failed&channel=social")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    look("empty")


@pytest.mark.parametrize("width", [SMALLEST, 390, 480])
def test_the_complaint_is_folded_where_it_stands_above(
    site: Site, tried: tuple[BrowserContext, Page, Callable[[str], None]], width: int
) -> None:
    """To one line of it, which a click opens and a key closes; in a wide window it is whole."""
    _, page, look = tried
    page.set_viewport_size({"width": width, "height": 640})
    long = "My \u202e kettle\n\n" + "came with a cracked lid. " * 30
    draft_id = site.draft(text=long)
    desk = open_draft(page, site, draft_id)
    complaint, line = page.locator(".complaint"), page.locator(".one-line")
    fact = page.get_by_text("One Tern kettle at £42.50")
    summary = complaint.locator(".fold > summary")
    expect(line).to_have_text(re.compile("^My kettle came with a cracked lid"))
    expect(fact).to_be_hidden()
    assert complaint.evaluate("(each) => each.offsetHeight") < LOW
    expect(desk.text).to_be_in_viewport()
    look(f"folded-{width}")
    summary.click()
    expect(fact).to_be_visible()
    expect(line).to_be_hidden()
    look(f"unfolded-{width}")
    desk.write("Something else")
    expect(fact).to_be_visible()
    summary.focus()
    for seen in (False, True):
        page.keyboard.press("Enter" if seen else " ")
        expect(fact).to_be_visible(visible=seen)
    page.set_viewport_size({"width": 1280, "height": 640})
    expect(summary).to_have_count(0)
    expect(fact).to_be_visible()
    expect(desk.text).to_contain_text("Something else")


def test_while_it_is_worked_on(site: Site, tried: tuple[BrowserContext, Page, Callable[[str], None]]) -> None:
    """Checks under way, a connection that is lost, a record that waits, another draft being written."""
    context, page, look = tried
    desk = open_draft(page, site, site.draft(WRONG))
    expect(page.locator(".verdict.bad").first).to_be_visible()
    page.route("**/v1/checks", lambda _: None)
    desk.write(WRONG + " And thank you.")
    expect(desk.state).to_have_text("Checking…")
    look("checking")
    page.unroute("**/v1/checks")
    context.set_offline(offline=True)
    desk.write(WRONG + " And thank you!")
    desk.button("I sent it").click()
    expect(page.get_by_text("Not recorded yet.")).to_be_visible()
    expect(desk.state).to_have_text("Not checked")
    look("offline")
    context.set_offline(offline=False)
    expect(page.get_by_text("Recorded: sent after edits")).to_be_visible()
    look("recorded")
    page.reload()
    expect(page.get_by_text("Recorded already")).to_be_visible()
    look("recorded-before")
    page.route("**/again", lambda _: None)
    page.get_by_role("button", name="Draft again").click()
    expect(page.get_by_role("log")).to_contain_text("Reading the case…")
    assert page.locator(".dot").evaluate_all("(dots) => dots.map((dot) => dot.getAnimations().length)") in ([], [0])
    look("drafting")


def test_between_texts(site: Site, tried: tuple[BrowserContext, Page, Callable[[str], None]]) -> None:
    """Alternatives beside the draft, and a text of another tab."""
    context, page, look = tried
    draft_id = site.draft(GOOD)
    made: dict[str, Any] = site.ask("GET", f"/v1/drafts/{draft_id}")
    made["alternatives"] = [
        {"draft": GOOD.replace("very", "truly") + f"\n\nPS {number}", "verdicts": made["verdicts"]}
        for number in range(2)
    ]
    page.route(f"**/v1/drafts/{draft_id}", lambda route: route.fulfill(json=made))
    desk = open_draft(page, site, draft_id)
    expect(page.get_by_role("article")).to_have_count(2)
    look("alternatives")
    page.get_by_role("article", name="Alternative 2").get_by_role("button").click()
    expect(desk.text).to_contain_text("PS 1")
    expect(page.get_by_role("article", name="The first draft")).to_be_visible()
    other = context.new_page()
    open_draft(other, site, draft_id)
    Desk(other).write("Something else")
    desk.write("Something else again")
    Desk(other).write("Something else for the third time")
    expect(page.get_by_text("changed in another tab, too")).to_be_visible()
    look("two-tabs")


def test_signed_out(site: Site, tried: tuple[BrowserContext, Page, Callable[[str], None]]) -> None:
    """With a text that is kept, and a key that was refused."""
    _, page, look = tried
    desk = open_draft(page, site, site.draft())
    desk.write("Half a thought")
    page.route("**/v1/desk/session", lambda route: route.fulfill(json=SIGNED_OUT))
    page.reload()
    expect(page.get_by_text("Your unfinished text is kept")).to_be_visible()
    page.unroute("**/v1/desk/session")
    page.route("**/v1/desk/session", lambda route: route.fulfill(status=401))
    page.get_by_label("Access key").fill("amends_x")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("does not work")
    expect(page.get_by_label("Access key")).to_have_value("amends_x")
    look("refused")
