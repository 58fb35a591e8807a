"""The work on one accepted case: stored once, tried again, given up, stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from service.api.problems import problem_of_draft
from service.drafting import Outcome
from service.errors import (
    AnswerUnusable,
    DeadlinePassed,
    EmbeddedModelFailed,
    EndpointBusy,
    EndpointFailed,
    InvalidField,
    ModelError,
    NoTurn,
    StatementFailed,
    StoreError,
)
from service.gate import Urgency, current_urgency
from service.jobs.stages import Accepted, Begun, Unreadable
from service.jobs.work import JITTER, MOST_BEGINNINGS, MOST_PAUSE_S, PAUSES_S, Work, pause_after
from service.schemas import Attempt, Case, Result, Usage
from service.store.database import open_database
from service.store.jobs import JobRepository
from tests.databases import rows
from tests.service.parts import NOW, GivenDrafter, NotedQueue, make_case

BEGUN = Begun("id-1", "default", make_case(NOW), NOW, tries=1, faults=0)
SECRET = "Zyxwv-4929"


class OneJob:
    """A job that is begun as often as it is asked for, until it has ended; `faults` of the database come first."""

    def __init__(self, begun: Begun | Unreadable | None = BEGUN, faults: int = 0) -> None:
        self.begun = begun
        self.faults = faults
        self.stored: list[tuple[Result, Sequence[Attempt]]] = []
        self.put_back_with: list[str] = []
        self.counted: list[Usage] = []
        self.cancelled = False

    async def urgency(self, draft_id: str) -> Urgency | None:
        """As that of its batch, if it has one."""
        self._fail()
        assert draft_id == "id-1"
        if self.begun is None or self.stored or self.cancelled:
            return None
        of_batch = isinstance(self.begun, Begun) and self.begun.batch_id
        return Urgency.BATCH if of_batch else Urgency.ASYNCHRONOUS

    async def begin(self, draft_id: str) -> Begun | Unreadable | None:
        """Take it."""
        self._fail()
        assert draft_id == "id-1"
        return None if self.stored or self.cancelled else self.begun

    async def put_back(self, begun: Begun, problem_json: str, usage: Usage, at: datetime) -> bool:
        """Note why, and what it took."""
        self._fail()
        assert (begun, at) == (self.begun, NOW)
        if not self.cancelled:
            self.put_back_with.append(problem_json)
            self.counted.append(usage)
        return not self.cancelled

    async def finish(
        self, begun: Begun | Unreadable, result: Result, attempts: Sequence[Attempt], at: datetime
    ) -> bool:
        """Store it unless it was cancelled."""
        self._fail()
        assert (begun, at) == (self.begun, NOW)
        if not self.cancelled:
            self.stored.append((result, attempts))
        return not self.cancelled

    async def count_cancelled(self, begun: Begun, usage: Usage, at: datetime) -> None:
        """Note what was spent in vain."""
        self._fail()
        assert (begun, at, self.cancelled) == (self.begun, NOW, True)
        self.counted.append(usage)

    def _fail(self) -> None:
        if self.faults:
            self.faults -= 1
            raise StoreError("away")


class AnyJob(OneJob):
    """A job of any id, which is a line of a batch where it says so; it notes what was begun."""

    def __init__(self) -> None:
        super().__init__()
        self.begun_ids: list[str] = []
        self.ended: set[str] = set()

    async def urgency(self, draft_id: str) -> Urgency | None:
        """By its id."""
        if draft_id in self.ended:
            return None
        return Urgency.BATCH if draft_id.startswith("line") else Urgency.ASYNCHRONOUS

    async def begin(self, draft_id: str) -> Begun | None:
        """Take it."""
        if draft_id in self.ended:
            return None
        self.begun_ids.append(draft_id)
        return replace(BEGUN, id=draft_id, batch_id="b-1" if draft_id.startswith("line") else None)

    async def finish(self, *_: object) -> bool:
        """Store it."""
        return True


class SlowDrafter(GivenDrafter):
    """A drafter that waits until it is let go, and tells how it ended."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.go = asyncio.Event()
        self.stopped = False

    async def draft(self, draft_id: str, case: Case, now: datetime, *_: object, **more: Any) -> Outcome:
        """Wait."""
        self.asked.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.stopped = True
            raise
        return await super().draft(draft_id, case, now, **more)


