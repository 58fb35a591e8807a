"""Adds up counts of drafts, and makes figures of the sums: shares with intervals, quantiles."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import NamedTuple

from service.figures_schemas import DraftFigures, EditDistances, FeedbackFigures, Share
from service.schemas import Usage

Z = NormalDist().inv_cdf(0.975)  # every interval is a 95 % interval
MEDIAN, P90 = 0.5, 0.9


class DraftCount(NamedTuple):
    """How many drafts took `ms` milliseconds, to two significant digits, and what became of them."""

    situation: str
    prompt_name: str
    prompt_hash: str
    ms: float | None
    drafts: int
    ready: int
    shown: int
    escalated: int
    prompt_tokens: int
    completion_tokens: int


class FeedbackCount(NamedTuple):
    """How many drafts have a last feedback of this kind.

    `failed` names the checks that they failed, with blanks between; None where nothing was checked. `tenure` is the
    month that a band begins with; None where it is unknown. `hundredths` is the edit distance.
    """

    situation: str
    prompt_name: str
    prompt_hash: str
    failed: str | None
    tenure: int | None
    outcome: str
    shown: bool
    hundredths: float | None
    drafts: int


@dataclass(slots=True)
class FeedbackTally:
    """The sums of feedback."""

    outcomes: Counter[str] = field(default_factory=Counter)
    withheld: int = 0
    hundredths: Counter[float] = field(default_factory=Counter)

    def add(self, count: FeedbackCount) -> None:
        """Count some drafts in."""
        if not count.shown:
            self.withheld += count.drafts
            return
        self.outcomes[count.outcome] += count.drafts
        if count.outcome != "rejected" and count.hundredths is not None:
            self.hundredths[count.hundredths] += count.drafts

    def without(self, part: FeedbackTally) -> FeedbackTally:
        """What is left when a part of it is taken out."""
        return FeedbackTally(
            self.outcomes - part.outcomes, self.withheld - part.withheld, self.hundredths - part.hundredths
        )

    def figures(self) -> FeedbackFigures:
        """What they come to."""
        sent, edited, rejected = (self.outcomes[name] for name in ("sent", "edited", "rejected"))
        return FeedbackFigures(
            drafts=sent + edited + rejected + self.withheld,
            sent=sent,
            edited=edited,
            rejected=rejected,
            withheld=self.withheld,
            acceptance=share(sent, sent + edited + rejected),
            edit_distance=_distances(self.hundredths),
        )


@dataclass(slots=True)
class DraftTally:
    """The sums of drafts and of the feedback on them."""

    drafts: int = 0
    ready: int = 0
    shown: int = 0
    escalated: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    ms: Counter[float] = field(default_factory=Counter)
    feedback: FeedbackTally = field(default_factory=FeedbackTally)

    def add(self, count: DraftCount) -> None:
        """Count some drafts in."""
        self.drafts += count.drafts
        self.ready += count.ready
        self.shown += count.shown
        self.escalated += count.escalated
        self.prompt_tokens += count.prompt_tokens
        self.completion_tokens += count.completion_tokens
        if count.ms is not None:
            self.ms[count.ms] += count.drafts

    def figures(self) -> DraftFigures:
        """What they come to."""
        return DraftFigures(
            drafts=self.drafts,
            ready=share(self.ready, self.drafts),
            shown=share(self.shown, self.drafts),
            escalated=share(self.escalated, self.drafts),
            median_ms=quantile(self.ms, MEDIAN),
            usage=Usage(prompt_tokens=self.prompt_tokens, completion_tokens=self.completion_tokens),
            feedback=self.feedback.figures(),
        )


def share(count: int, of: int) -> Share | None:
    """A share with Wilson's interval, which holds where there are few; None where there is nothing to share."""
    if not of:
        return None
    value, spread = count / of, Z * Z / of
    centre = (value + spread / 2) / (1 + spread)
    half = math.sqrt(value * (1 - value) * spread + spread * spread / 4) / (1 + spread)
    # Rounding must not put the share outside its own interval.
    low, high = max(0.0, min(value, centre - half)), min(1.0, max(value, centre + half))
    return Share(count=count, of=of, share=round(value, 4), low=round(low, 4), high=round(high, 4))


def quantile(counts: Mapping[float, int], part: float) -> float | None:
    """The least value that at least this part of all do not exceed; `counts` says how often each value is there."""
    wanted, so_far = math.ceil(part * sum(counts.values())), 0
    for value in sorted(counts):
        so_far += counts[value]
        if so_far >= wanted:
            return value
    return None


def _distances(hundredths: Mapping[float, int]) -> EditDistances | None:
    median, p90 = quantile(hundredths, MEDIAN), quantile(hundredths, P90)
    if median is None or p90 is None:
        return None
    return EditDistances(drafts=sum(hundredths.values()), median=median / 100, p90=p90 / 100)
