"""Compares two arms on the same cases: per check the paired difference, and the cases that were won and lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evals.outcomes import CaseOutcome, Summary, summarise
from evals.paired import Paired, difference_interval, holm, mcnemar, pair_up
from evals.statistics import Interval

SIGNIFICANT = 0.05
Verdict = Literal["better", "worse", "no difference"]


@dataclass(frozen=True, slots=True)
class Row:
    """One check (or `ready`, or `as expected`) over the cases that both arms have a draft for.

    `blocking` is whether the check blocks in one arm at least, and None for what is no check. `difference` and its
    interval are the second arm's share less the first's. `adjusted` is McNemar's exact p-value, for a check after
    Holm over all checks. `wins` and `losses` are the ids of the cases that only the second, or only the first, passes.
    """

    name: str
    blocking: bool | None
    pairs: Paired
    interval: Interval
    p: float
    adjusted: float
    wins: tuple[str, ...]
    losses: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """What can be said: `no difference` means that none was shown, not that there is none."""
        if self.adjusted >= SIGNIFICANT:
            return "no difference"
        return "better" if self.pairs.difference > 0 else "worse"

    def is_inferior(self, margin: float) -> bool:
        """Whether the second arm may be worse than the first by more than `margin` (a share, 0 to 1)."""
        return self.interval.low < -margin


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two arms side by side, over the same cases in the same order."""

    names: tuple[str, str]
    first: tuple[CaseOutcome, ...]
    second: tuple[CaseOutcome, ...]
    rows: tuple[Row, ...]

    @property
    def summaries(self) -> tuple[Summary, Summary]:
        """What each arm comes to."""
        return summarise(self.first), summarise(self.second)


def compare(names: tuple[str, str], first: Sequence[CaseOutcome], second: Sequence[CaseOutcome]) -> Comparison:
    """Set two runs against each other, case by case.

    Raises:
        ValueError: they are not over the same cases in the same order.
    """
    if [each.case.id for each in first] != [each.case.id for each in second]:
        raise ValueError("two arms are compared on the same cases alone")
    blocking = _blocking(first, second)
    pairs = {name: [_marks(a, b, name) for a, b in zip(first, second, strict=True)] for name in blocking}
    paired = {name: pair_up(mark for _, mark in marked if mark) for name, marked in pairs.items()}
    # What only one arm has, as a check of its policy alone, cannot be compared.
    counts = {name: count for name, count in paired.items() if count.n}
    p_values = {name: mcnemar(count) for name, count in counts.items()}
    # `ready` and `as expected` are what the checks come to, asked once each; the checks are many.
    adjusted = p_values | holm({name: p for name, p in p_values.items() if blocking[name] is not None})
    rows = tuple(
        Row(
            name=name,
            blocking=blocking[name],
            pairs=counts[name],
            interval=difference_interval(counts[name]),
            p=p_values[name],
            adjusted=adjusted[name],
            wins=tuple(case for case, mark in pairs[name] if mark == (False, True)),
            losses=tuple(case for case, mark in pairs[name] if mark == (True, False)),
        )
        for name in counts
    )
    return Comparison(names, tuple(first), tuple(second), rows)


def _blocking(first: Sequence[CaseOutcome], second: Sequence[CaseOutcome]) -> dict[str, bool | None]:
    """Every name, and whether the check blocks in an arm: what one arm merely advises must still not get worse."""
    found: dict[str, bool | None] = {}
    for share in (*summarise(first).shares, *summarise(second).shares):
        found[share.name] = found.get(share.name) or share.blocking
    return found


def _marks(first: CaseOutcome, second: CaseOutcome, name: str) -> tuple[str, tuple[bool, bool] | None]:
    """The case, and what both arms made of this check; None where one of them has no draft."""
    a, b = first.marks.get(name), second.marks.get(name)
    return first.case.id, None if a is None or b is None else (a, b)