def work_on(
    drafter: GivenDrafter, job: OneJob | JobRepository, queue: NotedQueue | None = None, at_once: int = 4
) -> Work:
    """The work over these parts."""
    parts = (drafter, job, queue or NotedQueue(), problem_of_draft, lambda: NOW)
    return Work(*parts, at_once=at_once, store_pauses_s=(0.001, 0.01))


def finish(given: str | Exception, job: OneJob, queue: NotedQueue | None = None) -> GivenDrafter:
    """Work once with what a drafter gives."""
    drafter = GivenDrafter(given)
    asyncio.run(work_on(drafter, job, queue).finish("id-1"))
    return drafter


def test_a_draft_is_stored() -> None:
    """With its attempts, under the id that was promised and as of the moment of its acceptance."""
    job, queue = OneJob(), NotedQueue()
    drafter = finish("We are sorry.", job, queue)
    ((result, attempts),) = job.stored
    assert (result.id, result.draft, len(attempts), result.problem) == ("id-1", "We are sorry.", 1, None)
    assert drafter.seen == [("id-1", BEGUN.case, NOW)]
    assert queue.later == []


def test_a_draft_is_made_for_its_tenant() -> None:
    """Whose work it is stands with the job, long after the request."""
    assert finish("We are sorry.", OneJob(replace(BEGUN, tenant="shop"))).tenants == ["shop"]


def test_nothing_to_be_done_asks_no_model() -> None:
    """A job that ended, by whomever, costs nothing."""
    assert finish("We are sorry.", OneJob(None)).seen == []


@pytest.mark.parametrize(
    "fault",
    [EndpointFailed("down"), EndpointBusy("busy", 3), DeadlinePassed("slow"), EmbeddedModelFailed("died")],
    ids=lambda fault: type(fault).__name__,
)
def test_a_fault_of_the_endpoint_is_tried_again(fault: ModelError) -> None:
    """It is put back with the reason, and the engine comes again; nothing is stored."""
    job, queue = OneJob(), NotedQueue()
    finish(fault, job, queue)
    assert job.stored == []
    assert str(fault) in job.put_back_with[0]
    ((draft_id, tries, seconds),) = queue.later
    assert (draft_id, tries) == ("id-1", 1)
    assert PAUSES_S[0] <= seconds <= PAUSES_S[0] * (1 + JITTER)


@pytest.mark.parametrize("batch_id", [None, "b-1"])
def test_a_line_comes_again_as_a_line(batch_id: str | None) -> None:
    """So that the engine keeps it apart from what agents wait for."""
    queue = NotedQueue()
    finish(EndpointFailed("down"), OneJob(replace(BEGUN, batch_id=batch_id)), queue)
    assert queue.lines == (["id-1"] if batch_id else [])
    assert len(queue.later) == 1


def test_processes_that_died_are_no_faults(database_url: str) -> None:
    """A draft that four of them had begun is tried five times like any other, with the same pauses, and then fails."""
    queue = NotedQueue()

    async def run() -> None:
        async with open_database(database_url) as engine:
            jobs = JobRepository(engine)
            await jobs.accept(Accepted("id-1", "default", make_case(NOW), NOW))
            for _ in range(4):
                await jobs.begin("id-1")
            work = work_on(GivenDrafter(EndpointBusy("busy", 1)), jobs, queue)
            for _ in PAUSES_S:
                await work.finish("id-1")
                assert rows(database_url, "SELECT status FROM jobs") == [("queued",)]
            await work.finish("id-1")

    asyncio.run(run())
    assert rows(database_url, "SELECT status, tries, faults FROM jobs") == [("done", 9, 4)]
    assert rows(database_url, "SELECT status FROM drafts") == [("failed",)]
    assert [tries for _, tries, _ in queue.later] == [5, 6, 7, 8]
    for (_, _, seconds), least in zip(queue.later, PAUSES_S, strict=True):
        assert least <= seconds <= least * (1 + JITTER)


