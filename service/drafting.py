"""The loop: prompt the model, check what it wrote, revise by the findings, and keep the best attempt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from guardrails.runner import Report
from guardrails.types import Complaint, Context, Draft, Verdict, all_blocking_pass
from service.checking import PolicyChecks
from service.errors import AnswerUnusable, InvalidField, ModelError
from service.model import Completion, Model
from service.prompts import Ask, RenderedPrompt
from service.schemas import Attempt, Case, Options, PromptVersion, Result, Status, Timings, Usage

log = structlog.get_logger()


class Prompts(Protocol):
    """Where prompts come from."""

    def find_situation(self, complaint: Complaint, context: Context, asked: str | None = None) -> str:
        """The situation asked for, else the one found.

        Raises:
            InvalidField: the one asked for does not exist.
        """

    def reply(self, ask: Ask) -> RenderedPrompt:
        """The prompt for a first draft."""

    def revise(self, ask: Ask, draft: str, verdicts: Sequence[Verdict]) -> RenderedPrompt:
        """The prompt for a better draft than this one."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one draft may cost: seconds in all, texts asked of the model, tokens of one answer."""

    deadline_s: float
    max_attempts: int
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt: what was asked, what came, what the checks say."""

    prompt: RenderedPrompt
    completion: Completion
    report: Report

    @property
    def passed(self) -> bool:
        """Whether no blocking check stands in the way."""
        return all_blocking_pass(self.report.verdicts)

    @property
    def failures(self) -> int:
        """How many blocking checks stand in the way."""
        return sum(1 for verdict in self.report.verdicts if verdict.blocking and not verdict.passed)

    def as_attempt(self) -> Attempt:
        """The attempt as it is kept and answered."""
        return Attempt(draft=self.completion.text, verdicts=self.report.verdicts, endpoint=self.completion.endpoint)


@dataclass(slots=True)
class Work:
    """What is known of a draft while it is made."""

    case: Case
    ask: Ask
    policy: str
    deadline: float  # on the event loop's clock
    prompt: RenderedPrompt
    tried: list[Tried] = field(default_factory=list)
    fault: ModelError | None = None
    model_ms: float = 0
    checks_ms: float = 0

    @property
    def best(self) -> Tried | None:
        """The attempt with the fewest failures, the earliest of equals."""
        return min(self.tried, key=lambda tried: tried.failures, default=None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with every attempt behind it, and the error where no text was obtained."""

    result: Result
    attempts: tuple[Attempt, ...]
    fault: ModelError | None


class ReplyDrafter:
    """Turns a case into a result."""

    def __init__(self, model: Model, prompts: Prompts, checks: PolicyChecks, budget: Budget) -> None:
        self._model = model
        self._prompts = prompts
        self._checks = checks
        self._budget = budget

    async def draft(self, draft_id: str, case: Case, now: datetime) -> Outcome:
        """Draft, check and revise until every blocking check passes, or attempts or time run out.

        Raises:
            InvalidField: policy or situation is unknown, or the complaint is too long for the model.
        """
        began = time.perf_counter()
        work = self._begin(case, now)
        for number in range(1, self._budget.max_attempts + 1):
            if not await self._attempt(work, number) or (work.tried and work.tried[-1].passed):
                break
        result = _result(draft_id, work, (time.perf_counter() - began) * 1000)
        _log(result, work)
        return Outcome(result, tuple(each.as_attempt() for each in work.tried), None if work.tried else work.fault)

    def _begin(self, case: Case, now: datetime) -> Work:
        options = case.options or Options()
        policy = self._checks.known(options.policy, "options.policy")
        ask = Ask(
            complaint=case.complaint,
            context=case.context,
            now=now,
            situation=self._prompts.find_situation(case.complaint, case.context, options.situation),
            token_budget=self._model.context_tokens - self._budget.max_tokens,
            tone=options.tone,
            max_words=options.max_words,
            instruction=options.instruction,
        )
        deadline = asyncio.get_running_loop().time() + self._budget.deadline_s
        return Work(case, ask, policy, deadline, self._prompts.reply(ask))

    async def _attempt(self, work: Work, number: int) -> bool:
        """Make one attempt; False when there is no use in another."""
        if work.best is not None and not self._ask_for_revision(work, work.best):
            return False
        began = time.perf_counter()
        try:
            completion = await self._model.complete(work.prompt.messages, deadline=work.deadline, seed=number)
        except ModelError as error:
            work.fault = error
            log.warning("draft.attempt_failed", attempt=number, error=type(error).__name__)
            return isinstance(error, AnswerUnusable)
        finally:
            work.model_ms += (time.perf_counter() - began) * 1000
        work.tried.append(Tried(work.prompt, completion, await self._check(work, completion.text)))
        return True

    def _ask_for_revision(self, work: Work, best: Tried) -> bool:
        try:
            work.prompt = self._prompts.revise(work.ask, best.completion.text, best.report.verdicts)
        except InvalidField:  # it no longer fits into the model's context: what there is must do
            log.warning("draft.revision_too_long", attempts=len(work.tried))
            return False
        return True

    async def _check(self, work: Work, text: str) -> Report:
        began = time.perf_counter()
        draft = Draft.reply_to(
            work.case.complaint,
            work.case.context,
            text,
            work.ask.now,
            max_words=work.ask.max_words,
            prompt=work.prompt.guarded,
        )
        report = await self._checks.run(work.policy, draft, work.deadline)
        work.checks_ms += (time.perf_counter() - began) * 1000
        return report


def _result(draft_id: str, work: Work, total_ms: float) -> Result:
    best = work.best
    options = work.case.options or Options()
    shown = best is not None and (best.passed or options.delivery == "flagged")
    prompt = best.prompt if best else work.prompt
    return Result(
        id=draft_id,
        ref=work.case.id,
        status=_status(best),
        draft=best.completion.text if best and shown else None,
        verdicts=best.report.verdicts if best else (),
        attempts=tuple(each.as_attempt() for each in work.tried) if options.include_attempts else None,
        situation=work.ask.situation,
        unverified_constraints=best.report.unverified if best else (),
        history_omitted=prompt.history_omitted,
        model=best.completion.model if best else None,
        endpoint=best.completion.endpoint if best else None,
        prompt=PromptVersion(name=prompt.name, hash=prompt.hash),
        policy=work.policy,
        usage=Usage(
            prompt_tokens=sum(each.completion.prompt_tokens for each in work.tried),
            completion_tokens=sum(each.completion.completion_tokens for each in work.tried),
        ),
        timings_ms=Timings(total=round(total_ms, 1), model=round(work.model_ms, 1), checks=round(work.checks_ms, 1)),
    )


def _status(best: Tried | None) -> Status:
    if best is None:
        return "failed"
    return "ready" if best.passed else "needs_review"


def _log(result: Result, work: Work) -> None:
    log.info(
        "draft.checked",
        draft_id=result.id,
        status=result.status,
        situation=result.situation,
        policy=result.policy,
        prompt=result.prompt.name,
        prompt_hash=result.prompt.hash,
        attempts=len(work.tried),
        failed_checks=[verdict.check for verdict in result.verdicts if not verdict.passed],
        prompt_tokens=result.usage.prompt_tokens,
        completion_tokens=result.usage.completion_tokens,
        ms=result.timings_ms.total,
    )
