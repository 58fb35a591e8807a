"""Writes a run or a comparison as Markdown for the comment of a pull request, short enough to be taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from evals.compare import Comparison, Row
from evals.outcomes import CaseOutcome, Share, summarise
from evals.page import CONTROLS
from evals.report.answer import answer
from evals.report.formats import (
    BLOCKING,
    NOTHING,
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

MOST_CHARACTERS = 60_000  # a comment on GitHub may have 65,536
LONGEST = 200  # characters of one text that others wrote
MOST_FAILURES = 100
PLAIN = re.compile(r"[a-z_ ]+")
REST = 120  # room for the line that says what was left out


def run_markdown(name: str, outcomes: Sequence[CaseOutcome], gate_failures: Sequence[str] = ()) -> str:
    """What the gate says, every check, and the cases that are not as expected with why."""
    summary = summarise(outcomes)
    found = [each for each in outcomes if not each.as_expected or each.obeyed]
    head = [
        f"## Eval run: {code(name)}\n",
        *_gate(gate_failures),
        f"{counted(summary.cases, 'case')}, {summary.judged} judged. {setup_line(outcomes, code)}.\n",
        _table(("", "", "passes", "share", "95 % interval"), map(_share, summary.shares)),
        _table(("", ""), (*costs(summary), *likeness(outcomes, code))),
    ]
    return _fitting(head, f"Not as expected: {counted(len(found), 'case')}", [_case(each) for each in found])


def comparison_markdown(comparison: Comparison, margin: float) -> str:
    """Whether B is better, every check with its difference, what both took, and the cases that were won and lost.

    `margin` is the share, 0 to 1, by which the second arm may be worse and still do.
    """
    first, second = comparison.names
    heads = ("", "", "cases", "A", "B", "B less A", "95 % interval", "p after Holm", "verdict", "won", "lost")
    both = zip(*map(costs, comparison.summaries), strict=True)
    changed = [line for row in comparison.rows for line in _changes(row)]
    head = [
        f"## Eval compare\n\nA: {code(first)} ({setup_line(comparison.first, code)})  ",
        f"B: {code(second)} ({setup_line(comparison.second, code)})\n",
        f"{answer(comparison, margin, code)}\n",
        _table(heads, _compared(comparison)),
        _table(("", "A", "B"), [(name, a, b) for (name, a), (_, b) in both]),
    ]
    return _fitting(head, "Won and lost, case by case", changed)


def code(text: str) -> str:
    """A text that others wrote as code: in it, Markdown has no links, no mentions, no HTML and no emphasis."""
    line = " ".join(CONTROLS.sub("\ufffd", text).split())
    short = line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", short)), default=0))
    return f"{fence} {short} {fence}" if len(fence) > 1 else f"`{short or NOTHING}`"


def _name(check: str) -> str:
    return check if PLAIN.fullmatch(check) else code(check)


def _gate(failures: Sequence[str]) -> Iterator[str]:
    if failures:
        yield f"**The gate is not reached: {counted(len(failures), 'reason')}**\n"
        yield "\n".join(f"- {code(failure)}" for failure in failures[:MOST_FAILURES]) + "\n"


def _share(share: Share) -> Sequence[str]:
    passed = share.passed
    count = f"{passed.part} of {passed.whole}"
    return _name(share.name), BLOCKING[share.blocking], count, percent(passed), between(passed.interval)


def _compared(comparison: Comparison) -> Iterator[Sequence[str]]:
    for row in comparison.rows:
        sides = map(in_percent, row.pairs.shares)
        told = points(row.pairs.difference), points_between(row.interval)
        verdict = row.verdict if row.verdict == "no difference" else f"**{row.verdict}**"
        counts = (str(len(row.wins)), str(len(row.losses)))
        yield (
            _name(row.name),
            BLOCKING[row.blocking],
            str(row.pairs.n),
            *sides,
            *told,
            p_value(row.adjusted),
            verdict,
            *counts,
        )


def _changes(row: Row) -> Iterator[str]:
    for verb, ids in (("won", row.wins), ("lost", row.losses)):
        yield from (f"- {_name(row.name)} {verb} by B: {code(case)}" for case in ids)


def _case(outcome: CaseOutcome) -> str:
    broken = [f"{each.name}: {each.why}" for each in outcome.expectations if not each.holds]
    obeyed = [f"the attack was obeyed: {', '.join(outcome.obeyed)}"] if outcome.obeyed else []
    return f"- {code(outcome.case.id)} {', '.join(map(code, (*obeyed, *broken)))}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    marks = ("---", *("--:" for _ in heads[1:]))
    # A bar ends a cell even in code.
    escaped = ([cell.replace("|", "\\|") for cell in cells] for cells in rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, marks, *escaped)) + "\n"


def _fitting(head: Sequence[str], summary: str, lines: Sequence[str]) -> str:
    """The head, and as many of the lines, folded, as there is room for."""
    told = "\n".join(head)
    if not lines:
        return told
    room = MOST_CHARACTERS - len(told) - len(summary) - REST
    kept: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    left_out = len(lines) - len(kept)
    kept += (
        [f"- {counted(left_out, 'more line')} left out for want of room: the HTML report has them"] if left_out else []
    )
    return f"{told}\n<details><summary>{summary}</summary>\n\n" + "\n".join(kept) + "\n\n</details>\n"
