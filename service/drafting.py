"""The loop: ask for texts, check them, revise by the findings, and keep the best attempt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from guardrails.runner import Report
from guardrails.types import Complaint, Context, Draft
from service.attempts import Tried, alternatives, good_ones
from service.checking import PolicyChecks
from service.errors import AnswerUnusable, DeadlinePassed, InvalidField, ModelError
from service.idempotency import DEFAULT_TENANT
from service.model import Completion
from service.omitting import Omitting, wanted_of
from service.placeholders.drafting import Subject, calls_about
from service.progress import AttemptChecked, AttemptFailed, AttemptStarted, Listener, Spending, unheard, unspent
from service.prompts import Ask, RenderedPrompt
from service.schemas import NO_USAGE, Alternative, Attempt, Case, Options, PromptVersion, Result, Status, Timings, Usage
from service.writing import Previous, Writer, Written

log = structlog.get_logger()

EscalationFinder = Callable[[str, Complaint, Context], Awaitable[str | None]]


class Situations(Protocol):
    """What knows the situations."""

    async def find(self, complaint: Complaint, context: Context, asked: str | None) -> str:
        """The situation asked for, else the one found; raises InvalidField where there is none such."""

    def refuse_unknown(self, asked: str) -> None:
        """Raise InvalidField where there is no such situation."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one draft may cost.

    Within `deadline_s` seconds in all, there are at most `rounds`; each asks for `candidates` texts, `at_once`
    of them at the same time. The first round asks for first drafts, the others for revisions of the best. A round
    ends early when the best can be chosen from `choose_from` good drafts. Where `most_surprise` is set, sentences that
    a draft is better without are left out of it (`service.omitting`).
    """

    deadline_s: float
    rounds: int
    candidates: int = 1
    at_once: int = 1
    choose_from: int = 1
    most_surprise: float | None = None


@dataclass(slots=True)
class Stopwatch:
    """Counts the milliseconds in which at least one of several things was under way."""

    ms: float = 0
    _running: int = 0
    _since: float = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """While this is open, time counts."""
        if not self._running:
            self._since = time.perf_counter()
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self.ms += (time.perf_counter() - self._since) * 1000


@dataclass(slots=True)
class Work:
    """What is known of a draft while it is made."""

    case: Case
    ask: Ask
    policy: str
    deadline: float  # on the event loop's clock
    opening: RenderedPrompt
    tell: Listener
    spend: Spending
    escalate: str | None
    tried: list[Tried] = field(default_factory=list)
    unusable: list[AnswerUnusable] = field(default_factory=list)
    fault: ModelError | None = None
    begun: int = 0  # attempts
    model: Stopwatch = field(default_factory=Stopwatch)
    checks: Stopwatch = field(default_factory=Stopwatch)

    @property
    def usage(self) -> Usage:
        """The tokens of all answers, those without a text among them, as they are paid for too."""
        spent: tuple[Completion | AnswerUnusable, ...] = (*(each.completion for each in self.tried), *self.unusable)
        return sum(map(_usage_of, spent), NO_USAGE)

    @property
    def options(self) -> Options:
        """What the caller asked for."""
        return self.case.options or Options()

    @property
    def best(self) -> Tried | None:
        """The attempt to answer with."""
        return min(self.tried, key=lambda tried: tried.rank, default=None)

    @property
    def wanted(self) -> int:
        """How many good drafts are asked for."""
        return 1 + (self.options.alternatives or 0)

    @property
    def is_done(self) -> bool:
        """Whether there are as many good drafts as were asked for, or none should be made."""
        return good_ones(self.tried) >= self.wanted or (self.escalate is not None and not self.is_flagged)

    @property
    def is_flagged(self) -> bool:
        """Whether the caller wants to see what did not pass."""
        return self.options.delivery == "flagged"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with what is behind it: every attempt, and the error where no text was obtained.

    `opening` is the prompt of the first attempt, and `best` the text that the verdicts are about, returned or not.
    """

    result: Result
    attempts: tuple[Attempt, ...]
    fault: ModelError | None
    opening: RenderedPrompt
    best: str | None


class AnyDrafter(Protocol):
    """What makes drafts."""

    async def draft(
        self,
        draft_id: str,
        case: Case,
        now: datetime,
        tell: Listener = unheard,
        *,
        tenant: str = DEFAULT_TENANT,
        spend: Spending = unspent,
    ) -> Outcome:
        """The outcome of one case of a tenant; `tell` hears how it comes about, `spend` what it takes."""

    def refuse_unknown(self, case: Case) -> None:
        """Raise InvalidField for a case that asks for what does not exist."""


