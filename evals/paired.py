"""The statistics of comparing two arms on the same cases: paired difference, exact McNemar, Holm."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evals.statistics import Interval, Z


@dataclass(frozen=True, slots=True)
class Paired:
    """Counts of cases: passed by both arms, by the first alone, by the second alone, by none."""

    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def n(self) -> int:
        """All cases."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of the cases that the first and the second arm pass, 0 to 1; 0 without cases."""
        passed = self.both + self.only_first, self.both + self.only_second
        return (passed[0] / self.n, passed[1] / self.n) if self.n else (0.0, 0.0)

    @property
    def difference(self) -> float:
        """The share that the second arm passes less the share that the first does, -1 to 1; 0 without cases."""
        return (self.only_second - self.only_first) / self.n if self.n else 0.0


def pair_up(marks: Iterable[tuple[bool, bool]]) -> Paired:
    """Count pairs of what the first and the second arm pass."""
    listed = list(marks)
    return Paired(
        both=listed.count((True, True)),
        only_first=listed.count((True, False)),
        only_second=listed.count((False, True)),
        neither=listed.count((False, False)),
    )


def difference_interval(pairs: Paired) -> Interval:
    """The 95 % interval of the paired difference by Agresti and Min: half a case is added to each of the four counts.

    Statistics in Medicine 24 (2005), 729-740: unlike Wald's it keeps its coverage where arms seldom differ, and
    unlike a bootstrap it has a width where they never do. It is cut off at -1 and 1, and always holds the difference.
    """
    n = pairs.n + 2
    first, second = pairs.only_first + 0.5, pairs.only_second + 0.5
    centre = (second - first) / n
    half = Z * math.sqrt(max(0.0, first + second - (second - first) ** 2 / n)) / n
    low, high = max(-1.0, centre - half), min(1.0, centre + half)
    return Interval(min(low, pairs.difference), max(high, pairs.difference))


def mcnemar(pairs: Paired) -> float:
    """The exact two-sided p-value of McNemar's test: that the arms differ, were both equally good.

    Only cases on which they differ count: of those, each arm wins half by chance. 1 where there is none.
    """
    n = pairs.only_first + pairs.only_second
    fewer = min(pairs.only_first, pairs.only_second)
    if n >= EXACT_LIMIT:
        return min(1.0, 2 * _log_tail(n, fewer))
    heads: int = sum(math.comb(n, k) for k in range(fewer + 1))
    return min(1.0, 2 * heads / (1 << n))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Each p-value adjusted by Holm for all of them together, so that one in twenty such families errs at 0.05."""
    ordered = sorted(p_values, key=lambda name: p_values[name])
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, name in enumerate(ordered):
        highest = max(highest, min(1.0, (len(ordered) - rank) * p_values[name]))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}


EXACT_LIMIT = 1000  # above it, the integers get long and logarithms are exact enough


def _log_tail(n: int, fewer: int) -> float:
    """The chance of at most `fewer` heads in `n` tosses, by logarithms."""
    terms: Sequence[float] = [
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2) for k in range(fewer + 1)
    ]
    top = max(terms)
    return math.exp(top) * math.fsum(math.exp(term - top) for term in terms)
