"""A browser, and pages on which nothing may go wrong unseen, for all tests: a plugin of pytest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.site import chromium

NOT_LOADED = "Failed to load resource"  # what the console says of a request that was refused or lost
PATIENCE_MS = 15_000  # machines that do much else at once are slow


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        # Root has no sandbox, and a container has little shared memory.
        options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _loop_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test without a browser run a loop: Playwright's stands still meanwhile, and must not seem to run."""
    if "browser" in request.fixturenames:
        yield
        return
    standing = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(standing)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that knows nothing yet, and may copy."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def mistakes() -> list[str]:
    """What the page may complain of: a test that provokes it names it here."""
    return []


@pytest.fixture
def page(context: BrowserContext, mistakes: list[str]) -> Iterator[Page]:
    """A page; at the end its console must hold no mistake but those that the test provoked."""
    page = context.new_page()
    seen = watched(page)
    yield page
    assert [each for each in seen if not any(known in each for known in mistakes)] == []


def watched(page: Page) -> list[str]:
    """What goes wrong on a page from now on."""
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.append(str(error)))
    return seen
