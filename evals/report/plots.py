"""Draws the figures of a report: shares with their intervals, or the differences of two arms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.compare import Comparison
from evals.compare import Row as Compared
from evals.outcomes import READY, CaseOutcome, grouped, summarise
from evals.paired import Paired, difference_interval, pair_up
from evals.report.answer import GROUPINGS
from evals.report.formats import points
from evals.statistics import proportion
from evals.svg import Axis, Row, intervals

QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
SHARES = Axis(0, 1, tuple((tick, f"{100 * tick:g}") for tick in QUARTERS))
SPANS = (0.1, 0.25, 0.5, 1.0)  # how far from 0 an axis of differences may reach
NO_DIFFERENCE, MARGIN = "zero", "margin"
Plot = tuple[str, str]  # the SVG, and what stands below it


def run_plots(outcomes: Sequence[CaseOutcome]) -> Iterator[Plot]:
    """The share that passes each check, and the share that is ready by situation, channel and kind; in percent."""
    shares = [
        Row(share.name, share.passed.value, share.passed.interval, f"{share.passed.part}/{share.passed.whole}")
        for share in summarise(outcomes).shares
    ]
    yield intervals("Share that passes", shares, SHARES), "Share that passes in percent, with its 95 % interval"
    for name, keys in GROUPINGS:
        rows = [_ready(key, members) for key, members in grouped(outcomes, keys).items()]
        yield intervals(f"Ready by {name}", rows, SHARES), f"Ready by {name}, in percent"


def comparison_plots(comparison: Comparison, margin: float) -> Iterator[Plot]:
    """The difference of each check, and that of `ready` by situation, channel and kind; in percentage points."""
    rows = [_difference(row.name, row.pairs) for row in comparison.rows]
    note = f"Difference in points (of how many cases) with its 95 % interval; dashes at the margin of {100 * margin:g}"
    yield intervals("Difference", rows, _axis(comparison.rows, margin)), note
    both = list(zip(comparison.first, comparison.second, strict=True))
    ready = {a.case.id: (a.marks[READY], b.marks[READY]) for a, b in both}
    for name, keys in GROUPINGS:
        members = grouped(comparison.second, keys)
        rows = [_difference(key, pair_up(ready[each.case.id] for each in found)) for key, found in members.items()]
        axis = Axis(-1, 1, _ticks(1), ((0, NO_DIFFERENCE), (-margin, MARGIN)))
        yield (
            intervals(f"Difference in ready by {name}", rows, axis),
            f"Difference in ready by {name}, in points (of how many cases)",
        )


def _ready(name: str, members: Sequence[CaseOutcome]) -> Row:
    share = proportion(sum(each.marks[READY] for each in members), len(members))
    assert share is not None  # a group has members
    return Row(name, share.value, share.interval, f"{share.part}/{share.whole}")


def _difference(name: str, pairs: Paired) -> Row:
    if not pairs.n:
        return Row(name, None, None, "no case with both drafts")
    return Row(name, pairs.difference, difference_interval(pairs), f"{points(pairs.difference)} ({pairs.n})")


def _axis(rows: Sequence[Compared], margin: float) -> Axis:
    """As wide as its intervals ask for, the same on both sides of 0."""
    farthest = max((max(-row.interval.low, row.interval.high, margin) for row in rows if row.pairs.n), default=margin)
    span = next((span for span in SPANS if span >= farthest), SPANS[-1])
    return Axis(-span, span, _ticks(span), ((0, NO_DIFFERENCE), (-margin, MARGIN)))


def _ticks(span: float) -> tuple[tuple[float, str], ...]:
    return tuple((place, f"{100 * place:+g}" if place else "0") for place in (-span, -span / 2, 0.0, span / 2, span))
