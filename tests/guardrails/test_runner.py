"""Tests of the runner: what breaks fails the draft, and readings become verdicts by the policy."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from guardrails.doubt import PLAINER
from guardrails.policy import Policy
from guardrails.runner import run_checks
from guardrails.types import Draft, Finding, Reading, Scale, Verdict, all_blocking_pass
from tests.guardrails.policies import make_policy

DRAFT = Draft(text="We are sorry. 😀 Refund follows.", complaint="My parcel is lost.")
AT_LEAST = Scale(3, "at_least")
AT_MOST = Scale(2, "at_most")


@dataclass(frozen=True)
class Given:
    """A check that reads what the test wants, or does what the test wants."""

    name: str
    reading: Reading | Callable[[], Reading]
    scale: Scale | None = None

    def read(self, draft: Draft) -> Reading:
        """What was given."""
        del draft
        return self.reading() if callable(self.reading) else self.reading


def verdict_of(check: Given, policy: Policy | None = None, timeout_s: float = 5) -> Verdict:
    """The one verdict of one check."""
    return run_checks([check], DRAFT, policy or make_policy(), timeout_s).verdicts[0]


@pytest.mark.parametrize(
    ("name", "scale", "level", "passed"),
    [
        ("apology", AT_LEAST, 1, False),
        ("apology", AT_LEAST, 2, True),
        ("apology", AT_LEAST, 3, True),
        ("excuses", AT_MOST, 1, True),
        ("excuses", AT_MOST, 2, False),
        ("tone", AT_MOST, 2, False),
    ],
)
def test_the_level_decides(name: str, scale: Scale, level: int, passed: bool) -> None:  # noqa: FBT001  # a table's column
    """A level at its limit passes, one beyond it does not."""
    verdict = verdict_of(Given(name, Reading(level=level), scale))
    assert (verdict.passed, verdict.level) == (passed, level)


def test_a_policy_may_forbid_explanations() -> None:
    """Level 1 of excuses passes only where explanations are allowed."""
    explained = Given("excuses", Reading(level=1, advice="Leave it out."), AT_MOST)
    verdict = verdict_of(explained, make_policy(explanations=False))
    assert (verdict.passed, verdict.limit, verdict.advice) == (False, 0, "Leave it out.")


def test_a_check_that_raises_fails_the_draft() -> None:
    """The verdict names the error's type and never its text, which may quote a customer."""

    def crash() -> Reading:
        raise ValueError("the customer's secret")

    verdict = verdict_of(Given("leakage", crash))
    assert not verdict.passed
    assert verdict.blocking
    assert verdict.error is not None
    assert "ValueError" in verdict.error
    assert "secret" not in str(verdict)


def test_a_check_that_hangs_fails_and_the_others_go_on() -> None:
    """Only the late check is lost; the run takes no longer than its time limit."""

    def hang() -> Reading:
        time.sleep(30)
        return Reading()

    began = time.monotonic()
    report = run_checks(
        [Given("language", Reading()), Given("leakage", hang), Given("length", Reading())], DRAFT, make_policy(), 0.2
    )
    assert [verdict.passed for verdict in report.verdicts] == [True, False, True]
    assert "longer than 0.2 s" in (report.verdicts[1].error or "")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "reading",
    [
        Reading(level=None),
        Reading(level=4),
        Reading(level=-1),
        Reading(level=2, findings=(Finding(0, 999, "beyond the end"),)),
        Reading(level=2, findings=(Finding(5, 5, "empty"),)),
        Reading(level=2, findings=(Finding(-3, 2, "before the start"),)),
    ],
)
def test_a_reading_that_makes_no_sense_fails(reading: Reading) -> None:
    """A check that points outside the draft or gives no level counts as broken."""
    verdict = verdict_of(Given("apology", reading, AT_LEAST))
    assert not verdict.passed
    assert verdict.error


def test_findings_quote_the_draft() -> None:
    """Offsets count code points, also behind a character outside the basic plane."""
    start = DRAFT.text.index("Refund")
    verdict = verdict_of(Given("remedies", Reading(faulty=True, findings=(Finding(start, start + 6, "why"),))))
    assert verdict.findings[0].excerpt == "Refund"
    assert not verdict.passed


@pytest.mark.parametrize(("kind", "passed"), [("no_context", True), ("unread_language", False)])
def test_the_policy_says_what_a_skipped_check_counts_as(kind: str, passed: bool) -> None:  # noqa: FBT001  # a table's column
    """A skipped check says why, and passes only where the policy lets it."""
    skipped = Reading(skipped="no_context" if kind == "no_context" else "unread_language")
    policy = make_policy(skipped={"no_context": "pass", "unread_language": "fail"})
    verdict = verdict_of(Given("grounding", skipped), policy)
    assert verdict.passed is passed
    assert verdict.skipped
    assert verdict.error is None


