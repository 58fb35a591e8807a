"""How the desk looks and how light it is: in both colours, at all widths, for everybody."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import watched
from tests.e2e.site import GOOD, WRONG, Site

AXE = Path(__file__).parents[2] / "desk" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_BYTES = 300_000
PICTURES = os.environ.get("AMENDS_E2E_PICTURES")
LOOKS: tuple[tuple[str, int, Literal["light", "dark"]], ...] = (
    ("wide", 1400, "light"),
    ("wide", 1400, "dark"),
    ("middle", 768, "light"),
    ("middle", 768, "dark"),
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
        page.get_by_text("The numbers of each day").click()
        expect(page.locator(".plot")).to_have_count(4)


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
def test_the_first_load_is_light(browser: Browser, site: Site, filled: dict[str, str], kind: str) -> None:
    """At most 300 KB over the wire, answers included; the second load is nearly nothing."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/#/{filled[kind]}")
    prepared_at = page.locator(".row-link" if kind == "queue" else ".passed").first
    expect(prepared_at).to_be_visible()
    first = page.evaluate(BYTES)
    page.reload()
    expect(prepared_at).to_be_visible()
    again = page.evaluate(BYTES)
    context.close()
    assert first < MOST_BYTES
    assert again < MOST_BYTES / 5


BYTES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, each) => sum + each.transferSize, 0)"""
