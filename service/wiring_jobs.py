"""Puts the parts of accepted work together: who accepts it, the engine, and who works on it."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from sqlalchemy.ext.asyncio import AsyncEngine

from service.accepting import Accepting
from service.api.problems import problem_of_draft
from service.drafting import ReplyDrafter
from service.errors import NoAsyncWork
from service.jobs.engine import Engine, Handlers, at_work, open_engine
from service.jobs.heartbeat import Heartbeat
from service.jobs.queue import ChunkJob, Job, JobQueue
from service.jobs.rounds import rounds
from service.jobs.sweep import EVERY_S, Sweep
from service.jobs.work import Work
from service.schemas import Case
from service.settings import Settings
from service.store.jobs import JobRepository
from service.store.processes import ProcessRepository
from service.store.repository import DraftRepository

DRAIN_S = 20.0  # Kubernetes and Docker Compose stop in order for 30 s at most; some of it is for the rest
WorkChunk = Callable[[ChunkJob, Work], Awaitable[None]]


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
    queue: JobQueue
    jobs: JobRepository


async def no_chunks(chunk: ChunkJob, work: Work) -> None:
    """There are no batches."""
    del chunk, work


@asynccontextmanager
async def accepted_work(
    settings: Settings,
    database: AsyncEngine,
    drafter: ReplyDrafter,
    *,
    works: bool,
    work_chunk: WorkChunk = no_chunks,
) -> AsyncIterator[AcceptedWork]:
    """Who accepts work; and where `works`, this process also does it.

    Raises:
        StoreError: the engine's database cannot be opened.
        NoAsyncWork: there can be none, and this process is there for nothing else.
    """
    jobs, drafts = JobRepository(database), DraftRepository(database)
    async with AsyncExitStack() as stack:
        try:
            engine = await stack.enter_async_context(open_engine(settings.database_url))
        except NoAsyncWork as error:
            yield _refusing(jobs, drafts, error)
            return
        work = Work(drafter, jobs, engine, problem_of_draft, _now)
        if works:
            await stack.enter_async_context(_working(settings, database, engine, work, work_chunk))
        accepting = Accepting(jobs, drafts, engine, _now, refuse=drafter.refuse_unknown, stop=work.stop)
        yield AcceptedWork(accepting, engine, jobs)


@asynccontextmanager
async def _working(
    settings: Settings, database: AsyncEngine, engine: Engine, work: Work, work_chunk: WorkChunk
) -> AsyncIterator[None]:
    process_id = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    heartbeat = Heartbeat(ProcessRepository(database), engine, _now, process_id=process_id, version=version("amends"))
    handlers = Handlers(draft=work.finish, chunk=lambda chunk: work_chunk(chunk, work))
    sweep = Sweep(JobRepository(database), engine, _now)
    async with (
        heartbeat.beating(),
        at_work(engine, handlers, executor_id=process_id, workers=settings.workers, drain_s=DRAIN_S),
        rounds(EVERY_S, sweep.sweep),
    ):
        yield


def _refusing(jobs: JobRepository, drafts: DraftRepository, why: NoAsyncWork) -> AcceptedWork:
    def refuse(case: Case) -> None:
        del case
        raise why

    def nothing(draft_id: str) -> None:
        del draft_id

    queue = NoQueue(why)
    return AcceptedWork(Accepting(jobs, drafts, queue, _now, refuse=refuse, stop=nothing), queue, jobs)


def _now() -> datetime:
    return datetime.now(UTC)
