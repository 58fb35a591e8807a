"""Compares verdicts with the labels of careful readers, check by check; a failure is what there is to find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.figures import (
    FALSE_ALARM_RATES,
    Agreement,
    ClassFigures,
    Confusion,
    Grouping,
    Miss,
    Readers,
    RecallAt,
    Report,
    Scores,
)
from evals.labelled import CHECKS, SCALES, Label, LabelledDraft, passes
from evals.statistics import (
    Point,
    Scored,
    Table,
    best_within,
    calibration_bins,
    calibration_error,
    f1,
    kappa,
    macro_f1,
    macro_f1_interval,
    proportion,
    tabulate,
    trade_off,
)
from guardrails.types import Verdict

ENOUGH_GROUPS = 10
UNREAD = "none"
ROUNDING = 1e-9  # 5 % of 20 drafts is one draft, whatever binary fractions make of it


@dataclass(frozen=True, slots=True)
class Judged:
    """One draft under one check: what readers say and what the check says; `group` names those it belongs with."""

    row: LabelledDraft
    label: Label
    verdict: Verdict
    group: str

    @property
    def passes(self) -> bool:
        """Whether the draft passes by its label, at the level that the check's policy asks for."""
        return passes(self.verdict.check, self.label, self.verdict.limit)

    @property
    def is_miss(self) -> bool:
        """Whether readers and check disagree on passing."""
        return self.passes is not self.verdict.passed

    @property
    def wrongness(self) -> float:
        """The probability that the check gave to the wrong side; 1 where it gives none."""
        if self.verdict.score is None:
            return 1.0
        return 1 - self.verdict.score if self.passes else self.verdict.score


def report(
    file: str, rows: Sequence[LabelledDraft], verdicts: Sequence[Mapping[str, Verdict]], most_misses: int
) -> Report:
    """The comparison of a whole file, its labels of no check among them."""
    unknown = frozenset[str]().union(*(row.labels.unknown for row in rows))
    return Report(file, len(rows), tuple(sorted(unknown)), compare(rows, verdicts, most_misses))


def compare(
    rows: Sequence[LabelledDraft], verdicts: Sequence[Mapping[str, Verdict]], most_misses: int
) -> tuple[Agreement, ...]:
    """The agreement of every check that has labels, with its worst misses; `verdicts` are those of each row."""
    both = list(zip(rows, verdicts, strict=True))
    found = []
    for check in CHECKS:
        known = [(row, given[check], label) for row, given in both if (label := row.labels.of(check)) is not None]
        if known:
            by, groups = group([row for row, _, _ in known])
            judged = [Judged(row, label, verdict, groups[i]) for i, (row, verdict, label) in enumerate(known)]
            found.append(agreement(check, judged, by, most_misses))
    return tuple(found)


def group(rows: Sequence[LabelledDraft]) -> tuple[Grouping, list[str]]:
    """Which drafts belong together: those of one brand, or where brands are few of one case, or none."""
    alone = [f"draft {number}" for number in range(len(rows))]
    brands = [f"brand {row.business}" if row.business else own for row, own in zip(rows, alone, strict=True)]
    if len(set(brands)) >= ENOUGH_GROUPS and brands != alone:
        return "brand", brands
    cases = [f"case {row.case}" if row.case else own for row, own in zip(rows, alone, strict=True)]
    if len(set(cases)) >= ENOUGH_GROUPS and cases != alone:
        return "case", cases
    return "draft", alone