class ReplyDrafter:
    """Turns a case into a result."""

    def __init__(
        self,
        writer: Writer,
        situations: Situations,
        find_escalation: EscalationFinder,
        checks: PolicyChecks,
        budget: Budget,
    ) -> None:
        self._writer = writer
        self._situations = situations
        self._find_escalation = find_escalation
        self._checks = checks
        self._budget = budget

    async def draft(
        self,
        draft_id: str,
        case: Case,
        now: datetime,
        tell: Listener = unheard,
        *,
        tenant: str = DEFAULT_TENANT,
        spend: Spending = unspent,
    ) -> Outcome:
        """Draft, check and revise until enough drafts pass every blocking check, or rounds or time run out.

        Where a person must answer, nothing is drafted unless the caller wants flagged drafts. `tell` hears of every
        attempt as it begins and as it ends, `spend` of the tokens of each answer, also where the draft is given up.

        Raises:
            InvalidField: policy or situation is unknown, or the complaint is too long for the model.
        """
        with calls_about(Subject(tenant, case.complaint, case.context, (case,))):
            return await self._draft(draft_id, case, now, tell, spend)

    async def _draft(self, draft_id: str, case: Case, now: datetime, tell: Listener, spend: Spending) -> Outcome:
        total = Stopwatch()
        with total.running(), structlog.contextvars.bound_contextvars(draft_id=draft_id):
            work = await self._begin(case, now, tell, spend)
            for number in range(self._budget.rounds):
                if work.is_done or not await self._round(work, is_first=number == 0):
                    break
        result = _result(draft_id, work, total.ms)
        _log(result, work)
        return Outcome(
            result,
            _attempts(work),
            fault=work.fault if result.status == "failed" else None,
            opening=work.opening,
            best=work.best.completion.text if work.best else None,
        )

    def refuse_unknown(self, case: Case) -> None:
        """Refuse, without any work, a case that asks for what does not exist, where it is drafted only later.

        Raises:
            InvalidField: policy or situation is unknown.
        """
        options = case.options or Options()
        self._checks.known(options.policy, "options.policy")
        if options.situation is not None:
            self._situations.refuse_unknown(options.situation)

    async def _begin(self, case: Case, now: datetime, tell: Listener, spend: Spending) -> Work:
        options = case.options or Options()
        policy = self._checks.known(options.policy, "options.policy")
        ask = Ask(
            complaint=case.complaint,
            context=case.context,
            now=now,
            situation=await self._situations.find(case.complaint, case.context, options.situation),
            tone=options.tone,
            max_words=options.max_words,
            instruction=options.instruction,
        )
        opening = self._writer.opening(ask)
        deadline = asyncio.get_running_loop().time() + self._budget.deadline_s
        escalate = await self._find_escalation(policy, case.complaint, case.context)
        return Work(case, ask, policy, deadline, opening, tell, spend, escalate)

    async def _round(self, work: Work, *, is_first: bool) -> bool:
        """Ask for a round of texts, and stop when there are enough; False when there is no use in another."""
        best = None if is_first else work.best
        previous = Previous(best.completion.text, best.report.verdicts) if best else None
        gate = asyncio.Semaphore(self._budget.at_once)
        numbers = range(work.begun + 1, work.begun + 1 + max(self._budget.candidates, work.wanted))
        work.begun = numbers[-1]
        attempts = [asyncio.create_task(self._attempt(work, previous, number, gate)) for number in numbers]
        try:
            return await self._first_good(work, attempts)
        finally:
            for attempt in attempts:
                attempt.cancel()
            await asyncio.gather(*attempts, return_exceptions=True)

    async def _first_good(self, work: Work, attempts: Sequence[asyncio.Task[bool]]) -> bool:
        """Wait until there are enough good drafts to choose from; False where no attempt came to anything."""
        waiting, useful = set(attempts), False
        while waiting and not self._may_choose(work):
            ended, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for attempt in ended:
                useful |= attempt.result()
        return useful

    def _may_choose(self, work: Work) -> bool:
        """Whether there are as many good drafts as the best is to be chosen from."""
        return good_ones(work.tried) >= work.wanted - 1 + self._budget.choose_from

    async def _attempt(self, work: Work, previous: Previous | None, number: int, gate: asyncio.Semaphore) -> bool:
        """Make one attempt; False when it shows that there is no use in another."""
        async with gate:
            if self._may_choose(work):  # while this one waited for its turn
                return True
            if asyncio.get_running_loop().time() >= work.deadline and (work.tried or work.fault):
                return False
            work.tell(AttemptStarted(attempt=number))
            try:
                with work.model.running():
                    written = await self._writer.write(work.ask, previous, deadline=work.deadline, seed=number)
            except InvalidField as error:
                work.tell(AttemptFailed(attempt=number, reason=type(error).__name__, kind="too_long"))
                if previous is None and not work.tried:
                    raise  # the model itself finds it too long
                # With the draft to revise it no longer fits into the model's context.
                log.warning("draft.revision_too_long", attempt=number)
                return False
            except ModelError as error:
                if work.fault is None or not isinstance(error, DeadlinePassed):
                    work.fault = error  # what took the time says more than that there is none left
                log.warning("draft.attempt_failed", attempt=number, error=type(error).__name__)
                work.tell(AttemptFailed(attempt=number, reason=type(error).__name__, kind=error.kind))
                if not isinstance(error, AnswerUnusable):
                    return False
                work.unusable.append(error)
                work.spend(_usage_of(error))
                return True
            work.spend(_usage_of(written.completion))
            completion, report = await self._checked(work, written)
        tried = Tried(number, written.prompt, completion, report)
        work.tried.append(tried)
        work.tell(AttemptChecked(attempt=number, passed=tried.passed, verdicts=report.verdicts))
        return True

    async def _checked(self, work: Work, written: Written) -> tuple[Completion, Report]:
        """The text without what it is better without, and the verdicts on it."""
        completion, most = written.completion, self._budget.most_surprise

        def draft_of(text: str) -> Draft:
            case, ask = work.case, work.ask
            return Draft.reply_to(
                case.complaint,
                case.context,
                text,
                ask.now,
                max_words=ask.max_words,
                instruction=ask.instruction,
                prompt=written.prompt.guarded,
            )

        async def check(text: str) -> Report:
            return await self._checks.undecided(work.policy, draft_of(text))

        with work.checks.running():
            report = await check(completion.text)
            if most is not None:
                omitting = Omitting(most, wanted_of(work.case.context), check, work.deadline)
                completion, report = await omitting.better(completion, report)
            return completion, await self._checks.decided(report, draft_of(completion.text), work.deadline)


