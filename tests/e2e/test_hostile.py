"""Texts of customers and of models are data: nothing in them runs, turns the page around, or makes it slow."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import open_draft
from tests.e2e.site import GOOD, Site

SCRIPT = "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'><svg/onload=alert(1)>"
TURNED = "Please write to \u202eeno on\u202c at once. \u2066\u0000\u200b"
LONG = "This is one of very many sentences about a kettle, its lid, and the two weeks. " * 260


@pytest.mark.parametrize(
    "text", [SCRIPT, TURNED, "{{constructor.constructor('window.broken=1')()}}", "a\r\nb\rc\u2028d"]
)
def test_a_hostile_text_is_shown_as_it_is(page: Page, site: Site, text: str) -> None:
    """In the complaint, in the customer's name, in the draft and in what a finding quotes."""
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    draft_id = site.draft(f"{GOOD}\n\n{text}", text=text, customer_name=text[:200].replace("\0", ""), id=text[:200])
    desk = open_draft(page, site, draft_id)
    page.get_by_text("checks passed").click()
    page.get_by_role("button", name="Show the words").first.click()
    expect(desk.text).to_contain_text("cracked lid")
    page.goto(f"{site.url}/#/queue")
    expect(page.get_by_role("link", name="Broken or undelivered").or_(page.locator(".row-link")).first).to_be_visible()
    assert page.evaluate("window.broken") is None
    assert page.locator("#app script, #app img").count() == 0
    assert {url.partition("/v1/")[0].partition("/desk/")[0].partition("/#")[0].rstrip("/") for url in requests} == {
        site.url
    }


def test_what_turns_text_around_is_seen(page: Page, site: Site) -> None:
    """And turns none of the page's own words around."""
    desk = open_draft(page, site, site.draft(f"{GOOD}\n\n{TURNED}", text=TURNED))
    expect(desk.text.locator(".cm-specialChar").first).to_be_visible()
    expect(page.locator(".complaint .hidden-mark").first).to_have_attribute("title", "U+202E")


def test_twenty_thousand_characters(page: Page, site: Site) -> None:
    """In the complaint and the draft: typing stays quick, and verdicts follow."""
    text = LONG[:19_000]
    desk = open_draft(page, site, site.draft(f"{GOOD}\n\n{text}"[:20_000], text=LONG[:20_000]))
    expect(page.get_by_text("The whole text (20,000 characters)")).to_be_visible()
    desk.text.click()
    page.keyboard.press("Control+Home")
    began = time.monotonic()
    page.keyboard.type("Twenty letters here.")
    assert time.monotonic() - began < 3
    page.get_by_role("button", name="Show what you changed").click()
    expect(page.locator("ins")).to_have_text("Twenty letters here.Dear")
    expect(desk.state).not_to_have_text("Checking…", timeout=20_000)


def test_the_diff_of_two_long_texts_without_anything_in_common(page: Page, site: Site) -> None:
    """Is made within a moment."""
    desk = open_draft(page, site, site.draft(LONG[:19_000]))
    began = time.monotonic()
    desk.write("Quite something else! " * 800)
    page.get_by_role("button", name="Show what you changed").click()
    expect(page.locator("ins").first).to_be_visible()
    assert time.monotonic() - began < 8