@pytest.mark.parametrize(
    ("fault", "faults"),
    [(EndpointFailed("down"), len(PAUSES_S)), (AnswerUnusable("it refused"), 0)],
    ids=["the last try", "what a model refuses"],
)
def test_what_is_given_up_says_why(fault: ModelError, faults: int) -> None:
    """The failed draft is stored with its problem."""
    job, queue = OneJob(replace(BEGUN, tries=faults + 1, faults=faults)), NotedQueue()
    finish(fault, job, queue)
    ((result, _),) = job.stored
    assert (result.status, queue.later) == ("failed", [])
    assert result.problem is not None
    assert (result.problem.status, result.problem.detail, result.problem.id) == (502, str(fault), "id-1")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (InvalidField("it is too long for the model", "complaint.text"), "invalid-field"),
        (RuntimeError(SECRET), "internal"),
        (ZeroDivisionError(SECRET), "internal"),
    ],
    ids=str,
)
def test_what_can_never_succeed_fails_at_once(fault: Exception, kind: str) -> None:
    """A case that does not fit, and a mistake of ours: a failed draft with its problem, and no customer's word."""
    job, queue = OneJob(), NotedQueue()
    finish(fault, job, queue)
    ((result, attempts),) = job.stored
    assert (result.id, result.ref, result.status, result.draft) == ("id-1", "ticket-7", "failed", None)
    assert (queue.later, attempts) == ([], ())
    assert result.problem is not None
    assert result.problem.type == f"urn:amends:problem:{kind}"
    assert SECRET not in result.model_dump_json()


def test_what_cannot_be_read_fails_at_once() -> None:
    """No model is asked, and the failed draft says that the mistake is ours."""
    job, queue = OneJob(Unreadable("id-1", "default", "ticket-7", NOW)), NotedQueue()
    assert finish("We are sorry.", job, queue).seen == []
    ((result, attempts),) = job.stored
    assert (result.id, result.ref, result.status, result.draft) == ("id-1", "ticket-7", "failed", None)
    assert (queue.later, attempts) == ([], ())
    assert result.problem is not None
    assert (result.problem.type, result.problem.id) == ("urn:amends:problem:internal", "id-1")


def test_a_case_that_kills_processes_is_given_up() -> None:
    """After some processes have died over it, no other begins it."""
    job = OneJob(replace(BEGUN, tries=MOST_BEGINNINGS + 1))
    assert finish("We are sorry.", job).seen == []
    assert [result.status for result, _ in job.stored] == ["failed"]


@pytest.mark.parametrize("tries", [1, MOST_BEGINNINGS])
def test_that_others_were_let_through_is_no_try(tries: int) -> None:
    """However often, the same work waits for its turn: it neither comes again later nor fails for it."""

    class Crowded(GivenDrafter):
        async def draft(self, draft_id: str, case: Case, now: datetime, *_: object, **more: Any) -> Outcome:
            self.given = NoTurn("others", 0.001) if len(self.seen) < 2 * MOST_BEGINNINGS else "We are sorry."
            return await super().draft(draft_id, case, now, **more)

    drafter, job, queue = Crowded(), OneJob(replace(BEGUN, tries=tries)), NotedQueue()
    asyncio.run(work_on(drafter, job, queue).finish("id-1"))
    assert len(drafter.seen) == 2 * MOST_BEGINNINGS + 1
    ((result, _),) = job.stored
    assert (result.draft, queue.later, job.put_back_with) == ("We are sorry.", [], [])


def test_no_more_at_once_than_the_model_takes() -> None:
    """One after the other, those of no batch first, so that each has its whole time for itself."""
    ids = ["line-1", "line-2", "agent's"]
    drafted: list[str] = []

    class Noting(SlowDrafter):
        async def draft(self, draft_id: str, case: Case, now: datetime, *_: object, **more: Any) -> Outcome:
            drafted.append(draft_id)
            return await super().draft(draft_id, case, now, **more)

    async def use() -> None:
        drafter = Noting()
        work = work_on(drafter, AnyJob(), at_once=1)
        tasks = [asyncio.create_task(work.finish(each)) for each in ids]
        await drafter.asked.wait()
        await asyncio.sleep(0.01)
        assert drafted == ["line-1"]
        drafter.go.set()
        await asyncio.gather(*tasks)
        assert drafted == ["line-1", "agent's", "line-2"]

    asyncio.run(use())


