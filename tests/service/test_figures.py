"""Putting counts together into groups, one report after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import date

import pytest

from service.errors import FiguresBusy
from service.figures import CHECKS, CheckedCount, DayCounts, Figures
from service.figures_schemas import DraftMetrics
from service.period import Period
from service.tally import DraftCount, FeedbackCount
from tests.service.parts import NOW

DAY = date(2025, 10, 20)


class GivenCounts:
    """Counts that were given; it notes how many are read at once."""

    def __init__(self, *days: DayCounts) -> None:
        self._days = days
        self._readers = 0
        self.most = 0

    async def by_day(self, tenant: str, period: Period) -> AsyncGenerator[DayCounts]:
        """One day after the other."""
        del tenant, period
        self._readers += 1
        self.most = max(self.most, self._readers)
        for day in self._days:
            await asyncio.sleep(0)
            yield day
        self._readers -= 1


def drafts(situation: str, number: int, ms: float | None = 900) -> DraftCount:
    """So many drafts, all ready and shown."""
    return DraftCount(situation, f"reply/{situation}", "abc", ms, number, number, number, 0, 10 * number, number)


def feedback(outcome: str, failed: str | None, tenure: int | None = None) -> FeedbackCount:
    """One feedback on a draft of the situation `late`."""
    return FeedbackCount("late", "reply/late", "abc", failed, tenure, outcome, True, 20, 1)  # noqa: FBT003 - a row


def metrics(*days: DayCounts) -> DraftMetrics:
    """What they come to."""
    return asyncio.run(Figures(GivenCounts(*days), lambda: NOW).asked("default", ()))


def test_days_add_up() -> None:
    """Groups go over all days; the larger come first, then by name."""
    second = DAY.replace(day=21)
    found = metrics(
        DayCounts(DAY, [drafts("late", 2), drafts("general", 1)], [], []),
        DayCounts(second, [drafts("damaged", 1), drafts("late", 1, 2_000)], [], []),
    )
    assert found.totals.drafts == 5
    assert found.totals.usage.prompt_tokens == 50
    assert [(group.situation, group.figures.drafts) for group in found.by_situation] == [
        ("late", 3),
        ("damaged", 1),
        ("general", 1),
    ]
    assert [(group.day, group.figures.drafts) for group in found.by_day] == [(DAY, 3), (second, 2)]
    assert found.totals.median_ms == 900


def test_a_prompt_is_its_name_and_its_words() -> None:
    """The same name with other words is another version; the same version in another situation is not."""
    changed = drafts("late", 1)._replace(prompt_hash="def")
    elsewhere = drafts("late", 1)._replace(situation="general")
    found = metrics(DayCounts(DAY, [drafts("late", 1), changed, elsewhere], [], []))
    assert [(group.prompt.hash, group.figures.drafts) for group in found.by_prompt] == [("abc", 2), ("def", 1)]


def test_feedback_stands_where_a_check_passed_and_where_it_failed() -> None:
    """Drafts that were never checked are in neither; a check that is no longer there comes last."""
    day = DayCounts(
        DAY,
        [drafts("late", 5)],
        [CheckedCount("", 2), CheckedCount("tone courtesy", 2)],
        [feedback("sent", ""), feedback("edited", "tone courtesy"), feedback("rejected", None)],
    )
    groups = {group.check: group for group in metrics(day).by_check}
    assert list(groups) == [*CHECKS, "courtesy"]
    for name in ("tone", "courtesy"):
        tone = groups[name]
        assert tone.failed is not None
        assert (tone.failed.count, tone.failed.of) == (2, 4)
        assert (tone.feedback_where_passed.sent, tone.feedback_where_failed.edited) == (1, 1)
        assert (tone.feedback_where_passed.drafts, tone.feedback_where_failed.drafts) == (1, 1)
    assert groups["apology"].feedback_where_failed.drafts == 0


def test_bands_of_tenure_come_in_order() -> None:
    """Those that are not there are absent, and the unknown come last."""
    told = [feedback("sent", "", tenure) for tenure in (None, 60, 0)]
    found = metrics(DayCounts(DAY, [drafts("late", 3)], [], told))
    assert [(band.from_months, band.below_months) for band in found.by_tenure] == [(0, 3), (60, None), (None, None)]


def test_one_report_is_made_after_the_other() -> None:
    """Many that ask at once do not take every connection to the database; each is answered."""
    counts = GivenCounts(*(DayCounts(DAY, [drafts("late", 1)], [], []) for _ in range(5)))

    async def run() -> list[DraftMetrics]:
        figures = Figures(counts, lambda: NOW)
        return await asyncio.gather(*(figures.asked("default", ()) for _ in range(10)))

    assert [found.totals.drafts for found in asyncio.run(run())] == [5] * 10
    assert counts.most == 1


class SlowCounts(GivenCounts):
    """Counts that take until they are let go; it notes whether they were left in order."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.left = False

    async def by_day(self, tenant: str, period: Period) -> AsyncGenerator[DayCounts]:
        """One day, late."""
        del tenant, period
        try:
            await self.go.wait()
            yield DayCounts(DAY, [drafts("late", 1)], [], [])
        finally:
            self.left = True


def test_nobody_waits_without_end() -> None:
    """Who is not served in time is told to come again, and the one before gets its figures."""

    async def run() -> tuple[DraftMetrics, DraftMetrics]:
        counts = SlowCounts()
        figures = Figures(counts, lambda: NOW, wait_s=0.01)
        first = asyncio.create_task(figures.asked("default", ()))
        await asyncio.sleep(0)
        with pytest.raises(FiguresBusy, match="ask again"):
            await figures.asked("default", ())
        counts.go.set()
        return await first, await figures.asked("default", ())

    assert [found.totals.drafts for found in asyncio.run(run())] == [1, 1]


def test_who_hangs_up_holds_nothing() -> None:
    """Neither a connection to the database nor the turn of those behind."""

    async def run() -> None:
        counts = SlowCounts()
        figures = Figures(counts, lambda: NOW, wait_s=1)
        asked = asyncio.create_task(figures.asked("default", ()))
        await asyncio.sleep(0.01)
        asked.cancel()
        await asyncio.wait({asked})
        assert counts.left
        counts.go.set()
        await figures.asked("default", ())

    asyncio.run(run())
