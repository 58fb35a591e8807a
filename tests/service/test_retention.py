"""Deleting what has grown too old, in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import structlog

from service.erasing import NOTHING, Portion
from service.errors import StoreError
from service.retention import TOLD_EVERY, Limits, Retention, retaining
from service.traces import Traces
from tests.service.erased import GivenFiles
from tests.service.parts import NOW

DAY = timedelta(days=1)
KEPT = Limits(texts=30 * DAY, answers=DAY)
BROKEN = StoreError("The database a.db failed: disk I/O error.")


class Kept:
    """Texts and keys in portions, as a test wants them; a fault is raised in place of a portion."""

    def __init__(self, *portions: Portion | Exception, keys: Sequence[int] = ()) -> None:
        self.portions = list(portions)
        self.keys = list(keys)
        self.asked: list[tuple[datetime, ...]] = []
        self.done = asyncio.Event()

    async def erase_older(self, than: datetime, at: datetime) -> Portion:
        """The next portion."""
        self.asked.append((than, at))
        portion = self.portions.pop(0) if self.portions else NOTHING
        if isinstance(portion, Exception):
            raise portion
        if portion == NOTHING:
            self.done.set()
        return portion

    async def delete_expired(self, now: datetime, expiring: datetime) -> int:
        """The next number of keys."""
        self.asked.append((now, expiring))
        return self.keys.pop(0) if self.keys else 0


def turned(kept: Kept, limits: Limits = KEPT) -> list[str]:
    """What was done to the files in a turn."""
    files = GivenFiles()

    async def run() -> None:
        traces = Traces(files)
        retention = Retention(kept, kept, traces, lambda: NOW, limits, pause_s=0)
        try:
            await retention.take_turn()
        finally:
            await traces.aclose()

    asyncio.run(run())
    return files.calls


def test_a_turn_goes_on_until_nothing_is_left() -> None:
    """Also past a portion that another process deleted meanwhile; then traces are taken away."""
    kept = Kept(Portion(200, 200), Portion(200, 0), Portion(7, 7), keys=[500, 3])
    assert turned(kept) == ["empty", "rewrite", "empty"]
    assert kept.asked == [(NOW, NOW)] * 3 + [(NOW - 30 * DAY, NOW)] * 4


def test_texts_are_kept_where_nothing_says_how_long() -> None:
    """Expired answers go all the same."""
    kept = Kept(Portion(1, 1), keys=[3])
    assert turned(kept, Limits(None, DAY)) == ["empty", "rewrite", "empty"]
    assert kept.asked == [(NOW, NOW)] * 2


def test_nothing_deleted_leaves_no_traces() -> None:
    """But those of a process before, in the log and in the file."""
    assert turned(Kept()) == ["empty", "rewrite", "empty"]


@pytest.mark.parametrize(
    ("texts", "answers", "ahead"),
    [(30 * DAY, DAY, timedelta(0)), (DAY, DAY, timedelta(0)), (DAY, 30 * DAY, 29 * DAY)],
)
def test_an_answer_is_kept_no_longer_than_texts(texts: timedelta, answers: timedelta, ahead: timedelta) -> None:
    """What would expire later is deleted when texts of its age are."""
    kept = Kept()
    turned(kept, Limits(texts, answers))
    assert kept.asked[0] == (NOW, NOW + ahead)


def test_a_turn_that_fails_takes_its_traces_away() -> None:
    """What was deleted before the fault is deleted."""
    kept = Kept(Portion(200, 200), BROKEN)
    with pytest.raises(StoreError, match="disk I/O error"):
        turned(kept)


def test_progress_is_told_in_numbers() -> None:
    """Now and then, and at the end."""
    with structlog.testing.capture_logs() as logs:
        turned(Kept(Portion(TOLD_EVERY - 1, TOLD_EVERY - 1), Portion(200, 200), Portion(3, 3)))
    assert [(each["event"], each["drafts"]) for each in logs] == [
        ("retention.erasing", TOLD_EVERY + 199),
        ("retention.erased", TOLD_EVERY + 202),
    ]


def test_it_goes_on_after_a_fault() -> None:
    """Foreseen or not, and without the words of an error that may quote somebody."""
    kept = Kept(BROKEN, ValueError("Zyxwv"), Portion(1, 1))

    async def run() -> None:
        retention = Retention(kept, kept, Traces(GivenFiles()), lambda: NOW, KEPT, turn_s=0.001, pause_s=0)
        async with retaining(retention):
            await asyncio.wait_for(kept.done.wait(), 5)

    with structlog.testing.capture_logs() as logs:
        asyncio.run(run())
    told = [{name: value for name, value in each.items() if name != "log_level"} for each in logs]
    assert told[:2] == [
        {"event": "retention.failed", "detail": str(BROKEN)},
        {"event": "retention.crashed", "error": "ValueError"},
    ]