def test_advice_stands_only_where_it_is_needed() -> None:
    """A verdict that passed gives no advice, unless the check insists."""
    assert verdict_of(Given("apology", Reading(level=2, advice="Own it."), AT_LEAST)).advice is None
    insisting = Given("tone", Reading(level=1, advice="Warmer.", advise_anyway=True), AT_MOST)
    assert verdict_of(insisting).advice == "Warmer."


def uncertain_policy(outcome: str, low: float = 0.45, high: float = 0.55) -> Policy:
    """The default policy with another answer to uncertainty."""
    return make_policy(uncertain={"low": low, "high": high, "outcome": outcome})


def reading_at(score: float, level: int = 2) -> Given:
    """An apology check that reads a level and gives level 2 this probability; its first word decided."""
    found = (Finding(0, 2, "The apology is specific."),)
    at_least = (max(score, 0.9), score, 0.0)
    return Given("apology", Reading(level=level, findings=found, advice="Name it.", at_least=at_least), AT_LEAST)


@pytest.mark.parametrize(
    ("score", "passed"), [(0.4499, True), (0.45, False), (0.5, False), (0.55, False), (0.5501, True), (1.0, True)]
)
def test_an_uncertain_level_does_not_pass(score: float, passed: bool) -> None:  # noqa: FBT001  # a table's column
    """Inside the band the draft fails whatever the level; outside it the level decides."""
    verdict = verdict_of(reading_at(score), uncertain_policy("fail"))
    assert (verdict.passed, verdict.level, verdict.score, verdict.error) == (passed, 2, score, None)


def test_an_uncertain_verdict_says_so() -> None:
    """The agent reads how probable a pass is, what to do, and the words in doubt."""
    verdict = verdict_of(reading_at(0.48), uncertain_policy("fail"))
    assert verdict.advice == "It is not certain that this passes: the probability is 48%. Name it."
    assert [(found.excerpt, found.reason) for found in verdict.findings] == [
        ("We", "The apology is specific. The check is not sure of this.")
    ]


def test_uncertainty_always_has_an_advice() -> None:
    """Where the level that was read has none, the verdict has one all the same."""
    given = Given("tone", Reading(level=0, at_least=(0.6, 0.5)), AT_MOST)
    verdict = verdict_of(given, uncertain_policy("fail"))
    assert (verdict.passed, verdict.score) == (False, 0.5)
    assert verdict.advice == "It is not certain that this passes: the probability is 50%. " + PLAINER


@pytest.mark.parametrize(("level", "passed"), [(1, False), (2, True)])
def test_a_policy_may_let_the_level_decide(level: int, passed: bool) -> None:  # noqa: FBT001  # a table's column
    """Then an uncertain verdict is one like any other."""
    verdict = verdict_of(reading_at(0.5, level), uncertain_policy("level"))
    assert verdict == verdict_of(reading_at(0.5, level), uncertain_policy("fail", 0.9, 1))
    assert verdict.passed is passed


def test_what_a_judge_is_to_decide_fails_until_then() -> None:
    """The report names just the uncertain checks, with their levels; no verdict passes for want of a judge."""
    sure = Given("tone", Reading(level=0, at_least=(0.1, 0.0)), AT_MOST)
    rule = Given("length", Reading())
    report = run_checks([reading_at(0.5), sure, rule], DRAFT, uncertain_policy("judge"), 5)
    assert report.undecided == {"apology": AT_LEAST}
    assert [verdict.passed for verdict in report.verdicts] == [False, True, True]
    assert report.verdicts[0].error == (
        "The check 'apology' is uncertain, and no judge has decided: none was asked; the draft counts as failed."
    )


@pytest.mark.parametrize("outcome", ["fail", "level"])
def test_without_a_judge_nothing_is_undecided(outcome: str) -> None:
    """Only the outcome `judge` leaves anything open."""
    assert run_checks([reading_at(0.5)], DRAFT, uncertain_policy(outcome), 5).undecided == {}


@pytest.mark.parametrize("outcome", ["fail", "level", "judge"])
def test_what_is_broken_or_skipped_is_not_uncertain(outcome: str) -> None:
    """A reading that makes no sense stays an error, and a skipped one skipped, whatever its probabilities."""
    nonsense = Given("apology", Reading(level=9, at_least=(0.5, 0.5, 0.5)), AT_LEAST)
    skipped = Given("tone", Reading(skipped="unread_language"), AT_MOST)
    report = run_checks([nonsense, skipped], DRAFT, uncertain_policy(outcome), 5)
    assert report.undecided == {}
    assert "gave no level" in (report.verdicts[0].error or "")
    assert report.verdicts[1].skipped


def test_unverified_constraints_are_handed_on() -> None:
    """What no check could decide reaches the report."""
    report = run_checks([Given("constraints", Reading(unverified=("be kind",)))], DRAFT, make_policy(), 5)
    assert report.unverified == ("be kind",)


def test_no_verdicts_are_no_pass() -> None:
    """A draft that nothing has checked does not pass."""
    assert not all_blocking_pass(())
