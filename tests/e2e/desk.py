"""The desk as a person finds their way on it: by what stands there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.e2e.site import Site

# What the checks of a text come to.
TO_FIX = re.compile(r"\d+ to fix")
FINE = re.compile("Good to send")
# What a browser says of a tab that was left for another one and is come back to.
SEEN_AGAIN = """
    dispatchEvent(new Event("blur"));
    document.dispatchEvent(new Event("visibilitychange"));
    dispatchEvent(new Event("focus"));
"""


@dataclass
class Desk:
    """The page of a draft."""

    page: Page

    @property
    def text(self) -> Locator:
        """The editor."""
        return self.page.get_by_role("textbox", name="Reply to the customer")

    @property
    def state(self) -> Locator:
        """What the checks come to."""
        return self.page.locator(".state")

    def verdict(self, check: str) -> Locator:
        """A check that did not pass, by its name in the contract."""
        return self.page.locator(f'[data-check="{check}"]')

    def button(self, name: str) -> Locator:
        """A button."""
        return self.page.get_by_role("button", name=name, exact=True)

    def reads(self, text: str) -> None:
        """Expect the editor to hold a text."""
        lines = text.split("\n")
        expect(self.text.locator(".cm-line")).to_have_text(lines, use_inner_text=True)

    def write(self, text: str) -> None:
        """Put a text in place of what is there, as somebody who types; fail here if the editor does not take it."""
        self.page.bring_to_front()  # another one may still have the focus, as it is closed
        self.text.click()
        expect(self.text).to_be_focused()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        last = text.rsplit("\n", maxsplit=1)[-1].strip()
        if last.isprintable():  # hidden characters are shown as marks
            expect(self.text.locator(".cm-line").last).to_contain_text(last)


def open_draft(page: Page, site: Site, draft_id: str) -> Desk:
    """The page of a draft, once it is there."""
    page.goto(f"{site.url}/#/draft/{draft_id}")
    desk = Desk(page)
    expect(desk.text).to_be_visible()
    return desk
