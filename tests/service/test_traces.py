"""Taking traces of deleted texts away: at once, or as soon as nobody reads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from service.errors import StoreError
from service.traces import Traces
from tests.service.erased import GivenFiles

BROKEN = StoreError("The database a.db failed: disk I/O error.")


def cleaning(files: GivenFiles, use: Callable[[Traces], Awaitable[None]], patience_s: float = 5) -> list[str]:
    """What is done to files."""

    async def run() -> None:
        traces = Traces(files, patience_s, least_pause_s=0.001)
        await use(traces)
        await traces.aclose()

    asyncio.run(run())
    return files.calls


def test_a_new_process_cleans_once() -> None:
    """One before it may have left traces in the log and the file; then there are none until something is deleted."""

    async def use(traces: Traces) -> None:
        for _ in range(2):
            await traces.clean()
        for _ in range(2):
            await traces.rewrite()
        traces.left()
        for _ in range(2):
            await traces.clean()

    assert cleaning(GivenFiles(), use) == ["empty", "rewrite", "empty", "empty"]


def test_it_is_tried_until_nobody_reads() -> None:
    """Whatever goes wrong meanwhile is logged, and tried again."""
    with structlog.testing.capture_logs() as logs:
        assert cleaning(GivenFiles([False, BROKEN, False]), Traces.clean) == ["empty"] * 4
    assert [(each["event"], each["detail"]) for each in logs] == [("traces.left", str(BROKEN))]


def test_nobody_waits_longer_than_a_moment() -> None:
    """It goes on by itself, and what is deleted during a try needs another one."""
    files = GivenFiles()
    files.gate.clear()

    async def use(traces: Traces) -> None:
        await traces.clean()
        traces.left()
        await traces.clean()
        assert files.calls == ["empty"]
        files.gate.set()
        await traces.clean()
        await asyncio.sleep(0.01)

    assert cleaning(files, use, patience_s=0.01) == ["empty"] * 2


def test_many_wait_for_one_try() -> None:
    """A hundred deletions at once are cleaned after together."""
    files = GivenFiles()

    async def delete(traces: Traces) -> None:
        traces.left()
        await traces.clean()

    async def use(traces: Traces) -> None:
        await asyncio.gather(*(delete(traces) for _ in range(100)))

    assert cleaning(files, use) == ["empty"]


def test_a_file_is_rewritten_once_after_deletions() -> None:
    """As soon as it is not in use; then its log holds the old pages, and is emptied again."""

    async def use(traces: Traces) -> None:
        traces.left()
        await traces.clean()
        await traces.rewrite()
        await traces.rewrite()
        await traces.rewrite()

    assert cleaning(GivenFiles(rewritten=[False]), use) == ["empty", "rewrite", "rewrite", "empty"]


def test_it_can_be_stopped_in_the_middle() -> None:
    """Also before it ever began."""
    files = GivenFiles([False] * 1_000)

    async def use(traces: Traces) -> None:
        await traces.clean()

    assert cleaning(files, use, patience_s=0.01)
    assert cleaning(GivenFiles(), lambda _: asyncio.sleep(0)) == []