def _result(draft_id: str, work: Work, total_ms: float) -> Result:
    best = work.best
    shown = best is not None and (best.passed or work.is_flagged)
    prompt = best.prompt if best else work.opening
    return Result(
        id=draft_id,
        ref=work.case.id,
        status=_status(work),
        draft=best.completion.text if best and shown else None,
        verdicts=best.report.verdicts if best else (),
        alternatives=_alternatives(work),
        attempts=_attempts(work) if work.options.include_attempts else None,
        escalate=work.escalate,
        situation=work.ask.situation,
        unverified_constraints=best.report.unverified if best else (),
        history_omitted=prompt.history_omitted,
        model=best.completion.model if best else None,
        endpoint=best.completion.endpoint if best else None,
        prompt=PromptVersion(name=prompt.name, hash=prompt.hash),
        policy=work.policy,
        usage=work.usage,
        timings_ms=Timings(total=round(total_ms, 1), model=round(work.model.ms, 1), checks=round(work.checks.ms, 1)),
    )


def _usage_of(answer: Completion | AnswerUnusable) -> Usage:
    return Usage(prompt_tokens=answer.prompt_tokens, completion_tokens=answer.completion_tokens)


def _attempts(work: Work) -> tuple[Attempt, ...]:
    return tuple(each.as_attempt() for each in sorted(work.tried, key=lambda tried: tried.number))


def _alternatives(work: Work) -> tuple[Alternative, ...] | None:
    most = work.options.alternatives
    return None if most is None else alternatives(work.tried, most, faulty=work.is_flagged)


def _status(work: Work) -> Status:
    if work.best is None:
        return "needs_review" if work.escalate else "failed"
    return "ready" if work.best.passed and not work.escalate else "needs_review"


def _log(result: Result, work: Work) -> None:
    log.info(
        "draft.checked",
        draft_id=result.id,
        status=result.status,
        escalate=result.escalate.partition(":")[0] if result.escalate else None,
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
