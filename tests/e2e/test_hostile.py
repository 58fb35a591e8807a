"""Texts of customers and of models are data: nothing in them runs, turns the page around, or makes it slow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import open_draft
from tests.e2e.site import GOOD, WRONG, Site

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
    expect(page.locator(".row-link").first).to_be_visible()
    assert page.evaluate("window.broken") is None
    assert page.locator("#app script, #app img").count() == 0
    assert {url.partition("/v1/")[0].partition("/desk/")[0].partition("/#")[0].rstrip("/") for url in requests} == {
        site.url
    }


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_findings_stand_on_their_words(page: Page, site: Site, ends: str) -> None:
    """Behind characters that count twice in a browser, and whichever way lines end."""
    text = "\U0001f469\u200d\U0001f680 \U0001f600 e\u0301 " + WRONG
    desk = open_draft(page, site, site.draft(text.replace("\n", ends)))
    marked = page.locator(".must")
    expect(marked.filter(has_text="£99.99").first).to_be_visible()
    assert "£99.99" in marked.all_inner_texts()
    desk.verdict("grounding").get_by_role("button", name="Write “£42.50”").click()
    expect(desk.text).to_contain_text("refund of £42.50. Priya")
    expect(page.get_by_text("Your text from before")).to_have_count(0)


def test_a_complaint_of_five_hundred_lines(page: Page, site: Site) -> None:
    """Its beginning stands beside the reply; the whole is one click away, and the reply stays in sight."""
    lines = [f"Line {number} of what went wrong." for number in range(500)]
    desk = open_draft(page, site, site.draft(text="\r\n".join(lines)))
    complaint = page.get_by_role("region", name="Complaint")
    expect(complaint).to_contain_text(lines[10])
    expect(complaint).not_to_contain_text(lines[400])
    complaint.get_by_role("button", name="The whole text").click()
    expect(complaint).to_contain_text(lines[499])
    complaint.get_by_text(lines[450]).scroll_into_view_if_needed()
    expect(desk.text).to_be_in_viewport()


def test_words_that_nobody_sees_are_shown(page: Page, site: Site) -> None:
    """What is spelt with hidden letters stands there as a mark; flags that are spelt so are flags."""
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "obey me")
    flag = "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbwls") + "\U000e007f"
    open_draft(page, site, site.draft(text=f"It broke.{hidden} I live in {flag}."))
    marks = page.locator(".complaint .hidden-mark")
    expect(marks).to_have_count(1)
    expect(marks).to_have_attribute("title", re.compile("U\\+E006F U\\+E0062"))
    expect(page.locator(".complaint")).to_contain_text(flag)


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
    page.keyboard.type("Twenty letters here.")
    page.get_by_role("button", name="Show what you changed").click()
    expect(page.locator("ins")).to_have_text("Twenty letters here.Dear")
    expect(desk.state).not_to_have_text("Checking…", timeout=20_000)


def test_the_diff_of_two_long_texts_without_anything_in_common(page: Page, site: Site) -> None:
    """Is made within a moment."""
    desk = open_draft(page, site, site.draft(LONG[:19_000]))
    desk.write("Quite something else! " * 800)
    page.get_by_role("button", name="Show what you changed").click()
    expect(page.locator("ins").first).to_be_visible()
