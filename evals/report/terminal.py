"""Shows a run and a comparison in a terminal, at most 100 columns wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from rich.cells import cell_len, set_cell_size

from evals.compare import Comparison, Row
from evals.guardrails_report import printable
from evals.outcomes import EXPECTED, READY, CaseOutcome, Share, Summary, summarise
from evals.report.answer import answer
from evals.report.formats import (
    BLOCKING,
    between,
    costs,
    counted,
    in_percent,
    likeness,
    p_value,
    percent,
    points,
    points_between,
    setup_line,
)

WIDTH = 100
RUN = ((17, "<"), (9, "<"), (12, ">"), (10, ">"), (16, ">"))
COMPARED = ((16, "<"), (7, "<"), (8, ">"), (8, ">"), (9, ">"), (16, ">"), (9, ">"), (12, ">"), (15, "<"))
COSTS = ((20, "<"), (14, ">"), (14, ">"))
Columns = Sequence[tuple[int, str]]  # the width of each, and to which side it is set


def run_text(name: str, outcomes: Sequence[CaseOutcome]) -> str:
    """Every check of a run, each case that is not as expected with why, what it took, and what it comes to."""
    summary = summarise(outcomes)
    return "\n".join(
        (
            *_wrapped(f"{printable(name)}: {setup_line(outcomes, printable)}"),
            "",
            _line(("", "", "passes", "share", "95 % interval"), RUN),
            *(_line(_share(share), RUN) for share in summary.shares),
            "",
            *_unexpected(outcomes),
            *(f"{each}: {value}" for each, value in costs(summary)),
            *(line for each, value in likeness(outcomes, printable) for line in _wrapped(f"{each}: {value}")),
            "",
            *_wrapped(_conclusion(summary)),
        )
    )


def comparison_text(comparison: Comparison, margin: float) -> str:
    """Every check of two arms with what can be said of the difference, who won and lost, and whether B is better.

    `margin` is the share, 0 to 1, by which the second arm may be worse and still do.
    """
    arms = zip("AB", comparison.names, (comparison.first, comparison.second), strict=True)
    heads = ("", "", "A", "B", "B less A", "95 % interval", "Holm's p", "won/lost", "  verdict")
    return "\n".join(
        (
            *(line for arm in arms for line in _arm(*arm)),
            "",
            _line(heads, COMPARED),
            *_compared(comparison),
            "",
            *_wins_and_losses(comparison.rows),
            *_side_by_side(comparison.summaries),
            "",
            *_wrapped(answer(comparison, margin, printable)),
        )
    )


def _share(share: Share) -> tuple[str, ...]:
    passed = share.passed
    count = f"{passed.part} of {passed.whole}"
    return share.name, BLOCKING[share.blocking], count, percent(passed), between(passed.interval)


def _unexpected(outcomes: Sequence[CaseOutcome]) -> Iterator[str]:
    found = [each for each in outcomes if not each.as_expected or each.obeyed]
    if found:
        yield f"Not as expected: {counted(len(found), 'case')}"
        yield from (_clipped(f"  {each.case.id}: {'; '.join(_why(each))}") for each in found)
        yield ""


def _why(outcome: CaseOutcome) -> Iterator[str]:
    if outcome.obeyed:
        yield f"the attack was obeyed: {', '.join(outcome.obeyed)}"
    yield from (f"{each.name}: {each.why}" for each in outcome.expectations if not each.holds)


def _conclusion(summary: Summary) -> str:
    if not summary.cases:
        return "There is no case to judge."
    counts = (
        f"{percent(share.passed)} {share.name} ({_told(share)})" for share in map(summary.share, (READY, EXPECTED))
    )
    return f"{counted(summary.cases, 'case')}, {summary.judged} judged: {', '.join(counts)}."


def _told(share: Share) -> str:
    return f"{share.passed.part} of {share.passed.whole}, 95 % interval {between(share.passed.interval)}"


def _arm(letter: str, name: str, outcomes: Sequence[CaseOutcome]) -> Iterator[str]:
    yield from _wrapped(f"{letter}: {printable(name)}")
    yield from (f"   {line}" for line in wrap(setup_line(outcomes, printable), WIDTH - 3))


def _compared(comparison: Comparison) -> Iterator[str]:
    for row in comparison.rows:
        sides = map(in_percent, row.pairs.shares)
        told = points(row.pairs.difference), points_between(row.interval), p_value(row.adjusted)
        count = f"{len(row.wins)}/{len(row.losses)} of {row.pairs.n}"
        cells = (row.name, BLOCKING[row.blocking], *sides, *told, count, f"  {row.verdict}")
        yield _line(cells, COMPARED)


def _wins_and_losses(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        for verb, ids in (("won", row.wins), ("lost", row.losses)):
            if ids:
                yield from _wrapped(f"{printable(row.name)} {verb} by B: {', '.join(ids)}")
    if any(row.wins or row.losses for row in rows):
        yield ""


def _side_by_side(summaries: tuple[Summary, Summary]) -> Iterator[str]:
    yield _line(("", "A", "B"), COSTS)
    for (name, first), (_, second) in zip(*map(costs, summaries), strict=True):
        yield _line((name, first, second), COSTS)


def _line(cells: Iterable[str], columns: Columns) -> str:
    """Cells side by side; one that is too long for its column is cut off, so that the others keep their places."""
    return "".join(_cell(printable(cell), *column) for cell, column in zip(cells, columns, strict=True)).rstrip()


def _cell(text: str, width: int, side: str) -> str:
    fitting = text if cell_len(text) <= width else f"{set_cell_size(text, width - 1)}…"
    space = " " * (width - cell_len(fitting))
    return f"{fitting}{space}" if side == "<" else f"{space}{fitting}"


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, break_on_hyphens=False)


def _clipped(text: str) -> str:
    line = printable(text)
    return line if cell_len(line) <= WIDTH else f"{set_cell_size(line, WIDTH - 1)}…"
