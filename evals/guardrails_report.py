"""Writes the comparison of checks with readers as text for a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pydantic import TypeAdapter

from evals.figures import Agreement, ClassFigures, Confusion, Miss, Report
from evals.statistics import Interval, Proportion

NOTHING = "-"
DECIMALS = 4
MOST_CHARACTERS = 1_000  # of a draft or a complaint in a terminal; JSON and page have all of it
JOINER = "\u200d"  # not printable by itself, but it holds emoji together
COLUMNS = (
    *(("check", 17), ("n", 6), ("fail", 6), ("macro-F1 [95 %]", 22)),
    *(("failing: P", 12), ("R", 6), ("F1", 6), ("passing: P", 12), ("R", 6), ("F1", 6)),
    *(("R@1%", 6), ("R@5%", 6), ("ECE", 6)),
)


def as_json(report: Report) -> str:
    """Every figure, and the misses with their whole text; numbers to four decimals."""
    whole = TypeAdapter(Report).dump_json(report)
    data = json.loads(whole, parse_float=lambda text: round(float(text), DECIMALS))
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def as_text(report: Report) -> str:
    """The table of all checks, and then of each the confusion of levels and the worst misses."""
    return "\n".join(_lines(report))


def figure(value: float | Proportion | None, decimals: int = 2) -> str:
    """A figure as it is shown; a dash where it is not defined."""
    number = value.value if isinstance(value, Proportion) else value
    return NOTHING if number is None else f"{number:.{decimals}f}"


def bounds(interval: Interval | None) -> str:
    """An interval as it is shown."""
    return f"[{interval.low:.2f}, {interval.high:.2f}]" if interval else ""


def grouping(found: Agreement) -> str:
    """How the drafts were taken together for the interval of macro-F1."""
    return "each draft by itself" if found.grouped_by == "draft" else f"{found.groups} groups by {found.grouped_by}"


def readers_line(found: Agreement) -> str | None:
    """How well two readers agree with each other, where that is known."""
    if found.readers is None:
        return None
    kappa, f1 = figure(found.readers.kappa), figure(found.readers.macro_f1)
    return f"two readers of {found.readers.n} drafts agree with kappa {kappa}, macro-F1 {f1}"


def said(miss: Miss) -> str:
    """What the readers say and what the check says."""
    if isinstance(miss.label, bool):
        return f"readers pass it: {'yes' if miss.label else 'no'}; check: {'no' if miss.label else 'yes'}"
    score = "" if miss.score is None else f" (probability of passing {miss.score:.2f})"
    return f"label {miss.label}, verdict {NOTHING if miss.level is None else miss.level}{score}"


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.drafts} labelled drafts of {printable(report.file)}"
    yield "P, R: precision, recall; R@1%: recall of failures at 1 % false alarms; ECE: calibration error; -: undefined"
    yield ""
    yield _row([name for name, _ in COLUMNS])
    yield from (_row(_figures(found)) for found in report.checks)
    for found in report.checks:
        yield from _section(found)


def _row(cells: Sequence[str]) -> str:
    return "".join(f"{cell:<{width}}" for cell, (_, width) in zip(cells, COLUMNS, strict=True)).rstrip()


def _figures(found: Agreement) -> list[str]:
    macro = f"{figure(found.macro_f1, 3)} {bounds(found.macro_f1_interval)}"
    scores = found.scores
    recalls = [figure(each.recall) for each in scores.recall_at] if scores else []
    error = figure(scores.error if scores else None, 3)
    sides = [*_side(found.failing), *_side(found.passing)]
    return [found.check, str(found.n), str(found.failures), macro, *sides, *(recalls or [NOTHING, NOTHING]), error]


def _side(figures: ClassFigures) -> list[str]:
    return [figure(figures.precision), figure(figures.recall), figure(figures.f1)]


def _section(found: Agreement) -> Iterator[str]:
    yield ""
    notes = [grouping(found), readers_line(found), _unread(found)]
    yield f"{found.check}: " + "; ".join(note for note in notes if note)
    yield from _confusion(found.confusion)
    if found.misses:
        yield f"  worst {len(found.misses)} of {found.miss_count} misses:"
    for miss in found.misses:
        yield from _miss(miss)


def _unread(found: Agreement) -> str | None:
    parts = [(found.skipped, "skipped"), (found.errors, "broken")]
    return ", ".join(f"{count} {name}" for count, name in parts if count) or None


def _confusion(confusion: Confusion) -> Iterator[str]:
    yield "  label \\ verdict" + _cells(confusion.verdicts)
    for label, counts in zip(confusion.labels, confusion.counts, strict=True):
        yield f"  {label:>15}" + _cells(tuple(map(str, counts)))


def _cells(cells: Sequence[str]) -> str:
    return "".join(f"{cell:>8}" for cell in cells)


def _miss(miss: Miss) -> Iterator[str]:
    yield f"  - {printable(miss.id)}: {miss.kind}; {said(miss)}"
    yield f"      complaint: {_clipped(miss.complaint)}"
    yield f"      draft:     {_clipped(miss.draft)}"
    for finding in miss.findings:
        yield f"      check:     “{_clipped(finding.excerpt)}” {_clipped(finding.reason)}"
    for quote in miss.evidence:
        yield f"      readers:   “{_clipped(quote)}”"
    if miss.note:
        yield f"      note:      {printable(miss.note)}"


def _clipped(text: str) -> str:
    line = " ".join(text.split())
    rest = len(line) - MOST_CHARACTERS
    return printable(line if rest <= 0 else f"{line[:MOST_CHARACTERS]} … ({rest:,} more characters)")


def printable(text: str) -> str:
    """A foreign text without what could command a terminal."""
    return "".join(char if char.isprintable() or char == JOINER else ascii(char)[1:-1] for char in text)
