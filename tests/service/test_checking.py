"""Checking a draft from outside: the policy asked for, the moment, and both forms of a complaint."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from guardrails.checks.constraints import Constraints
from guardrails.policy import Policy
from guardrails.runner import Report
from guardrails.types import Agent, Complaint, Context, Draft, Reading, Scale
from service.checking import DraftChecker, PolicyChecks
from service.errors import InvalidField
from service.judging import NoJudge
from service.schemas import CheckInput, CheckResult
from tests.guardrails.policies import make_policy
from tests.service.parts import CHECKS, COMPLAINT, NOW, Needs, make_checks

GIVEN = datetime(2020, 1, 2, tzinfo=UTC)


class Sees:
    """A check that notes the drafts that it is shown."""

    name = "leakage"
    scale: Scale | None = None

    def __init__(self) -> None:
        self.seen: list[Draft] = []

    def read(self, draft: Draft) -> Reading:
        """Note it, and find nothing."""
        self.seen.append(draft)
        return Reading()


def checker_with(checks: PolicyChecks) -> DraftChecker:
    """A checker whose clock stands still."""
    return DraftChecker(checks, lambda: NOW)


def checked(checker: DraftChecker, given: CheckInput) -> CheckResult:
    """What the checker answers."""
    return asyncio.run(checker.check(given))


def seen_by_a_check(given: CheckInput) -> Draft:
    """The draft as checks see it."""
    check = Sees()
    checked(checker_with(make_checks(check)), given)
    (draft,) = check.seen
    return draft


def context(now: datetime | None = None) -> Context:
    """A small context."""
    return Context(brand="Harbourline", agent=Agent(name="Maya"), now=now)


@pytest.mark.parametrize(
    ("draft", "failed"),
    [
        ("We are sorry. A short note: a refund.", set[str]()),
        ("We are sorry. A refund.", {"length"}),
        ("A short note: a refund.", {"apology"}),
        ("", {"apology", "solution", "length"}),
    ],
)
def test_a_draft_passes_when_nothing_blocks(draft: str, failed: set[str]) -> None:
    """Every check answers, in order, and only blocking ones decide."""
    result = checked(checker_with(make_checks()), CheckInput(id="7", complaint=COMPLAINT, draft=draft))
    assert [verdict.check for verdict in result.verdicts] == [check.name for check in CHECKS]
    assert {verdict.check for verdict in result.verdicts if not verdict.passed} == failed
    assert (result.id, result.passed) == ("7", not failed - {"length"})


def test_a_plain_complaint_has_no_channel() -> None:
    """Of a text nothing else is known, and nothing is assumed."""
    draft = seen_by_a_check(CheckInput(complaint=COMPLAINT, draft="Hello."))
    assert draft == Draft(text="Hello.", complaint=COMPLAINT, now=NOW)


def test_a_complaint_as_an_object_keeps_its_fields() -> None:
    """Channel, publicity and language reach the checks."""
    complaint = Complaint(text=COMPLAINT, channel="review", language="en", customer_name="Dana")
    draft = seen_by_a_check(CheckInput(complaint=complaint, draft="Hello.", context=context()))
    assert draft == Draft.reply_to(complaint, context(), "Hello.", NOW)
    assert draft.public


def test_what_a_draft_was_asked_for_with_is_checked() -> None:
    """As when it was drafted: an agent's edit must not escape the limit."""
    draft = seen_by_a_check(
        CheckInput(complaint="Late again.", draft="Sorry.", max_words=30, instruction="No exclamation marks.")
    )
    assert (draft.max_words, draft.instruction) == (30, "No exclamation marks.")


def test_what_no_check_can_decide_is_told() -> None:
    """Word for word, and only where there is some."""
    asked = context().model_copy(update={"constraints": ("Be warm.",)})
    checker = checker_with(make_checks(Constraints()))
    told = checked(checker, CheckInput(complaint="Late again.", draft="Sorry.", context=asked))
    silent = checked(checker, CheckInput(complaint="Late again.", draft="Sorry.", context=context()))
    assert told.unverified_constraints == ("Be warm.",)
    assert '"unverified_constraints":["Be warm."]' in told.to_json()
    assert "unverified" not in silent.to_json()


@pytest.mark.parametrize(("given", "expected"), [(None, NOW), (context(), NOW), (context(GIVEN), GIVEN)])
def test_dates_count_from_the_context_else_from_now(given: Context | None, expected: datetime) -> None:
    """The clock is asked only where the context does not say when it is."""
    assert seen_by_a_check(CheckInput(complaint=COMPLAINT, draft="Hi.", context=given)).now == expected


def test_the_policy_asked_for_decides() -> None:
    """The same draft passes one policy and fails another."""
    rules = make_policy().checks.model_dump()
    mild = make_policy(checks=rules | {"apology": {"blocking": False, "limit": 2}})
    checker = checker_with(make_checks(Needs("apology", "sorry"), default=make_policy(), mild=mild))
    given = CheckInput(complaint=COMPLAINT, draft="Hello.")
    assert not checked(checker, given).passed
    assert checked(checker, given.model_copy(update={"policy": "mild"})).passed


@pytest.mark.parametrize("policy", ["strict", "../default", "default.yaml", "Default"])
def test_an_unknown_policy_names_the_known_ones(policy: str) -> None:
    """A policy is known by its name alone, never by a path."""
    checker = checker_with(make_checks(CHECKS[0], default=make_policy(), mild=make_policy()))
    with pytest.raises(InvalidField, match="known are default, mild") as caught:
        checked(checker, CheckInput(complaint=COMPLAINT, draft="Hello.", policy=policy))
    assert caught.value.field == "policy"


def test_checks_are_built_once() -> None:
    """A catalog is asked for its checks at the start and never again."""
    built: list[str] = []

    def catalog(policy: Policy) -> tuple[Needs, ...]:
        built.append(policy.name)
        return CHECKS

    checks = PolicyChecks({"default": make_policy()}, catalog, 5, NoJudge("there is none"))
    for _ in range(3):
        checked(checker_with(checks), CheckInput(complaint=COMPLAINT, draft="Hello."))
    assert built == ["default"]


def test_what_a_judge_decides_is_answered() -> None:
    """A draft passes by the judge's verdicts, not by those that it was asked about."""

    class Lenient:
        async def decide(self, report: Report, draft: Draft, deadline: float = math.inf) -> Report:
            assert (draft.text, deadline) == ("Hello.", math.inf)
            passed = (verdict.model_copy(update={"passed": True}) for verdict in report.verdicts)
            return replace(report, verdicts=tuple(passed))

    checker = checker_with(make_checks(judge=Lenient()))
    assert checked(checker, CheckInput(complaint=COMPLAINT, draft="Hello.")).passed


def test_a_check_that_breaks_fails_the_draft() -> None:
    """A crash is a failed verdict with an error, and never a pass or an exception."""

    class Breaks:
        name = "grounding"
        scale: Scale | None = None

        def read(self, draft: Draft) -> Reading:
            raise RuntimeError(draft.text)

    result = checked(checker_with(make_checks(Breaks())), CheckInput(complaint=COMPLAINT, draft="Secret."))
    assert not result.passed
    assert result.verdicts[0].error
    assert "Secret" not in result.model_dump_json()
