"""A browser, the service, and pages on which nothing may go wrong unseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.doors import Host, new_key
from tests.e2e.site import Site, chromium, running

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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service, open to this machine."""
    folder: Path = tmp_path_factory.mktemp("site")
    with running(folder) as found:
        yield found


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """A help desk."""
    found = Host()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory, host: Host) -> Iterator[Site]:
    """The service with a key, which pages of the host may hold in a frame."""
    folder = tmp_path_factory.mktemp("closed")
    with running(folder, AMENDS_DESK_FRAME_ANCESTORS=f"{host.url} https://*.example.com") as site:
        key = new_key(folder, "crm")
        site.headers["Authorization"] = f"Bearer {key}"
        yield site


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
