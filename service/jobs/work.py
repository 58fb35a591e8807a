"""Works on one accepted case: drafts it and stores the draft, tries again later, or gives it up."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import structlog

from service.checking import DEFAULT_POLICY
from service.drafting import Outcome
from service.errors import AnswerUnusable, EndpointBusy, ModelError, NoTurn, StatementFailed
from service.gate import Gate, Urgency, urgency
from service.jobs.patience import STORE_PAUSES_S, stubbornly
from service.jobs.stages import Begun, Unreadable
from service.progress import Spending
from service.schemas import NO_USAGE, Attempt, Case, Options, Problem, PromptVersion, Result, Timings, Usage

# After the first fault and each further one: five tries in about five minutes. An endpoint that starts anew is back by
# then; one that is down for longer should be heard of, and its drafts asked for again.
PAUSES_S = (5.0, 20.0, 60.0, 180.0)
MOST_PAUSE_S = 900.0  # an endpoint may ask for more, and nobody would wait for that
JITTER = 0.2  # else all drafts that failed together would come again together
# A process that dies over a draft, and the next one that takes it over, and so on: it is to blame.
MOST_BEGINNINGS = 10
UNKNOWN = "unknown"

Given = TypeVar("Given")
log = structlog.get_logger()


class Drafter(Protocol):
    """Who drafts."""

    async def draft(self, draft_id: str, case: Case, now: datetime, *, tenant: str, spend: Spending) -> Outcome:
        """The outcome of one case; `spend` hears what it takes."""


class Jobs(Protocol):
    """Where accepted cases are kept."""

    async def urgency(self, draft_id: str) -> Urgency | None:
        """How urgent a job is; None where there is nothing to be done."""

    async def begin(self, draft_id: str) -> Begun | Unreadable | None:
        """Take a job to work on it; None where there is nothing to be done."""

    async def put_back(self, begun: Begun, problem_json: str, usage: Usage, at: datetime) -> bool:
        """Let a job wait again after one more fault, and count its tokens; False where it had ended meanwhile."""

    async def finish(
        self, begun: Begun | Unreadable, result: Result, attempts: Sequence[Attempt], at: datetime
    ) -> bool:
        """Store the draft of a job; False where the job had ended meanwhile."""

    async def count_cancelled(self, begun: Begun, usage: Usage, at: datetime) -> None:
        """Count the tokens of a job that was cancelled while it was worked on, if it was."""


class Later(Protocol):
    """The way to the engine."""

    async def enqueue_later(self, draft_id: str, tries: int, seconds: float, *, batch: bool) -> None:
        """Tell the engine to come to a draft again, as a line of a `batch` or alone; the same try twice is one."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft to be stored."""

    result: Result
    attempts: tuple[Attempt, ...]


@dataclass(slots=True)
class Turn:
    """One time that a draft is worked on: what was taken, once it was, and what the model's answers took since then."""

    begun: Begun | Unreadable | None = None
    usage: Usage = NO_USAGE

    def spend(self, usage: Usage) -> None:
        """Count an answer in."""
        self.usage += usage


