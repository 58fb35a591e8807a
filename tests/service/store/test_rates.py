"""Requests counted in PostgreSQL: by several processes, at once, and by its clock."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable

import pytest

from service.errors import StoreError
from service.limiting.limiter import after
from service.limiting.rates import Rate
from service.store.database import open_database
from service.store.rates import SharedWindows
from tests.databases import rows
from tests.postgres import PostgresServer
from tests.service.limiting import taking

DAY = Rate(10, 86_400)


def over(url: str, use: Callable[[SharedWindows], Awaitable[None]]) -> None:
    """Use the windows of a database."""

    async def run() -> None:
        async with open_database(url) as engine:
            await use(SharedWindows(engine))

    asyncio.run(run())


def test_two_processes_share_a_rate(postgres_url: str) -> None:
    """Of a hundred requests at once, half of them to each, as many pass as one process would let through."""
    command = [sys.executable, "-m", taking.__name__, postgres_url, "50", "30"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    assert sum(int(process.communicate(timeout=120)[0]) for process in both) == 30


def test_fifty_at_once(postgres_url: str) -> None:
    """Of a limit of ten, exactly ten pass."""
    assert asyncio.run(taking.take(postgres_url, 50, 10)) == 10


def test_what_is_left(postgres_url: str) -> None:
    """It goes down in every window, and the shortest refuses first, so that nothing more is counted in the longer."""
    rates = [Rate(3, 3_600), DAY]

    async def use(windows: SharedWindows) -> None:
        counts = [await windows.take("a", rates) for _ in range(5)]
        assert [count.taken for count in counts] == [True, True, True, False, False]
        left = [[window.remaining for window in count.windows] for count in counts]
        assert left == [[2, 9], [1, 8], [0, 7], [0, 7], [0, 7]]
        assert all(0 < window.left <= window.rate.seconds for count in counts for window in count.windows)
        assert (await windows.take("b", rates)).windows[1].remaining == 9

    over(postgres_url, use)


def test_the_wait_is_right(postgres_url: str) -> None:
    """Whoever waits as long as is said is let through."""

    async def use(windows: SharedWindows) -> None:
        for _ in range(3):
            while (count := await windows.take("a", [Rate(4, 1)])).taken:
                pass
            await asyncio.sleep(after(count.windows[0].wait_s))
            assert (await windows.take("a", [Rate(4, 1)])).taken

    over(postgres_url, use)


@pytest.mark.parametrize("jump", [-86_400, -61, 61, 3_600, 86_400])
def test_a_clock_that_jumped(postgres_url: str, jump: int) -> None:
    """Nobody waits longer than twice the rate's time, and the rate still limits."""
    rate = Rate(10, 60)

    async def use(windows: SharedWindows) -> None:
        for _ in range(10):
            await windows.take("a", [rate])
        rows(postgres_url, f"UPDATE rate_counts SET at = at - {jump}")
        counts = [await windows.take("a", [rate]) for _ in range(30)]
        assert sum(count.taken for count in counts) <= 20
        assert counts[-1].windows[0].wait_s <= 120

    over(postgres_url, use)


def test_old_counts_go(postgres_url: str) -> None:
    """Those of callers who have sent nothing for days; the others stay."""

    async def use(windows: SharedWindows) -> None:
        for bucket in ("old", "young"):
            await windows.take(bucket, [DAY])
        rows(postgres_url, "UPDATE rate_counts SET at = at - 3 * 86400 WHERE bucket = 'old'")
        await windows.delete_old()

    over(postgres_url, use)
    assert rows(postgres_url, "SELECT bucket FROM rate_counts") == [("young",)]


def test_it_is_not_logged(postgres_url: str) -> None:
    """So that a request waits for no disk."""
    assert rows(postgres_url, "SELECT relpersistence FROM pg_class WHERE relname = 'rate_counts'") in (
        [("u",)],
        [(b"u",)],
    )


def test_a_database_that_is_away(postgres: PostgresServer) -> None:
    """It says so as any other part does."""
    name = postgres.make_database()

    async def use(windows: SharedWindows) -> None:
        postgres.drop_database(name)
        with pytest.raises(StoreError):
            await windows.take("a", [DAY])

    over(postgres.url(name), use)
