"""Copy: what is on the clipboard then, and what is said where the browser refuses."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.desk import open_draft
from tests.e2e.doors import Host
from tests.e2e.site import GOOD, WRONG, Site

# A browser gives a page in a context without https no clipboard, as any on another machine than the service's.
WITHOUT_THE_NEW_WAY = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
WITHOUT_THE_OLD_WAY = "document.execCommand = () => false"
FIELD = "document.body.append(Object.assign(document.createElement('textarea'), {id: 'pasted'}))"


def pasted(page: Page) -> str:
    """What is on the clipboard, as a field of the page gets it."""
    page.evaluate(FIELD)
    field = page.locator("#pasted")
    field.focus()
    page.keyboard.press("Control+v")
    text: str = field.input_value()
    field.evaluate("(each) => each.remove()")
    return text


def test_by_the_button_and_by_keys(context: BrowserContext, page: Page, site: Site) -> None:
    """What stands there, with what the agent changed; also from marked words, whose reason then makes way."""
    context.grant_permissions(["clipboard-read"], origin=site.url)
    desk = open_draft(page, site, site.draft(WRONG))
    desk.button("Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert pasted(page) == WRONG
    desk.write(f"{WRONG}\nMind the ﬁ ligature 🙂.")
    page.keyboard.press("Alt+j")
    expect(page.get_by_text("Copied.")).to_have_count(0)
    page.keyboard.press("Alt+c")
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert pasted(page) == f"{WRONG}\nMind the ﬁ ligature 🙂."


def test_the_older_way(context: BrowserContext, page: Page, site: Site) -> None:
    """Where the newer one is not to be had; the caret and the focus stay where they were, and nothing scrolls."""
    context.grant_permissions(["clipboard-read"], origin=site.url)
    page.add_init_script(WITHOUT_THE_NEW_WAY)
    desk = open_draft(page, site, site.draft())
    desk.text.click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("End")
    page.keyboard.press("Alt+c")
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    page.keyboard.insert_text(" or Sam Reed,")
    desk.button("Copy").click()
    expect(desk.button("Copy")).to_be_focused()
    assert pasted(page) == GOOD.replace("Okafor,", "Okafor, or Sam Reed,")


@pytest.mark.parametrize("by", ["button", "keys"])
def test_where_the_browser_refuses(context: BrowserContext, page: Page, site: Site, by: str) -> None:
    """It is said, and the text is selected, so that the browser's own way is one key away."""
    context.grant_permissions(["clipboard-read"], origin=site.url)
    page.add_init_script(f"{WITHOUT_THE_NEW_WAY}; {WITHOUT_THE_OLD_WAY}")
    desk = open_draft(page, site, site.draft())
    if by == "button":
        desk.button("Copy").click()
    else:
        page.keyboard.press("Alt+c")
    expect(page.get_by_text("The browser does not let this page copy. The text is selected")).to_be_visible()
    page.keyboard.press("Control+c")
    assert pasted(page) == GOOD
    desk.reads(GOOD)


def test_in_a_frame_that_may_not(context: BrowserContext, page: Page, closed: Site, host: Host) -> None:
    """A frame that the page gives no leave to write to the clipboard copies all the same, and nothing complains."""
    context.grant_permissions(["clipboard-read"], origin=host.url)
    host.frame = closed.url + closed.ask("POST", f"/v1/drafts/{closed.draft()}/links", {})["url"]
    page.goto(host.url)
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Copy", exact=True).click()
    expect(frame.get_by_text("Copied.")).to_be_visible()
    assert pasted(page) == GOOD
