"""How far readers agree: kappa for each check, and the drafts that they see most differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from evals.guardrails_report import figure, printable
from evals.labelled import SCALES, Label
from evals.labelling.rows import CHECKS, CheckName, Key, LabelRow
from evals.statistics import kappa

COLUMNS = (("check", 17), ("n", 6), ("same", 7), ("kappa", 7), ("weighted", 9))
EXPLAINED = (
    "same: the share of drafts with the same label; weighted: kappa that counts a difference of two levels twice",
    "-: undefined, as chance alone would make them agree, or the check has no levels",
)


@dataclass(frozen=True, slots=True)
class CheckAgreement:
    """How two readers agree under one check; `weighted` is None for a check without levels too."""

    check: str
    n: int
    same: float
    kappa: float | None
    weighted: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One draft that two readers see differently; `distance` is 1 for each check that they see wholly differently."""

    key: Key
    distance: float
    labels: Mapping[CheckName, tuple[Label, Label]]


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two readers, over the drafts that both have labelled; the worst difference first."""

    first: str
    second: str
    drafts: int
    checks: tuple[CheckAgreement, ...]
    differences: tuple[Difference, ...]


def agreement_of(readers: Mapping[str, Sequence[LabelRow]]) -> tuple[PairAgreement, ...]:
    """The agreement of each two readers."""
    return tuple(_pair(first, second, readers) for first, second in combinations(readers, 2))


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Cohen's kappa with linear weights; None where chance alone makes the readers agree."""
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    by_chance = sum(abs(a - b) for a in first for b in second)
    apart = sum(abs(a - b) for a, b in pairs) * len(pairs)
    return 1 - apart / by_chance if by_chance else None


def as_text(found: Sequence[PairAgreement], most: int) -> str:
    """A table for each two readers, and at most `most` of the drafts where they differ."""
    return "\n".join((*(line for pair in found for line in _lines(pair, most)), *EXPLAINED))


def _pair(first: str, second: str, readers: Mapping[str, Sequence[LabelRow]]) -> PairAgreement:
    other = {row.key: row for row in readers[second]}
    both = [(row, other[row.key]) for row in readers[first] if row.key in other]
    checks = (_check(check, both) for check in CHECKS)
    differences = (_difference(one, two) for one, two in both)
    return PairAgreement(
        first=first,
        second=second,
        drafts=len(both),
        checks=tuple(each for each in checks if each),
        differences=tuple(sorted((each for each in differences if each.labels), key=lambda each: -each.distance)),
    )


def _check(check: str, both: Sequence[tuple[LabelRow, LabelRow]]) -> CheckAgreement | None:
    pairs = [pair for one, two in both if (pair := _labels(check, one, two)) is not None]
    if not pairs:
        return None
    same = sum(a == b for a, b in pairs) / len(pairs)
    weighted = weighted_kappa(pairs) if check in SCALES else None
    return CheckAgreement(check, len(pairs), same, kappa(pairs), weighted)


def _difference(one: LabelRow, two: LabelRow) -> Difference:
    apart = {check: pair for check in CHECKS if (pair := _labels(check, one, two)) and pair[0] != pair[1]}
    distance = sum(abs(a - b) / (SCALES[check].highest if check in SCALES else 1) for check, (a, b) in apart.items())
    return Difference(one.key, distance, apart)


def _labels(check: str, one: LabelRow, two: LabelRow) -> tuple[Label, Label] | None:
    first, second = one.labels.of(check), two.labels.of(check)
    return None if first is None or second is None else (first, second)


def _lines(pair: PairAgreement, most: int) -> Iterator[str]:
    names = f"{printable(pair.first)} and {printable(pair.second)}"
    yield f"{names}: {pair.drafts} drafts labelled by both"
    if pair.checks:
        yield _row([name for name, _ in COLUMNS])
    for each in pair.checks:
        figures = (figure(each.same), figure(each.kappa), figure(each.weighted))
        yield _row([each.check, str(each.n), *figures])
    shown = pair.differences[:most]
    if shown:
        yield f"they differ most on {len(shown)} of {len(pair.differences)} drafts:"
    for difference in shown:
        said = ", ".join(f"{check} {_said(a)} / {_said(b)}" for check, (a, b) in difference.labels.items())
        yield f"  {printable(difference.key.short)}: {said}"
    yield ""


def _said(label: Label) -> str:
    return str(label) if not isinstance(label, bool) else "passes" if label else "fails"


def _row(cells: Sequence[str]) -> str:
    return "".join(f"{cell:<{width}}" for cell, (_, width) in zip(cells, COLUMNS, strict=True)).rstrip()
