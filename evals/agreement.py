"""Compares verdicts with the labels of careful readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one check agrees with readers on pass and fail; precision and recall are about finding failures."""

    check: str
    n: int
    failures: int  # drafts that fail by the readers
    precision: float
    recall: float
    macro_f1: float


def agreement(check: str, labelled: Sequence[bool], decided: Sequence[bool]) -> Agreement:
    """Compare what readers say passes with what the check passes, draft by draft."""
    pairs = list(zip(labelled, decided, strict=True))
    caught = sum(not label and not verdict for label, verdict in pairs)
    alarms = sum(not verdict for _, verdict in pairs)
    failures = sum(not label for label, _ in pairs)
    return Agreement(
        check=check,
        n=len(pairs),
        failures=failures,
        precision=_ratio(caught, alarms),
        recall=_ratio(caught, failures),
        macro_f1=(_f1(pairs, value=True) + _f1(pairs, value=False)) / 2,
    )


def _f1(pairs: Sequence[tuple[bool, bool]], *, value: bool) -> float:
    both = sum(label is value and verdict is value for label, verdict in pairs)
    either = sum(label is value for label, _ in pairs) + sum(verdict is value for _, verdict in pairs)
    return _ratio(2 * both, either)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
