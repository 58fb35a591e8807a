"""Puts the parts of accepted work together: who accepts it, the engine, and who works on it."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version

from sqlalchemy.ext.asyncio import AsyncEngine

from service.accepting import Accepting
from service.api.batches import BatchParts
from service.api.problems import problem_of, problem_of_draft
from service.batches import recovering
from service.batches.chunks import ChunkWork
from service.batches.intake import BatchIntake
from service.batches.standing import BatchStandings
from service.batches.sweeping import BatchSweep
from service.drafting import AnyDrafter
from service.errors import NoAsyncWork
from service.jobs.engine import CHUNKS_AT_ONCE, Engine, Handlers, at_work, open_engine
from service.jobs.heartbeat import BEATS, Heartbeat
from service.jobs.queue import Job, JobQueue
from service.jobs.sweep import EVERY_S, Sweep
from service.jobs.work import Work
from service.rounds import rounds
from service.schemas import Case
from service.settings import Settings
from service.store.batch_lines import BatchLines
from service.store.batch_work import BatchWork
from service.store.batches import BatchRepository
from service.store.database import apart
from service.store.faults import StoreFault
from service.store.jobs import JobRepository
from service.store.processes import ProcessRepository
from service.store.repository import DraftRepository
from service.wiring.clock import utc_now

DRAIN_S = 20.0  # what is not ended by then is taken up again by whoever is there


class NoQueue:
    """Stands where nothing can be worked on later; `why` says so to callers."""

    def __init__(self, why: NoAsyncWork) -> None:
        self._why = why

    async def enqueue(self, *jobs: Job) -> None:
        """Refuse."""
        del jobs
        raise self._why


@dataclass(frozen=True, slots=True)
class AcceptedWork:
    """What deals with work that nobody waits for."""

    accepting: Accepting
    batches: BatchParts
    stop: Callable[[str], None]  # ends the work on a draft where this process does it


@asynccontextmanager
async def accepted_work(
    settings: Settings,
    database: AsyncEngine,
    drafter: AnyDrafter,
    *,
    works: bool,
    at_once: int,
    told: Callable[[StoreFault], None] | None = None,
) -> AsyncIterator[AcceptedWork]:
    """Who accepts work; and where `works`, this process also does it, `at_once` drafts at the most.

    `told` hears of the faults of the engine's database.

    Raises:
        StoreError: the engine's database cannot be opened.
        NoAsyncWork: there can be none, and this process is there for nothing else.
    """
    jobs, drafts = JobRepository(database), DraftRepository(database)
    async with AsyncExitStack() as stack:
        try:
            engine = await stack.enter_async_context(open_engine(settings.database_url, told=told))
        except NoAsyncWork as error:
            yield _refusing(database, jobs, drafts, error)
            return
        work = Work(drafter, jobs, engine, problem_of_draft, utc_now, at_once=min(at_once, settings.workers))
        if works:
            await stack.enter_async_context(_working(settings, database, engine, work))
        refuse = drafter.refuse_unknown
        accepting = Accepting(jobs, drafts, engine, utc_now, refuse=refuse, stop=work.stop)
        yield AcceptedWork(accepting, _batches(database, engine, refuse, work.stop), work.stop)


@asynccontextmanager
async def _working(settings: Settings, database: AsyncEngine, engine: Engine, work: Work) -> AsyncIterator[None]:
    process_id = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    batches = BatchWork(database)
    chunks = ChunkWork(batches, work.finish, utc_now, at_once=max(1, settings.workers // CHUNKS_AT_ONCE))
    handlers = Handlers(draft=work.finish, chunk=chunks)
    sweep = Sweep(JobRepository(database), engine, utc_now)
    batch_sweep = BatchSweep(BatchRepository(database), batches, engine, utc_now)
    async with (
        _living(settings, database, engine, process_id),
        at_work(engine, handlers, executor_id=process_id, workers=settings.workers, drain_s=DRAIN_S),
        rounds(EVERY_S, sweep.sweep),
        rounds(EVERY_S, batch_sweep),
        rounds(recovering.EVERY_S, recovering.LostChunks(batches, engine, utc_now).find),
    ):
        yield


@asynccontextmanager
async def _living(settings: Settings, database: AsyncEngine, engine: Engine, process_id: str) -> AsyncIterator[None]:
    """Say that this process lives, however busy it is: one that cannot is taken for dead, and its work done twice."""
    async with apart(database) as unhindered:
        processes = ProcessRepository(unhindered)
        heartbeat = Heartbeat(
            processes,
            engine,
            processes.now,
            process_id=process_id,
            version=version("amends"),
            dead_after_s=settings.dead_after_s,
        )
        async with heartbeat.beating(settings.dead_after_s / BEATS):
            yield


def _refusing(database: AsyncEngine, jobs: JobRepository, drafts: DraftRepository, why: NoAsyncWork) -> AcceptedWork:
    def refuse(case: Case) -> None:
        del case
        raise why

    def nothing(draft_id: str) -> None:
        del draft_id

    queue = NoQueue(why)
    accepting = Accepting(jobs, drafts, queue, utc_now, refuse=refuse, stop=nothing)
    return AcceptedWork(accepting, _batches(database, queue, refuse, nothing), nothing)


def _batches(
    database: AsyncEngine, queue: JobQueue, refuse: Callable[[Case], None], stop: Callable[[str], None]
) -> BatchParts:
    intake = BatchIntake(BatchRepository(database), queue, refuse, problem_of, utc_now)
    return BatchParts(intake, BatchStandings(BatchLines(database), BatchWork(database), stop, utc_now))