def test_what_waits_for_its_turn_is_not_begun() -> None:
    """Processes that die over the first draft leave the others without a try; what ended meanwhile is never begun."""

    async def use() -> None:
        job, drafter = AnyJob(), SlowDrafter()
        for _ in range(2):
            work = work_on(drafter, job, at_once=1)
            tasks = [asyncio.create_task(work.finish(each)) for each in ("first", "line-1", "line-2", "line-3")]
            await drafter.asked.wait()
            await asyncio.sleep(0.01)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert job.begun_ids == ["first", "first"]
        drafter.asked.clear()
        work = work_on(drafter, job, at_once=1)
        tasks = [asyncio.create_task(work.finish(each)) for each in ("line-1", "line-2", "line-3")]
        await drafter.asked.wait()
        job.ended.add("line-2")
        drafter.go.set()
        await asyncio.gather(*tasks)
        assert job.begun_ids == ["first", "first", "line-1", "line-3"]

    asyncio.run(use())


@pytest.mark.parametrize("given", ["We are sorry.", EndpointFailed("down")], ids=str)
def test_a_database_that_is_away_is_waited_for(given: str | Exception) -> None:
    """At every access; the model is asked once."""
    job, queue = OneJob(faults=3), NotedQueue()
    drafter = finish(given, job, queue)
    assert len(drafter.seen) == 1
    assert len(job.stored) + len(queue.later) == 1


@pytest.mark.parametrize(
    "fault", [StatementFailed("failed: DataError (SQLSTATE 22000)"), UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "no")]
)
def test_what_the_database_will_never_take_ends_the_draft(fault: Exception) -> None:
    """It is stored as failed, without the text that was refused, instead of being tried for ever."""

    class Refusing(OneJob):
        async def finish(
            self, begun: Begun | Unreadable, result: Result, attempts: Sequence[Attempt], at: datetime
        ) -> bool:
            if result.draft:
                raise fault
            return await super().finish(begun, result, attempts, at)

    job = Refusing()
    drafter = finish("We are sorry.", job)
    ((result, attempts),) = job.stored
    assert (result.status, attempts, len(drafter.seen)) == ("failed", (), 1)


def test_two_at_once_are_one() -> None:
    """The second waits for the first; the model is asked once."""

    async def use() -> None:
        drafter, job = SlowDrafter(), OneJob()
        work = work_on(drafter, job)
        both = [asyncio.create_task(work.finish("id-1")) for _ in range(2)]
        await drafter.asked.wait()
        await asyncio.sleep(0)
        assert not any(each.done() for each in both)
        drafter.go.set()
        await asyncio.gather(*both)
        assert (len(drafter.seen), len(job.stored)) == (1, 1)

    asyncio.run(use())


def test_stopping_ends_the_call() -> None:
    """Who waits for the work goes on; to stop what is not under way does nothing."""

    async def use() -> None:
        drafter, job = SlowDrafter(), OneJob()
        work = work_on(drafter, job)
        task = asyncio.create_task(work.finish("id-1"))
        await drafter.asked.wait()
        job.cancelled = True
        work.stop("id-1")
        work.stop("other")
        await asyncio.wait_for(task, 1)
        await asyncio.sleep(0)
        assert (drafter.stopped, job.stored) == (True, [])
        await work.finish("id-1")

    asyncio.run(use())


