"""The tables of a report: every check of a run, or of two arms with what was won and lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from evals.compare import Comparison, Row
from evals.outcomes import CaseOutcome, Share, Summary, summarise
from evals.page import foreign, scrolling
from evals.report.formats import (
    BLOCKING,
    MOST_VALUES,
    NOTHING,
    between,
    costs,
    in_percent,
    likeness,
    p_value,
    percent,
    points,
    points_between,
    setup_of,
)


def run_table(outcomes: Sequence[CaseOutcome]) -> str:
    """The share of every check with Wilson's interval."""
    rows = [
        (share.name, BLOCKING[share.blocking], _count(share), *_share(share)) for share in summarise(outcomes).shares
    ]
    return _table(("", "", "passes", "share", "95 % interval"), rows)


def comparison_table(comparison: Comparison) -> str:
    """Every check with both shares, the difference, and what can be said of it."""
    heads = ("", "", "cases", "A", "B", "difference", "95 % interval", "p", "p after Holm", "verdict", "won", "lost")
    return _table(heads, map(_compared, comparison.rows))


def wins_and_losses(rows: Sequence[Row]) -> Iterator[str]:
    """The cases that only one arm passes, check by check, each a link to the case."""
    for row in rows:
        for verb, ids in (("won", row.wins), ("lost", row.losses)):
            if ids:
                links = ", ".join(f'<a href="#case-{case}">{case}</a>' for case in ids)
                yield f"<p><b>{foreign(row.name)}</b> {verb} by B: {links}</p>"


def arm_list(outcomes: Sequence[CaseOutcome]) -> str:
    """What was under test, and what it took."""
    told = [(name, _values(name, values)) for name, values in setup_of(outcomes).items()]
    rows = (*told, *costs(summarise(outcomes)), *likeness(outcomes, foreign))
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in rows)}</dl>"


def tiles(summary: Summary) -> str:
    """What a run comes to, at a glance."""
    told = [("cases", f"{summary.cases:,}", ""), ("judged", f"{summary.judged:,}", "")]
    told += [
        (share.name, percent(share.passed), f"{_count(share)}; {between(share.passed.interval)}")
        for share in summary.shares
        if share.blocking is None
    ]
    shown = (f"<div><dt>{name}</dt><dd>{value}<small>{note}</small></dd></div>" for name, value, note in told)
    return f'<dl class="tiles">{"".join(shown)}</dl>'


def _count(share: Share) -> str:
    return f"{share.passed.part} of {share.passed.whole}"


def _values(name: str, values: Sequence[str]) -> str:
    """Folded, where there are many."""
    listed = ", ".join(f"<bdi>{foreign(value)}</bdi>" for value in values) or NOTHING
    if len(values) <= MOST_VALUES:
        return listed
    return f'<details class="fold"><summary>{len(values)} {name}</summary>{listed}</details>'


def _share(share: Share) -> tuple[str, str]:
    return percent(share.passed), between(share.passed.interval)


def _compared(row: Row) -> Iterable[str]:
    yield from (row.name, BLOCKING[row.blocking], str(row.pairs.n))
    yield from map(in_percent, row.pairs.shares)
    yield from (points(row.pairs.difference), points_between(row.interval))
    yield from (p_value(row.p), p_value(row.adjusted), row.verdict)
    yield from (str(len(row.wins)), str(len(row.losses)))


def _table(heads: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' if name else "<td></td>" for name in heads)
    body = "\n".join(_row(tuple(row)) for row in rows)
    return scrolling(f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>")


def _row(cells: Sequence[str]) -> str:
    name, *rest = map(foreign, cells)
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
