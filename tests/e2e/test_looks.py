"""How the desk looks and how soon it is there: in both colours, at all widths, for everybody."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import watched
from tests.e2e.site import GOOD, WRONG, Site

log = logging.getLogger(__name__)
AXE = Path(__file__).parents[2] / "desk" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_BYTES, MOST_MS = 300_000, 1_000
PICTURES = os.environ.get("AMENDS_E2E_PICTURES")
LOOKS: tuple[tuple[str, int, Literal["light", "dark"]], ...] = (
    ("wide", 1400, "light"),
    ("wide", 1400, "dark"),
    ("middle", 900, "light"),
    ("middle", 900, "dark"),
    ("narrow", 390, "light"),
    ("narrow", 390, "dark"),
)


@pytest.fixture(scope="module")
def filled(site: Site) -> dict[str, str]:
    """Drafts of several kinds, some with feedback."""
    good = [site.draft(GOOD, id=f"ticket-{number}") for number in range(3)]
    site.ask("POST", f"/v1/drafts/{good[0]}/feedback", {"outcome": "sent"})
    site.ask(
        "POST", f"/v1/drafts/{good[1]}/feedback", {"outcome": "edited", "text": GOOD.replace("sorry", "very sorry")}
    )
    wrong = site.draft(f"{WRONG}\n\nIt was the courier's fault, so please understand.", customer_name="Sam Reed")
    site.model.text = WRONG
    site.ask("POST", f"/v1/drafts/{good[2]}/again", {"delivery": "strict"})
    return {"queue": "queue", "draft": f"draft/{wrong}", "ready": f"draft/{good[2]}", "figures": "figures"}


def prepared(page: Page, kind: str) -> None:
    """Wait for the page, and open what is folded."""
    marks = {"queue": ".row-link", "draft": ".verdict.bad", "ready": ".passed", "figures": ".tile"}
    expect(page.locator(marks[kind]).first).to_be_visible()
    if kind in ("draft", "ready"):
        page.get_by_role("button", name="Reject…").click()
        page.get_by_role("button", name="Show what you changed").click()
        page.locator(".passed summary").click()
    if kind == "figures":
        page.get_by_text("The numbers").click()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[2]}")
@pytest.mark.parametrize("kind", ["queue", "draft", "ready", "figures"])
def test_everybody_can_use_a_page(
    browser: Browser, site: Site, filled: dict[str, str], kind: str, look: tuple[str, int, Literal["light", "dark"]]
) -> None:
    """Axe finds nothing, no page is wider than the window, and the console is silent."""
    size, width, scheme = look
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    seen = watched(page)
    page.goto(f"{site.url}/#/{filled[kind]}")
    prepared(page, kind)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{kind}-{size}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    assert seen == []
    context.close()


def violations(page: Page) -> list[str]:
    """What axe finds on a page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "async (rules) => await axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def test_the_sign_in_and_the_dialog(page: Page, site: Site, filled: dict[str, str]) -> None:
    """They are pages, too."""
    assert filled
    page.route("**/v1/desk/session", lambda route: route.fulfill(json=SIGNED_OUT))
    page.goto(site.url)
    expect(page.get_by_label("Access key")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


SIGNED_OUT: dict[str, object] = {
    "signed_in": False,
    "open": False,
    "draft_id": None,
    "csrf": None,
    "token": None,
    "embedders": [],
}


@pytest.mark.parametrize("kind", ["queue", "ready"])
def test_the_first_load_is_light_and_quick(browser: Browser, site: Site, filled: dict[str, str], kind: str) -> None:
    """At most 300 KB over the wire, answers included, and less than a second; the second load is nearly nothing."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/#/{filled[kind]}")
    expect(page.locator(".row-link" if kind == "queue" else ".passed").first).to_be_visible()
    first = loaded(page)
    page.reload()
    expect(page.locator(".row-link" if kind == "queue" else ".passed").first).to_be_visible()
    again = loaded(page)
    context.close()
    assert first["bytes"] < MOST_BYTES
    assert first["interactive"] < MOST_MS
    assert again["bytes"] < MOST_BYTES / 5
    log.info("first load of %s: %s; again: %s", kind, first, again)


def loaded(page: Page) -> dict[str, float]:
    """Bytes over the wire, and milliseconds until the page could be used."""
    found: dict[str, float] = page.evaluate(
        """() => {
            const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
            const paint = performance.getEntriesByType("paint").map((each) => each.startTime);
            const script = all.filter((each) => each.name.endsWith("desk.js")).map((each) => each.responseEnd);
            return {bytes: all.reduce((sum, each) => sum + each.transferSize, 0),
                    interactive: Math.max(...paint, ...script, all[0].domInteractive)};
        }"""
    )
    return found


def test_a_check_while_typing_is_quick(page: Page, site: Site, filled: dict[str, str]) -> None:
    """The median answer to a changed text comes within 150 ms; most of them wait for a core of a busy machine."""
    page.goto(f"{site.url}/#/{filled['ready']}")
    box = page.get_by_role("textbox", name="Reply to the customer")
    box.click()
    for number in range(7):
        with page.expect_response("**/v1/checks"):
            page.keyboard.insert_text(f" {number}")
    times = page.evaluate(
        "performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/v1/checks')).map((e) => e.duration)"
    )
    log.info("checks while typing took %s ms", sorted(round(each) for each in times))
    assert sorted(times)[len(times) // 2] < 150
