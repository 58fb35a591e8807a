"""Answers what a prompt engineer asks of a comparison: is it better, for whom, and is that real?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from evals.case import EvalCase
from evals.compare import Comparison, Row
from evals.report.formats import Quote, counted, p_value, points, points_between

MOST_GROUPS = 3  # that the answer names as better, and as worse
MOST_NAMES, LONGEST_NAME = 6, 40
GROUPINGS: tuple[tuple[str, Callable[[EvalCase], Iterable[str]]], ...] = (
    ("situation", lambda case: [case.situation]),
    ("channel", lambda case: [case.complaint.channel]),
    ("kind", lambda case: case.kinds),
)


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one situation, channel or kind that the second arm won and lost."""

    name: str
    won: int
    lost: int


def answer(comparison: Comparison, margin: float, quote: Quote = str) -> str:
    """A few sentences; `margin` is the share, 0 to 1, by which the second arm may be worse and still do.

    `quote` makes the names of arms and groups harmless where the answer will stand.
    """
    if not comparison.first:
        return "There is no case to compare."
    row = headline(comparison.rows)
    parts = (_better(comparison, row, quote), _real(comparison.rows, row), _for_whom(comparison, row, quote))
    return " ".join((*filter(None, parts), _margin(comparison.rows, margin)))


def headline(rows: Sequence[Row]) -> Row:
    """The row that the answer is about: the first of `ready`, `as expected` and the checks that differs for sure."""
    real = [row for row in rows if row.verdict != "no difference"]
    blocking = [row for row in real if row.blocking is not False]
    return next(iter((*blocking, *real, *rows)))


def _better(comparison: Comparison, row: Row, quote: Quote) -> str:
    first, second = (quote(_short(name)) for name in comparison.names)
    better = [each for each in comparison.rows if each.verdict == "better"]
    worse = [each for each in comparison.rows if each.verdict == "worse"]
    if better and worse:
        return f"B ({second}) is better than A ({first}) in {_names(better)} and worse in {_names(worse)}."
    if not better and not worse:
        return f"No difference was shown between A ({first}) and B ({second})."
    how = "better" if better else "worse"
    return f"B ({second}) is {how} than A ({first}): {_names(better or worse)}{_moved(row)}."


def _moved(row: Row) -> str:
    verb = "rose" if row.pairs.difference > 0 else "fell"
    moved = points(abs(row.pairs.difference)).lstrip("+")
    return f"; {row.name} {verb} by {moved} points (95 % interval {points_between(row.interval)})"


def _real(rows: Sequence[Row], row: Row) -> str:
    changed = row.pairs.only_first + row.pairs.only_second
    if row.verdict != "no difference":
        checks = sum(1 for each in rows if each.blocking is not None)
        how = "" if row.blocking is None else f" after Holm over {counted(checks, 'check')}"
        p = f"p {p_value(row.adjusted)}{how}"
        return f"That is more than chance: in {row.name}, {len(row.wins)} won and {len(row.losses)} lost, {p}."
    if not any(each.wins or each.losses for each in rows):
        return f"They agree on all of {counted(row.pairs.n, 'case')}."
    smallest = min(each.adjusted for each in rows)
    return (
        f"In {row.name} they differ on {changed} of {counted(row.pairs.n, 'case')}, {len(row.wins)} won and "
        f"{len(row.losses)} lost, and chance alone may do that (smallest p {p_value(smallest)} after Holm)."
    )


def groups(comparison: Comparison, row: Row) -> Iterator[Group]:
    """What was won and lost in a row by situation, channel and kind; groups where nothing changed are left out."""
    wins, losses = set(row.wins), set(row.losses)
    for _, keys in GROUPINGS:
        members: dict[str, list[str]] = {}
        for each in comparison.second:
            for key in keys(each.case):
                members.setdefault(key, []).append(each.case.id)
        for name, ids in sorted(members.items()):
            won, lost = len(wins.intersection(ids)), len(losses.intersection(ids))
            # A group of all cases does not say for whom.
            if (won or lost) and len(ids) < len(comparison.second):
                yield Group(name, won, lost)


def _for_whom(comparison: Comparison, row: Row, quote: Quote) -> str:
    found = sorted(groups(comparison, row), key=lambda group: (abs(group.won - group.lost), group.won), reverse=True)
    gained = [group for group in found if group.won > group.lost][:MOST_GROUPS]
    lost = [group for group in found if group.lost > group.won][:MOST_GROUPS]
    if not gained and not lost:
        return ""
    parts = [f"gains most in {_counts(gained, quote)}"] if gained else []
    parts += [f"loses most in {_counts(lost, quote)}"] if lost else []
    return f"In {row.name}, B {' and '.join(parts)} (cases won and lost; too few to test each)."


def _counts(found: Sequence[Group], quote: Quote) -> str:
    return ", ".join(f"{quote(group.name)} ({group.won} won, {group.lost} lost)" for group in found)


def _margin(rows: Sequence[Row], margin: float) -> str:
    blocking = [row for row in rows if row.blocking is not False]
    inferior = [row for row in blocking if row.is_inferior(margin)]
    size = f"{100 * margin:g} points"
    if not inferior:
        return f"B is nowhere worse by more than {size}, by the 95 % intervals of what blocks."
    return f"That B is not worse by more than {size} is not shown for {_names(inferior)}."


def _names(rows: Sequence[Row]) -> str:
    named = [row.name for row in rows[:MOST_NAMES]]
    return ", ".join(named) + (f" and {len(rows) - MOST_NAMES} more" if len(rows) > MOST_NAMES else "")


def _short(name: str) -> str:
    """The end of a long name: of a path, it tells more than the beginning."""
    return name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}"