class Work:
    """Does the work on accepted cases; `explain` turns an error into the problem that callers read.

    `at_once` drafts are made at the same time: more than the model takes would share its turns, and each would get
    fewer texts in its time than it gets alone. `store_pauses_s` are the first and the longest pause before a database
    that failed is asked again.
    """

    def __init__(
        self,
        drafter: Drafter,
        jobs: Jobs,
        later: Later,
        explain: Callable[[Exception, str], Problem],
        clock: Callable[[], datetime],
        *,
        at_once: int,
        store_pauses_s: tuple[float, float] = STORE_PAUSES_S,
    ) -> None:
        self._gate = Gate(at_once)
        self._store_pauses_s = store_pauses_s
        self._drafter = drafter
        self._jobs = jobs
        self._later = later
        self._explain = explain
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[bool]] = {}

    async def finish(self, draft_id: str) -> None:
        """See that a draft is made and stored, once, whoever else does the same; or that it is tried again later.

        It returns when that is so, or when there is nothing to be done. While the database fails, it goes on trying.
        """
        if other := self._under_way.get(draft_id):
            await asyncio.wait({other})
            return
        turn = Turn()
        task = asyncio.create_task(self._finish(draft_id, turn))
        self._under_way[draft_id] = task
        try:
            await asyncio.wait({task})
        finally:
            del self._under_way[draft_id]
            task.cancel()  # where this here was cancelled
        if task.cancelled() or not task.result():
            await self._count_cancelled(turn)

    def stop(self, draft_id: str) -> None:
        """Stop the work on a draft, if this process does it; whoever waits for it goes on."""
        if task := self._under_way.get(draft_id):
            task.cancel()

    async def _finish(self, draft_id: str, turn: Turn) -> bool:
        """Do it; False where the job had ended meanwhile."""
        urgent = await self._stubbornly(lambda: self._jobs.urgency(draft_id))
        if urgent is None:
            return True
        with urgency(urgent):
            async with self._gate.turn(math.inf):
                # In its turn: a draft that only waits is no try, and not to blame where the process dies.
                turn.begun = begun = await self._stubbornly(lambda: self._jobs.begin(draft_id))
                if begun is None:
                    return True
                made = await self._make(begun, turn.spend)
        if isinstance(made, Ready):
            return await self._store(begun, made)
        assert isinstance(begun, Begun)  # what cannot be read is not tried again
        return await self._postpone(begun, made, turn)

    async def _count_cancelled(self, turn: Turn) -> None:
        """Count what was spent in vain: else whoever cancels in time would pay for nothing."""
        begun, usage = turn.begun, turn.usage
        if isinstance(begun, Begun) and usage != NO_USAGE:
            await self._stubbornly(lambda: self._jobs.count_cancelled(begun, usage, self._clock()))

    async def _postpone(self, begun: Begun, fault: ModelError, turn: Turn) -> bool:
        """Put a job back and have it come again; False where it had ended."""
        problem = self._explain(fault, begun.id).model_dump_json(exclude_none=True)
        seconds = pause_after(fault, begun.faults + 1)
        log.warning("draft.postponed", draft_id=begun.id, error=type(fault).__name__, seconds=round(seconds))
        usage = turn.usage
        waits = await self._stubbornly(lambda: self._jobs.put_back(begun, problem, usage, self._clock()))
        if waits:
            turn.usage = NO_USAGE  # counted: whoever cancels it from now on is not to pay twice
        # Even if it does not seem to wait: the answer to the commit may have been lost, and to come in vain is no harm.
        batch = begun.batch_id is not None
        await self._stubbornly(lambda: self._later.enqueue_later(begun.id, begun.tries, seconds, batch=batch))
        return waits

    async def _store(self, begun: Begun | Unreadable, made: Ready) -> bool:
        """Store a draft; False where its job had ended."""
        try:
            stored = await self._stubbornly(lambda: self._jobs.finish(begun, made.result, made.attempts, self._clock()))
        except Exception as error:  # noqa: BLE001 - of this text, whatever it is; without one it may well be stored
            # What any other error says may be the text itself.
            detail = str(error) if isinstance(error, StatementFailed) else type(error).__name__
            log.error("draft.refused_by_store", draft_id=begun.id, detail=detail)  # noqa: TRY400 - it says it all
            failed = self._failed(begun, error)
            stored = await self._stubbornly(lambda: self._jobs.finish(begun, failed.result, (), self._clock()))
        if not stored:
            # It was cancelled, deleted or done elsewhere; or it is stored, and the answer to the commit was lost.
            log.info("draft.had_ended", draft_id=begun.id)
        return stored

    async def _make(self, begun: Begun | Unreadable, spend: Spending) -> Ready | ModelError:
        """A draft to be stored, or the fault after which it should be tried again."""
        if isinstance(begun, Unreadable):
            return self._failed(begun, ValueError("the stored case cannot be read"))
        if begun.tries > MOST_BEGINNINGS:
            return self._failed(begun, RuntimeError("every process that began it has died"))
        try:
            outcome = await self._draft(begun, spend)
        except Exception as error:  # noqa: BLE001 - whatever it is, the draft ends here; it would come again for ever
            return self._failed(begun, error)
        fault = outcome.fault
        if fault is None:
            return Ready(outcome.result, outcome.attempts)
        if begun.faults < len(PAUSES_S) and not isinstance(fault, AnswerUnusable):
            return fault
        problem = self._explain(fault, begun.id)
        return Ready(outcome.result.model_copy(update={"problem": problem}), outcome.attempts)

    async def _draft(self, begun: Begun, spend: Spending) -> Outcome:
        """The outcome of a draft; that others were let through to the model is none, however often."""
        while True:
            now = begun.case.context.now or begun.accepted_at
            outcome = await self._drafter.draft(begun.id, begun.case, now, tenant=begun.tenant, spend=spend)
            if not isinstance(outcome.fault, NoTurn):
                return outcome
            log.info("draft.no_turn", draft_id=begun.id, seconds=outcome.fault.retry_after)
            await asyncio.sleep(outcome.fault.retry_after)

    async def _stubbornly(self, access: Callable[[], Awaitable[Given]]) -> Given:
        """What an access to a database gives, as soon as that can be had."""
        return await stubbornly(access, self._store_pauses_s)

    def _failed(self, begun: Begun | Unreadable, error: Exception) -> Ready:
        problem = self._explain(error, begun.id)
        if isinstance(begun, Unreadable):
            return Ready(failed_result(begun.id, begun.ref, Options(), problem), ())
        return Ready(failed_result(begun.id, begun.case.id, begun.case.options or Options(), problem), ())


def pause_after(fault: ModelError, faults: int) -> float:
    """Seconds until a draft should be tried again that has met with so many faults, this one included."""
    seconds = PAUSES_S[min(faults, len(PAUSES_S)) - 1]
    if isinstance(fault, EndpointBusy):
        seconds = max(seconds, min(fault.retry_after, MOST_PAUSE_S))
    return seconds * random.uniform(1, 1 + JITTER)  # noqa: S311  # nosec B311 # no secret


def failed_result(draft_id: str, ref: str | None, options: Options, problem: Problem) -> Result:
    """The result of a case that no prompt was made for."""
    return Result(
        id=draft_id,
        ref=ref,
        status="failed",
        draft=None,
        verdicts=(),
        situation=options.situation or UNKNOWN,
        unverified_constraints=(),
        history_omitted=0,
        model=None,
        endpoint=None,
        prompt=PromptVersion(name=UNKNOWN, hash=UNKNOWN),
        policy=options.policy or DEFAULT_POLICY,
        usage=NO_USAGE,
        timings_ms=Timings(total=0, model=0, checks=0),
        problem=problem,
    )
