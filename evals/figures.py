"""What a comparison of checks with readers comes to: the figures that text, JSON and page show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evals.labelled import Label
from evals.statistics import Bin, Interval, Point, Proportion, Table
from guardrails.types import VerdictFinding

FALSE_ALARM_RATES = (0.01, 0.05)
Grouping = Literal["brand", "case", "draft"]


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How well one side, failing or passing drafts, is found; None where nothing was to be found or was found."""

    precision: Proportion | None
    recall: Proportion | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class RecallAt:
    """The share of failures found where at most `false_alarms` of the passing drafts are failed, by score."""

    false_alarms: float
    threshold: float
    recall: Proportion


@dataclass(frozen=True, slots=True)
class Scores:
    """How good the scores are, over the `n` drafts that have one; `error` is the calibration error."""

    n: int
    passing: int
    failing: int
    error: float
    bins: tuple[Bin, ...]
    curve: tuple[Point, ...]
    recall_at: tuple[RecallAt, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of drafts: a row for each label, a column for each verdict."""

    labels: tuple[str, ...]
    verdicts: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Readers:
    """How two readers agree with each other: what a check can hope for."""

    n: int
    kappa: float | None
    macro_f1: float | None


@dataclass(frozen=True, slots=True)
class Miss:
    """A draft on which readers and check disagree; `evidence` is what the readers point at."""

    id: str
    kind: Literal["missed failure", "false alarm"]
    complaint: str
    draft: str
    label: Label
    level: int | None
    score: float | None
    findings: tuple[VerdictFinding, ...]
    evidence: tuple[str, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one check agrees with readers. None of `macro_f1`: the labels are all of one kind."""

    check: str
    n: int
    failures: int
    skipped: int
    errors: int
    grouped_by: Grouping
    groups: int
    table: Table
    failing: ClassFigures
    passing: ClassFigures
    macro_f1: float | None
    macro_f1_interval: Interval | None
    scores: Scores | None
    confusion: Confusion
    readers: Readers | None
    miss_count: int
    misses: tuple[Miss, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The agreement of every check that has labels; `unknown_labels` belong to no check."""

    file: str
    drafts: int
    unknown_labels: tuple[str, ...]
    checks: tuple[Agreement, ...]
