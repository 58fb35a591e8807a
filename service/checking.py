"""Checks drafts that come from outside, by the policy that is asked for."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from guardrails.policy import Policy
from guardrails.runner import Report, run_checks
from guardrails.types import Check, Complaint, Draft, all_blocking_pass
from service.errors import InvalidField
from service.idempotency import DEFAULT_TENANT
from service.placeholders.drafting import Subject, calls_about
from service.schemas import CheckInput, CheckResult

DEFAULT_POLICY = "default"


class AnyJudge(Protocol):
    """Who decides what the checks leave open."""

    async def decide(self, report: Report, draft: Draft, deadline: float = math.inf) -> Report:
        """The report with nothing undecided, before `deadline` (a time of the running event loop's clock)."""


def unheard(report: Report) -> None:
    """Tell nobody."""


class PolicyChecks:
    """Every policy with its checks, built once, and the judge of what they leave open.

    `policies` has them by their names; `heard` is told of every report.
    """

    def __init__(
        self,
        policies: Mapping[str, Policy],
        catalog: Callable[[Policy], Sequence[Check]],
        timeout_s: float,
        judge: AnyJudge,
        heard: Callable[[Report], None] = unheard,
    ) -> None:
        self.policies = policies
        self._heard = heard
        self._rules = {name: (policy, tuple(catalog(policy))) for name, policy in policies.items()}
        self._timeout_s = timeout_s
        self._judge = judge

    def known(self, name: str | None, field: str) -> str:
        """The name of a policy that exists; by default `default`.

        Raises:
            InvalidField: there is none of this name; `field` is where it was asked for.
        """
        asked = DEFAULT_POLICY if name is None else name
        if asked not in self._rules:
            raise InvalidField(f"there is no such policy; known are {', '.join(sorted(self._rules))}", field)
        return asked

    async def run(self, policy: str, draft: Draft, deadline: float = math.inf) -> Report:
        """The verdicts of a known policy; `deadline` (a time of the event loop's clock) is the judge's."""
        return await self.decided(await self.undecided(policy, draft), draft, deadline)

    async def undecided(self, policy: str, draft: Draft) -> Report:
        """What the checks alone say by a known policy, told to nobody; a judge may still decide some of it."""
        rules, checks = self._rules[policy]
        return await asyncio.to_thread(run_checks, checks, draft, rules, self._timeout_s)

    async def decided(self, report: Report, draft: Draft, deadline: float = math.inf) -> Report:
        """These verdicts on a draft with those of the judge; `deadline` as in `run`."""
        decided = await self._judge.decide(report, draft, deadline)
        self._heard(decided)
        return decided


class DraftChecker:
    """Turns a check's input into its output."""

    def __init__(self, checks: PolicyChecks, clock: Callable[[], datetime]) -> None:
        self._checks = checks
        self._clock = clock

    async def check(self, given: CheckInput, *, tenant: str = DEFAULT_TENANT) -> CheckResult:
        """The verdicts on one draft.

        Raises:
            InvalidField: the policy is unknown.
        """
        policy = self._checks.known(given.policy, "policy")
        with calls_about(Subject(tenant, given.complaint, given.context, (given,))):
            report = await self._checks.run(policy, self._draft(given))
        return CheckResult(
            id=given.id,
            passed=all_blocking_pass(report.verdicts),
            verdicts=report.verdicts,
            unverified_constraints=report.unverified or None,
        )

    def _draft(self, given: CheckInput) -> Draft:
        now = given.context.now if given.context and given.context.now else self._clock()
        if isinstance(given.complaint, Complaint):
            draft = Draft.reply_to(given.complaint, given.context, given.draft, now)
        else:
            draft = Draft(text=given.draft, complaint=given.complaint, context=given.context, now=now)
        return replace(draft, max_words=given.max_words, instruction=given.instruction)