@pytest.mark.parametrize("when", ["while it is made", "before it is stored", "before it is put back"])
def test_what_a_cancelled_draft_took_is_counted(when: str) -> None:
    """Once, with all the answers that came until then, wherever it was cancelled."""
    answers = [Usage(prompt_tokens=10, completion_tokens=5), Usage(prompt_tokens=700, completion_tokens=0)]

    class Spending(SlowDrafter):
        async def draft(self, draft_id: str, case: Case, now: datetime, *_: object, **more: Any) -> Outcome:
            for each in answers:
                more["spend"](each)
            return await super().draft(draft_id, case, now, **more)

    async def use() -> None:
        drafter, job = Spending(), OneJob()
        if when == "before it is put back":
            drafter.given = EndpointFailed("down")
        work = work_on(drafter, job)
        task = asyncio.create_task(work.finish("id-1"))
        await drafter.asked.wait()
        job.cancelled = True
        job.faults = 2
        if when == "while it is made":
            work.stop("id-1")
        else:  # by another process, of which this one does not hear
            drafter.go.set()
        await asyncio.wait_for(task, 1)
        assert (job.stored, job.put_back_with) == ([], [])
        # The drafter spends as much again where it comes to a text.
        took = 720 if when == "before it is stored" else 710
        assert [usage.prompt_tokens for usage in job.counted] == [took]

    asyncio.run(use())


def test_what_a_try_took_is_counted_when_it_is_put_back() -> None:
    """Answers without a text, and then an endpoint that failed; and not again where it is cancelled right after."""

    class Spending(GivenDrafter):
        async def draft(self, draft_id: str, case: Case, now: datetime, *_: object, **more: Any) -> Outcome:
            more["spend"](Usage(prompt_tokens=700, completion_tokens=30))
            return await super().draft(draft_id, case, now, **more)

    class Stopping(NotedQueue):
        async def enqueue_later(self, *_: object, **__: object) -> None:
            job.cancelled = True
            work.stop("id-1")
            await asyncio.sleep(1)

    job = OneJob()
    work = work_on(Spending(EndpointFailed("down")), job, Stopping())
    asyncio.run(work.finish("id-1"))
    assert job.counted == [Usage(prompt_tokens=700, completion_tokens=30)]


def test_who_is_cancelled_stops_the_work() -> None:
    """As at the end of a process: the job stays as it is, for whoever takes it up."""

    async def use() -> None:
        drafter, job = SlowDrafter(), OneJob()
        work = work_on(drafter, job)
        task = asyncio.create_task(work.finish("id-1"))
        await drafter.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        assert (drafter.stopped, job.stored, job.put_back_with) == (True, [], [])

    asyncio.run(use())


@pytest.mark.parametrize(
    ("batch_id", "expected"), [(None, Urgency.ASYNCHRONOUS), ("b-1", Urgency.BATCH)], ids=["alone", "batch"]
)
def test_how_urgent_it_is(batch_id: str | None, expected: Urgency) -> None:
    """Its calls wait for those of agents, and those of a batch for all."""
    seen = []

    class Noting(GivenDrafter):
        async def draft(self, draft_id: str, case: Case, now: datetime, *_: object, **more: Any) -> Outcome:
            seen.append(await asyncio.create_task(noted()))
            return await super().draft(draft_id, case, now, **more)

    async def noted() -> Urgency:
        return current_urgency()

    asyncio.run(work_on(Noting(), OneJob(replace(BEGUN, batch_id=batch_id))).finish("id-1"))
    assert seen == [expected]
    assert current_urgency() == Urgency.SYNCHRONOUS


@pytest.mark.parametrize(
    ("fault", "faults", "least"),
    [
        (EndpointFailed("x"), 1, PAUSES_S[0]),
        (EndpointFailed("x"), 4, PAUSES_S[3]),
        (EndpointFailed("x"), 40, PAUSES_S[3]),
        (EndpointBusy("x", 100), 1, 100),
        (EndpointBusy("x", 1), 3, PAUSES_S[2]),
        (EndpointBusy("x", 1e9), 1, MOST_PAUSE_S),
    ],
)
def test_pauses(fault: ModelError, faults: int, least: float) -> None:
    """They grow, and an endpoint that asks for longer gets it, within reason; no two are alike."""
    pauses = {pause_after(fault, faults) for _ in range(20)}
    assert len(pauses) > 1
    assert all(least <= each <= least * (1 + JITTER) for each in pauses)
