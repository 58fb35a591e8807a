"""Planted changes of a prompt are found, and one that only rewords is not, on the recorded answers of a real model."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from evals.arms import opened_arm
from evals.case import EvalCase, load_cases
from evals.compare import Comparison, compare
from evals.files import CASES, CASSETTES
from evals.outcomes import CaseOutcome
from evals.run import run_cases

MODEL = "model=qwen2.5-coder-1.5b-instruct"
PLANTED = Path(__file__).parent / "planted"
RECORDED: list[EvalCase] = [
    case for case in load_cases(CASES) if (CASSETTES / MODEL.partition("=")[2] / f"{case.id}.yaml").exists()
]


@cache
def outcomes(arm: str) -> tuple[CaseOutcome, ...]:
    """The first answers of an arm to every case that is recorded."""
    with opened_arm(arm, first=True) as opened:
        found = run_cases(RECORDED, opened, CASSETTES, processes=1, tell=lambda _: None)
    assert not found.missing
    return found.outcomes


def against_shipped(planted: str) -> Comparison:
    """The shipped prompts and those with this change."""
    arm = f"prompts={PLANTED / planted},{MODEL}"
    return compare(("shipped", planted), outcomes(MODEL), outcomes(arm))


@pytest.mark.parametrize(("planted", "check"), [("without-apology.md", "apology"), ("with-excuses.md", "excuses")])
def test_a_worse_prompt_is_found(planted: str, check: str) -> None:
    """Its check is worse, with an interval that leaves out zero, after Holm."""
    (row,) = (row for row in against_shipped(planted).rows if row.name == check)
    assert row.verdict == "worse"
    assert row.interval.high < 0
    assert row.is_inferior(0.1)


def test_a_reworded_prompt_is_no_different() -> None:
    """No check is better or worse, and every interval holds zero."""
    rows = against_shipped("reworded.md").rows
    assert {row.verdict for row in rows} == {"no difference"}
    assert all(row.interval.low <= 0 <= row.interval.high for row in rows)
    assert len(RECORDED) >= 30
