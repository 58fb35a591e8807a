"""An uncertain verdict becomes what the policy says; any other stays as it is."""

from __future__ import annotations

from typing import Literal

import pytest

from guardrails.doubt import DOUBT, PLAINER, settled, undecided
from guardrails.policy import UncertainRule
from guardrails.types import Verdict, VerdictFinding

FOUND = VerdictFinding(start=0, end=5, excerpt="Sorry", reason="It is specific.")
PASSED = Verdict(check="apology", passed=True, blocking=True, level=2, limit=2, score=0.5, findings=(FOUND,))


def rule(outcome: Literal["fail", "level", "judge"]) -> UncertainRule:
    """The band of the shipped policies."""
    return UncertainRule(low=0.45, high=0.55, outcome=outcome)


@pytest.mark.parametrize("outcome", ["fail", "level", "judge"])
@pytest.mark.parametrize("score", [None, 0.0, 0.4499, 0.5501, 1.0])
def test_what_is_certain_stays(outcome: Literal["fail", "level", "judge"], score: float | None) -> None:
    """No outcome touches a score outside the band, nor a verdict without one."""
    verdict = PASSED.model_copy(update={"score": score})
    assert settled(verdict, "Name it.", rule(outcome)) is verdict


def test_the_level_may_decide() -> None:
    """Then nothing is changed by uncertainty."""
    assert settled(PASSED, "Name it.", rule("level")) is PASSED


@pytest.mark.parametrize(("advice", "told"), [("Name it.", "Name it."), (None, PLAINER), ("", PLAINER)])
def test_a_failure_by_doubt_tells_the_agent_what_to_do(advice: str | None, told: str) -> None:
    """Level, score and words stay to be seen, and both advice and reason say that the check is not sure."""
    verdict = settled(PASSED, advice, rule("fail"))
    assert (verdict.passed, verdict.level, verdict.score, verdict.error) == (False, 2, 0.5, None)
    assert verdict.advice == f"It is not certain that this passes: the probability is 50%. {told}"
    assert verdict.findings == (FOUND.model_copy(update={"reason": f"It is specific. {DOUBT}"}),)


def test_what_waits_for_a_judge_fails_until_then() -> None:
    """The error says why nobody has decided, in place of any advice."""
    verdict = settled(PASSED, "Name it.", rule("judge"))
    assert verdict == undecided(PASSED, "none was asked")
    assert (verdict.passed, verdict.advice) == (False, None)
    assert "none was asked" in (verdict.error or "")
