"""The list of drafts: empty, long, filtered, and looked at again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browser import NOT_LOADED
from tests.e2e.desk import SEEN_AGAIN
from tests.e2e.site import Site, running

MANY = 10_000
# The same draft once more each time, a minute older.
COPY = """
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {many})
    INSERT INTO drafts ({columns}) SELECT {values} FROM drafts, numbers WHERE id = '{draft_id}'
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service with ten thousand drafts that wait."""
    folder: Path = tmp_path_factory.mktemp("full")
    with running(folder) as site:
        multiply(folder / "a.db", site.draft(id="ticket-0"), MANY)
        yield site


def multiply(database: Path, draft_id: str, many: int) -> None:
    """Put copies of a draft into a database."""
    with sqlite3.connect(database) as connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(drafts)")]
        new = {"id": "id || '-' || n", "ref": "'ticket-' || n"}
        new["created_at"] = "strftime('%Y-%m-%d %H:%M:%f000', created_at, '-' || n || ' minutes')"
        values = ", ".join(new.get(name, name) for name in columns)
        connection.execute(COPY.format(many=many, columns=", ".join(columns), values=values, draft_id=draft_id))


def test_nothing_waits(page: Page, site: Site) -> None:
    """It says so, and what to expect."""
    page.goto(f"{site.url}/#/queue?situation=told_two_things&status=failed")
    expect(page.get_by_text("Nothing waits. Drafts appear here as your help desk asks for them.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="0 drafts")).to_be_visible()


def test_ten_thousand_drafts(page: Page, full: Site) -> None:
    """They are shown page by page, each once, in order; who has gone further down keeps the place."""
    page.goto(full.url)
    rows = page.locator(".row-link")
    expect(rows).to_have_count(50)
    expect(page.get_by_text("50 or more drafts")).to_be_visible()
    for count in (100, 150):
        page.get_by_role("button", name="Show more").click()
        expect(rows).to_have_count(count)
    tickets = [text.split("ticket-")[1].split()[0] for text in rows.all_inner_texts()]
    assert tickets == [str(number) for number in range(150)]
    page.evaluate(SEEN_AGAIN)
    rows.nth(140).focus()
    page.keyboard.press("j")
    expect(rows.nth(141)).to_be_focused()
    page.keyboard.press("End")
    expect(rows.nth(149)).to_be_focused()
    expect(rows).to_have_count(150)


def test_a_ticket_is_found(page: Page, full: Site) -> None:
    """By its number, whatever became of it."""
    page.goto(full.url)
    page.get_by_label("Ticket").fill("ticket-7777")
    page.keyboard.press("Enter")
    expect(page.locator(".row-link")).to_have_count(1)
    expect(page.locator(".row-link")).to_contain_text("ticket-7777")
    expect(page.get_by_role("combobox", name="Show")).to_have_value("")


def test_a_ticket_that_is_typed_while_the_list_comes(page: Page, full: Site) -> None:
    """It is still there when the list has come, and found."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(lambda url: "/v1/drafts?" in url, hold, times=1)
    page.goto(full.url)
    page.get_by_label("Ticket").press_sequentially("ticket-7777")
    held[0].continue_()
    expect(page.locator(".row-link")).to_have_count(50)
    expect(page.get_by_label("Ticket")).to_have_value("ticket-7777")
    page.keyboard.press("Enter")
    expect(page.locator(".row-link")).to_have_count(1)


def test_another_list_that_does_not_come(page: Page, full: Site, mistakes: list[str]) -> None:
    """It says so, and shows nothing of the list before, nor more of it."""
    mistakes += [NOT_LOADED]
    page.goto(full.url)
    expect(page.locator(".row-link")).to_have_count(50)
    page.route(lambda url: "channel=chat" in url, lambda route: route.abort(), times=1)
    page.get_by_label("Channel").select_option("chat")
    expect(page.get_by_role("alert")).to_contain_text("The service cannot be reached.")
    expect(page.locator(".row-link")).to_have_count(0)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()


def test_a_page_that_comes_late_is_not_put_into_another_list(page: Page, full: Site) -> None:
    """Whoever asks for more, and then for something else, sees that alone."""
    page.goto(full.url)
    expect(page.locator(".row-link")).to_have_count(50)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(lambda url: "before=" in url, hold)
    with page.expect_request(lambda request: "before=" in request.url):
        page.get_by_role("button", name="Show more").click()
    page.get_by_label("Channel").select_option("chat")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    held[0].continue_()
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("status").filter(has_text="0 drafts")).to_be_visible()
    expect(page.locator(".row-link")).to_have_count(0)
