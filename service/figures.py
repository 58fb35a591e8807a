"""Tells what became of the drafts of a period: in all, by situation, prompt, check, tenure and day."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

from guardrails.policy import CheckRules
from service.errors import FiguresBusy
from service.figures_schemas import (
    CheckFigures,
    DayFigures,
    DraftMetrics,
    PromptFigures,
    SituationFigures,
    TenureFigures,
)
from service.period import Period, read_period
from service.schemas import PromptVersion
from service.tally import DraftCount, DraftTally, FeedbackCount, FeedbackTally, share

CHECKS = tuple(CheckRules.model_fields)
WAIT_S = 20.0  # clients give up after 30 s, most of them
TENURE_BANDS = (0, 3, 6, 12, 24, 60)  # the month that each begins with; the last one has no end
BAND_ENDS: Mapping[int | None, int] = dict(pairwise(TENURE_BANDS))

Name = TypeVar("Name", str, tuple[str, str])


class CheckedCount(NamedTuple):
    """How many drafts failed just these checks; their names have blanks between them."""

    failed: str
    drafts: int


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The drafts of one day."""

    day: date
    drafts: Sequence[DraftCount]
    checked: Sequence[CheckedCount]
    feedback: Sequence[FeedbackCount]


class Counts(Protocol):
    """Where drafts are counted."""

    def by_day(self, tenant: str, period: Period) -> AsyncGenerator[DayCounts]:
        """The days that have drafts, in order."""


class Figures:
    """Figures of drafts, one report after the other: many askers must not take every connection from the drafts.

    Who has waited for `wait_s` seconds is sent away.
    """

    def __init__(self, counts: Counts, clock: Callable[[], datetime], *, wait_s: float = WAIT_S) -> None:
        self._counts = counts
        self._clock = clock
        self._wait_s = wait_s
        self._gate = asyncio.Lock()

    async def asked(self, tenant: str, query: Sequence[tuple[str, str]]) -> DraftMetrics:
        """The figures of the drafts that were made for a tenant in the period that a query names.

        Raises:
            InvalidField: see read_period.
            FiguresBusy: others were counted all the time.
            StoreError: the database failed.
        """
        period = read_period(query, self._clock())
        groups = Groups()
        # Closed at once where it is left early: its connection would be held until somebody collects the garbage.
        async with self._turn(), aclosing(self._counts.by_day(tenant, period)) as days:
            async for day in days:
                # Thousands of counts take a moment, in which others should be answered.
                await asyncio.to_thread(groups.add, day)
        return groups.figures(period)

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        try:
            await asyncio.wait_for(self._gate.acquire(), self._wait_s)
        except TimeoutError:
            raise FiguresBusy("Other figures are counted at the moment; ask again", self._wait_s) from None
        try:
            yield
        finally:
            self._gate.release()


@dataclass(slots=True)
class Groups:
    """The sums of each group; their number does not grow with the drafts."""

    totals: DraftTally = field(default_factory=DraftTally)
    situations: defaultdict[str, DraftTally] = field(default_factory=lambda: defaultdict(DraftTally))
    prompts: defaultdict[tuple[str, str], DraftTally] = field(default_factory=lambda: defaultdict(DraftTally))
    days: defaultdict[date, DraftTally] = field(default_factory=lambda: defaultdict(DraftTally))
    tenures: defaultdict[int | None, FeedbackTally] = field(default_factory=lambda: defaultdict(FeedbackTally))
    checked: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    feedback_on_checked: FeedbackTally = field(default_factory=FeedbackTally)
    feedback_on_failed: defaultdict[str, FeedbackTally] = field(default_factory=lambda: defaultdict(FeedbackTally))

    def add(self, day: DayCounts) -> None:
        """Count a day in."""
        for drafts in day.drafts:
            for tally in self._tallies(day.day, drafts):
                tally.add(drafts)
        for checked in day.checked:
            self.checked += checked.drafts
            for check in checked.failed.split():
                self.failed[check] += checked.drafts
        for feedback in day.feedback:
            for tally in self._tallies(day.day, feedback):
                tally.feedback.add(feedback)
            self.tenures[feedback.tenure].add(feedback)
            if feedback.failed is not None:
                self.feedback_on_checked.add(feedback)
                for check in feedback.failed.split():
                    self.feedback_on_failed[check].add(feedback)

    def figures(self, period: Period) -> DraftMetrics:
        """What they come to."""
        return DraftMetrics(
            since=period.start,
            until=period.end,
            totals=self.totals.figures(),
            by_situation=tuple(
                SituationFigures(situation=name, figures=tally.figures())
                for name, tally in _largest_first(self.situations)
            ),
            by_prompt=tuple(
                PromptFigures(prompt=PromptVersion(name=name, hash=content), figures=tally.figures())
                for (name, content), tally in _largest_first(self.prompts)
            ),
            by_check=tuple(map(self._check, dict.fromkeys((*CHECKS, *sorted(self.failed))))),
            by_tenure=tuple(
                TenureFigures(from_months=band, below_months=BAND_ENDS.get(band), feedback=self.tenures[band].figures())
                for band in (*TENURE_BANDS, None)
                if band in self.tenures
            ),
            by_day=tuple(DayFigures(day=day, figures=tally.figures()) for day, tally in self.days.items()),
        )

    def _tallies(self, day: date, count: DraftCount | FeedbackCount) -> tuple[DraftTally, ...]:
        prompt = count.prompt_name, count.prompt_hash
        return self.totals, self.situations[count.situation], self.prompts[prompt], self.days[day]

    def _check(self, name: str) -> CheckFigures:
        failed = self.feedback_on_failed[name]
        return CheckFigures(
            check=name,
            failed=share(self.failed[name], self.checked),
            feedback_where_passed=self.feedback_on_checked.without(failed).figures(),
            feedback_where_failed=failed.figures(),
        )


def _largest_first(tallies: Mapping[Name, DraftTally]) -> list[tuple[Name, DraftTally]]:
    return sorted(tallies.items(), key=lambda item: (-item[1].drafts, item[0]))
