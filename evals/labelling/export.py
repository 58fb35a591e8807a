"""Merges the labels of several readers into rows of labelled drafts, and lists what they have to settle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.labelled import Label
from evals.labelling.rows import CHECKS, CheckName, DraftToLabel, Key, LabelRow
from guardrails.types import Contract
from service.errors import InputError

Row = dict[str, object]
BOTH = 2


@dataclass(frozen=True, slots=True)
class Export:
    """What can be used, and what cannot yet.

    `rows` are lines for `amends eval guardrails`, `disagreements` one line for each check of a draft that readers
    label differently, and `alone` counts the labels of one reader where the others left the check open.
    """

    rows: tuple[Row, ...]
    labels: int
    disagreements: tuple[Row, ...]
    alone: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What the readers of one draft come to, check by check."""

    draft: DraftToLabel
    readers: Mapping[str, LabelRow]
    labels: Mapping[CheckName, Label]
    open: tuple[CheckName, ...]
    alone: int


def merge(
    readers: Mapping[str, Sequence[LabelRow]], drafts: Sequence[DraftToLabel], adjudicator: str | None = None
) -> Export:
    """One row for each draft on which readers agree in anything; labels of other drafts are not looked at.

    Where readers differ, the label of the one named `adjudicator` counts. Of one reader alone, all labels do.

    Raises:
        InputError: the adjudicator has no labels, or fewer than two others have.
    """
    if adjudicator is not None and (adjudicator not in readers or len(readers) <= BOTH):
        raise InputError(
            f"{adjudicator} can settle what two other readers see differently; labels are there of {', '.join(readers)}"
        )
    by_draft: dict[Key, dict[str, LabelRow]] = {}
    for name, rows in readers.items():
        for row in rows:
            by_draft.setdefault(row.key, {})[name] = row
    needed = min(BOTH, len(readers) - (adjudicator is not None))
    settled = [settle(draft, by_draft[draft.key], adjudicator, needed) for draft in drafts if draft.key in by_draft]
    return Export(
        rows=tuple(_row(each, adjudicator) for each in settled if each.labels),
        labels=sum(len(each.labels) for each in settled),
        disagreements=tuple(_disagreement(each, check) for each in settled for check in each.open),
        alone=sum(each.alone for each in settled),
    )


def settle(draft: DraftToLabel, readers: Mapping[str, LabelRow], adjudicator: str | None, needed: int) -> Settled:
    """A label for each check that `needed` readers agree on, or that the adjudicator decided."""
    labels: dict[CheckName, Label] = {}
    disputed: list[CheckName] = []
    alone = 0
    for check in CHECKS:
        said = {name: label for name, row in readers.items() if (label := row.labels.of(check)) is not None}
        last = said.pop(adjudicator, None) if adjudicator else None
        if len(said) < needed:
            alone += bool(said) or last is not None
        elif len(set(said.values())) == 1:
            labels[check] = next(iter(said.values()))
        elif last is not None:
            labels[check] = last
        else:
            disputed.append(check)
    return Settled(draft, readers, labels, tuple(disputed), alone)


def _row(settled: Settled, adjudicator: str | None) -> Row:
    """A line as evals.labelled reads it; its `readers` are those that were asked first."""
    draft = settled.draft
    first = [_plain(row.labels) for name, row in settled.readers.items() if name != adjudicator]
    return {
        "id": draft.key.short,
        "case": draft.case,
        "complaint": draft.complaint if isinstance(draft.complaint, str) else _plain(draft.complaint),
        **({"context": _plain(draft.context)} if draft.context else {}),
        "draft": draft.text,
        "labels": dict(settled.labels),
        "evidence": {check: _evidence(settled, check) for check in settled.labels},
        "unsure": list(settled.open),
        **({"readers": first} if len(first) >= BOTH else {}),
    }


def _evidence(settled: Settled, check: CheckName) -> list[str]:
    """The words that readers of the label point at, each once."""
    label = settled.labels[check]
    agreed = (row for row in settled.readers.values() if row.labels.of(check) == label)
    return list(dict.fromkeys(words for row in agreed for words in quotes(row, check, settled.draft)))


def _disagreement(settled: Settled, check: CheckName) -> Row:
    said = {name: row for name, row in settled.readers.items() if row.labels.of(check) is not None}
    return {
        "id": settled.draft.key.short,
        "case": settled.draft.case,
        "check": check,
        "labels": {name: row.labels.of(check) for name, row in said.items()},
        "evidence": {name: quotes(row, check, settled.draft) for name, row in said.items()},
        "remarks": {name: row.remark for name, row in said.items() if row.remark},
    }


def quotes(row: LabelRow, check: CheckName, draft: DraftToLabel) -> list[str]:
    """The words of the draft that a reader marked for a check."""
    return [draft.text[start:end] for start, end in row.evidence.get(check, ())]


def _plain(contract: Contract) -> Row:
    return contract.model_dump(mode="json", exclude_none=True)