def agreement(check: str, judged: Sequence[Judged], by: Grouping, most_misses: int) -> Agreement:
    """The figures of one check over the drafts that have a label for it."""
    table = tabulate((each.passes, each.verdict.passed) for each in judged)
    tables = _group_tables(judged)
    misses = sorted((each for each in judged if each.is_miss), key=lambda each: (-each.wrongness, each.passes))
    wrong = table.alarms + table.missed
    return Agreement(
        check=check,
        n=table.n,
        failures=table.missed + table.caught,
        skipped=sum(each.verdict.skipped is not None for each in judged),
        errors=sum(each.verdict.error is not None for each in judged),
        grouped_by=by,
        groups=len(tables),
        table=table,
        failing=_class_figures(table.caught, table.alarms, table.missed, wrong),
        passing=_class_figures(table.passed, table.missed, table.alarms, wrong),
        macro_f1=macro_f1(table),
        macro_f1_interval=macro_f1_interval(tables),
        scores=_scores([(e.verdict.score, e.passes) for e in judged if e.verdict.score is not None]),
        confusion=_confusion(check, judged),
        readers=_readers(check, judged),
        miss_count=len(misses),
        misses=tuple(_miss(each) for each in misses[:most_misses]),
    )


def _group_tables(judged: Sequence[Judged]) -> list[Table]:
    members: dict[str, list[tuple[bool, bool]]] = {}
    for each in judged:
        members.setdefault(each.group, []).append((each.passes, each.verdict.passed))
    return [tabulate(pairs) for pairs in members.values()]


def _class_figures(found: int, extra: int, lost: int, wrong: int) -> ClassFigures:
    return ClassFigures(proportion(found, found + extra), proportion(found, found + lost), f1(found, wrong))


def _scores(scored: Sequence[Scored]) -> Scores | None:
    if not scored:
        return None
    passing = sum(label for _, label in scored)
    bins, curve = calibration_bins(scored), trade_off(scored)
    found = (_recall_at(curve, rate, passing, len(scored) - passing) for rate in FALSE_ALARM_RATES)
    return Scores(
        n=len(scored),
        passing=passing,
        failing=len(scored) - passing,
        error=calibration_error(bins),
        bins=bins,
        curve=curve,
        recall_at=tuple(each for each in found if each is not None),
    )


def _recall_at(curve: Sequence[Point], rate: float, passing: int, failing: int) -> RecallAt | None:
    best = best_within(curve, rate * passing + ROUNDING)
    recall = proportion(best.caught, failing)
    return RecallAt(rate, best.threshold, recall) if recall and passing else None


def _confusion(check: str, judged: Sequence[Judged]) -> Confusion:
    if check in SCALES:
        labels = tuple(map(str, range(SCALES[check].highest + 1)))
        seen = Counter((str(e.label), UNREAD if e.verdict.level is None else str(e.verdict.level)) for e in judged)
    else:
        labels = ("fails", "passes")
        seen = Counter((labels[e.passes], labels[e.verdict.passed]) for e in judged)
    verdicts = (*labels, UNREAD) if any(verdict == UNREAD for _, verdict in seen) else labels
    return Confusion(labels, verdicts, tuple(tuple(seen[label, verdict] for verdict in verdicts) for label in labels))


def _readers(check: str, judged: Sequence[Judged]) -> Readers | None:
    pairs = []
    for each in judged:
        said = [reader.of(check) for reader in each.row.readers or ()]
        if len(said) >= 2 and said[0] is not None and said[1] is not None:  # noqa: PLR2004  # two readers
            pairs.append((said[0], said[1], each.verdict.limit))
    if not pairs:
        return None
    table = tabulate((passes(check, first, limit), passes(check, second, limit)) for first, second, limit in pairs)
    return Readers(len(pairs), kappa([(first, second) for first, second, _ in pairs]), macro_f1(table))


def _miss(judged: Judged) -> Miss:
    row, verdict = judged.row, judged.verdict
    return Miss(
        id=row.id,
        kind="false alarm" if judged.passes else "missed failure",
        complaint=row.complaint_text,
        draft=row.draft,
        label=judged.label,
        level=verdict.level,
        score=verdict.score,
        findings=verdict.findings,
        evidence=row.evidence_for(verdict.check),
        note=verdict.error or verdict.skipped,
    )
