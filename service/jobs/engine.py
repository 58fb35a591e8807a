"""The durable engine, DBOS: the only file that knows it. It holds ids alone, and calls what does the work."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TypeVar

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, WorkflowSerializationFormat, WorkflowStatus
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from service.errors import StoreError
from service.jobs.database import engine_url, open_engine_database
from service.jobs.queue import ChunkJob, DraftJob, Job
from service.jobs.unheld import CHECK_S, Unheld
from service.rounds import rounds
from service.store.faults import TELL, StoreFault, tell

NAME = "amends"
SCHEMA = "dbos"  # of its tables, in PostgreSQL
# Of the workflows below, not of Amends: what one release began the next one ends, and in a rolling upgrade both are
# at it. So what a workflow does is changed behind `DBOS.patch`, or gets another name.
VERSION = "1"
# By the workflow's name. The lines of batches that are tried again have a queue of their own: after an outage there are
# thousands of them, and a draft that an agent waits for would come after all of them.
QUEUES = {"draft": "drafts", "chunk": "chunks", "line": "lines"}
POLLS_S = {"draft": 0.1, "chunk": 0.5, "line": 0.5}  # a batch takes so long that its beginning does not matter
CHUNKS_AT_ONCE = 2  # by one process; each works on several lines at once
MOST_THREADS = 32  # of the engine's own: each holds a connection for some milliseconds
CALLS_AT_ONCE = 4  # of those who hand work in and see after it; each takes some milliseconds
PATIENCE_S = 10.0  # with one of them: all of them come again, or leave it to the sweep
MOST_FORGOTTEN = 500  # at once
ENDED = ["SUCCESS", "ERROR", "CANCELLED"]
ALIVE = ["ENQUEUED", "PENDING", "DELAYED"]

Given = TypeVar("Given")
Task = tuple[EnqueueOptions, tuple[object, ...]]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Handlers:
    """What does the work on a draft and on a chunk of a batch; each may be called again for what it did already."""

    draft: Callable[[str], Awaitable[None]]
    chunk: Callable[[ChunkJob], Awaitable[None]]


class Engine:
    """The engine as it is for those who hand work in, and for those who see after it."""

    def __init__(self, database: sa.Engine, patience_s: float = PATIENCE_S) -> None:
        self.database = database
        self._patience_s = patience_s
        # Of its own: a database that stands still would otherwise take the threads that checks and models need.
        self._threads = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="engine-call")
        # A database that is away is an error here: who hands in work comes again.
        self._client = DBOSClient(
            system_database_engine=database,
            dbos_system_schema=SCHEMA,
            application_name=NAME,
            retry_connection_errors=False,
        )

    async def enqueue(self, *jobs: Job) -> None:
        """Tell the engine; the same job twice is one.

        Raises:
            StoreError: it could not be told of any.
        """
        await self._call(lambda: self._enqueue([_task(job) for job in jobs]))

    async def enqueue_later(self, draft_id: str, tries: int, seconds: float, *, batch: bool) -> None:
        """Tell the engine to come to a draft again; the same draft and tries twice are one.

        `batch` says that it is a line of a batch, which waits among its like.

        Raises:
            StoreError: it could not be told.
        """
        options = _options("line" if batch else "draft", _ids(draft_id, tries)[-1])
        options["delay_seconds"] = seconds
        await self._call(lambda: self._enqueue([(options, (draft_id,))]))

    async def hand_on(self, executor_id: str, only: Collection[str] | None = None) -> int:
        """Let others do what a process has begun that is no more, or `only` these workflows of it; gives their number.

        Raises:
            StoreError: the database failed.
        """
        return await self._call(lambda: self._hand_on(executor_id, only))

    async def begun(self, executor_id: str) -> set[str]:
        """The ids of the workflows that a process has begun and not ended, by the engine's tables.

        Raises:
            StoreError: the database failed.
        """
        return await self._call(lambda: {each.workflow_id for each in self._begun_by(executor_id)})

    async def busy(self) -> set[str]:
        """The processes that have begun something and not ended it, dead or alive.

        Raises:
            StoreError: the database failed.
        """
        return await self._call(self._busy)

    async def lost(self, tries: Mapping[str, int]) -> list[str]:
        """Those of these drafts that the engine knows nothing of any more; `tries` counts how often each was begun.

        So it is after its tables were lost, or after a mistake of ours ended the work; and also where a draft was
        begun again after its tries were read.

        Raises:
            StoreError: the database failed.
        """
        return await self._call(lambda: self._lost(tries))

    async def resend(self, tries: Mapping[str, int]) -> None:
        """Tell the engine anew of drafts that are lost.

        Raises:
            StoreError: the database failed.
        """
        await self._call(lambda: self._resend(tries))

    async def lost_chunks(self, chunks: Mapping[ChunkJob, Mapping[str, int]]) -> list[ChunkJob]:
        """As `lost`, for chunks; given with their unfinished drafts, and how often each of those was begun.

        Raises:
            StoreError: the database failed.
        """
        return await self._call(lambda: self._lost_chunks(chunks))

    async def resend_chunks(self, chunks: Collection[ChunkJob]) -> None:
        """Tell the engine anew of chunks that are lost.

        Raises:
            StoreError: the database failed.
        """
        await self._call(lambda: self._resend_chunks(chunks))

    async def forget(self, before: datetime) -> int:
        """Delete some of the workflows that ended before; gives their number. Our own tables say what became of them.

        Raises:
            StoreError: the database failed.
        """
        return await self._call(lambda: self._forget(before))

    async def set_up_queues(self, workers: int) -> None:
        """Say how many drafts a process works on at once, and how many lines again: half as many.

        The last one that starts says it for all.

        Raises:
            StoreError: the database failed.
        """
        await self._call(lambda: self._set_up_queue("draft", workers))
        await self._call(lambda: self._set_up_queue("chunk", CHUNKS_AT_ONCE))
        await self._call(lambda: self._set_up_queue("line", max(1, workers // 2)))

    def close(self) -> None:
        """Close the client; the database stays open."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.destroy()

    def _set_up_queue(self, name: str, at_once: int) -> None:
        self._client.register_queue(
            QUEUES[name], worker_concurrency=at_once, polling_interval_sec=POLLS_S[name], application_name=NAME
        )

    def _enqueue(self, tasks: list[Task]) -> None:
        with self.database.begin() as connection:
            for options, arguments in tasks:
                self._client.enqueue_in_transaction(connection, options, *arguments)

    def _begun_by(self, executor_id: str) -> list[WorkflowStatus]:
        return self._client.list_workflows(
            executor_id=executor_id, status="PENDING", load_input=False, load_output=False
        )

    def _hand_on(self, executor_id: str, only: Collection[str] | None) -> int:
        found = [each for each in self._begun_by(executor_id) if only is None or each.workflow_id in only]
        for name, queue in QUEUES.items():
            if ids := [each.workflow_id for each in found if each.name == name]:
                self._client.resume_workflows(ids, queue_name=queue)
        return len(found)

    def _busy(self) -> set[str]:
        begun = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {each.executor_id for each in begun if each.executor_id}

    def _lost(self, tries: Mapping[str, int]) -> list[str]:
        ids = {draft_id: _ids(draft_id, times) for draft_id, times in tries.items()}
        alive = self._alive(list(chain.from_iterable(ids.values())))
        return [draft_id for draft_id in tries if alive.isdisjoint(ids[draft_id])]

    def _resend(self, tries: Mapping[str, int]) -> None:
        # An id that was used once is not used again.
        self._client.delete_workflows([each for lost in tries.items() for each in _ids(*lost)])
        self._enqueue([_task(DraftJob(draft_id)) for draft_id in tries])

    def _lost_chunks(self, chunks: Mapping[ChunkJob, Mapping[str, int]]) -> list[ChunkJob]:
        alive = self._alive([_chunk_id(chunk) for chunk in chunks])
        ended = {chunk: tries for chunk, tries in chunks.items() if _chunk_id(chunk) not in alive}
        # A draft that is tried again later does so by itself, after its chunk has ended.
        later = {chunk: [_ids(*each)[1:] for each in tries.items()] for chunk, tries in ended.items()}
        alive = self._alive([each for drafts in later.values() for ids in drafts for each in ids])
        return [chunk for chunk, drafts in later.items() if any(alive.isdisjoint(ids) for ids in drafts)]

    def _resend_chunks(self, chunks: Collection[ChunkJob]) -> None:
        self._client.delete_workflows([_chunk_id(chunk) for chunk in chunks])
        self._enqueue([_task(chunk) for chunk in chunks])

    def _alive(self, ids: list[str]) -> set[str]:
        if not ids:  # which would be taken for all
            return set()
        found = self._client.list_workflows(workflow_ids=ids, status=ALIVE, load_input=False, load_output=False)
        return {each.workflow_id for each in found}

    def _forget(self, before: datetime) -> int:
        found = self._client.list_workflows(
            status=ENDED,
            completed_before=before.isoformat(),
            limit=MOST_FORGOTTEN,
            load_input=False,
            load_output=False,
        )
        if found:
            self._client.delete_workflows([each.workflow_id for each in found])
        return len(found)

    async def _call(self, work: Callable[[], Given]) -> Given:
        """Do something on a thread.

        Raises:
            StoreError: the database failed, or has not answered in time; what was asked of it may yet be done.
        """
        with _explained_errors(self.database):
            try:
                async with asyncio.timeout(self._patience_s):
                    return await asyncio.get_running_loop().run_in_executor(self._threads, work)
            except TimeoutError:
                name = self.database.url.render_as_string(hide_password=True)
                raise StoreError(
                    f"The engine's database {name} has not answered within {self._patience_s:g} s."
                ) from None


@asynccontextmanager
async def open_engine(
    url: str, patience_s: float = PATIENCE_S, told: Callable[[StoreFault], None] | None = None
) -> AsyncIterator[Engine]:
    """The engine beside our database of this URL, its tables made or brought up to date; it does no work yet.

    What it is asked for and has not done within `patience_s` is an error. `told` hears of its database's faults.

    Raises:
        NoAsyncWork: there can be none beside this database.
        StoreError: its database cannot be opened.
    """
    # Its own handler writes plain text; without it, our handler hears of it.
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    beside = engine_url(url)
    database = open_engine_database(beside)
    if told:
        database.update_execution_options(**{TELL: told})
    try:
        with _explained_errors(database):
            await asyncio.to_thread(_migrate, beside, database)
            engine = await asyncio.to_thread(Engine, database, patience_s)
        try:
            yield engine
        finally:
            await asyncio.to_thread(engine.close)
    finally:
        database.dispose()


def _migrate(url: sa.URL, database: sa.Engine) -> None:
    with database.connect():  # which says at once when it cannot be had: what follows would try for ever
        pass
    DBOS.migrate(url.render_as_string(hide_password=False), schema=SCHEMA)


class WorkBroken(Exception):
    """What the engine is told of an unforeseen error: its kind."""


class Workers:
    """What this process works on."""

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers
        self._running: dict[asyncio.Task[object], str] = {}
        self._parked: dict[asyncio.Task[object], str] = {}
        self._stopping = False

    async def draft(self, draft_id: str) -> None:
        """Work on one draft."""
        await self._work(lambda: self._handlers.draft(draft_id))

    async def chunk(self, batch_id: str, first: int, last: int) -> None:
        """Work on one chunk."""
        await self._work(lambda: self._handlers.chunk(ChunkJob(batch_id, first, last)))

    def held(self) -> set[str]:
        """The ids of the workflows that are under way here, or were claimed after the work had stopped."""
        return {*self._running.values(), *self._parked.values()}

    async def stop(self, seconds: float) -> None:
        """Begin nothing more, give what is under way some time, then stop it: it is taken up elsewhere."""
        self._stopping = True
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        await _cancelled(self._running)

    async def leave_parked(self) -> None:
        """Let go of what was claimed after the work had stopped."""
        await _cancelled(self._parked)

    async def _work(self, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.current_task()
        assert task is not None
        held = self._parked if self._stopping else self._running
        held[task] = DBOS.workflow_id or ""
        try:
            if self._stopping:
                await asyncio.Event().wait()  # until it is cancelled; ending it would only make room for the next claim
            await work()
        except Exception as error:  # noqa: BLE001 - the engine keeps and logs what an error says, which may be a text
            raise WorkBroken(type(error).__name__) from None
        finally:
            held.pop(task, None)


async def _cancelled(tasks: Collection[asyncio.Task[object]]) -> None:
    """Cancel workflows, which the engine takes for interrupted and not for ended."""
    cancelled = list(tasks)
    for task in cancelled:
        task.cancel()
    await asyncio.gather(*cancelled, return_exceptions=True)


@asynccontextmanager
async def at_work(
    engine: Engine, handlers: Handlers, *, executor_id: str, workers: int, drain_s: float, check_s: float = CHECK_S
) -> AsyncIterator[None]:
    """Work on what is handed in, `workers` drafts at once; at the end, finish what is under way within `drain_s`.

    What is under way even then is to be handed on. There can be one in a process, and it uses the running event loop.

    Raises:
        StoreError: the engine's database failed.
    """
    running = Workers(handlers)
    await engine.set_up_queues(workers)
    DBOS(config=_config(engine.database, executor_id))
    try:
        _register(running)
        with _explained_errors(engine.database):
            DBOS.launch()  # on the thread of the event loop, where the workflows are to run
        async with rounds(check_s, Unheld(engine, executor_id, running.held).find):
            yield
            await running.stop(drain_s)
    finally:
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        await running.stop(0)
        await running.leave_parked()


def _config(database: sa.Engine, executor_id: str) -> DBOSConfig:
    return {
        "name": NAME,
        "system_database_engine": database,
        "dbos_system_schema": SCHEMA,
        "application_version": VERSION,
        "executor_id": executor_id,
        "log_level": "WARNING",
        "use_listen_notify": False,  # for events between workflows, of which there are none
        "max_executor_threads": MOST_THREADS,
        "run_migrations": False,  # open_engine ran them
    }


def _register(workers: Workers) -> None:
    """Tell the engine of the workflows.

    They have no steps that the engine would note: the draft's own row says what is done, in the transaction that does
    it, and another note would only cost time. However often a process died over one, it comes again: the row counts.
    """

    async def draft(draft_id: str) -> str:
        await workers.draft(draft_id)
        return "done"

    async def line(draft_id: str) -> str:
        await workers.draft(draft_id)
        return "done"

    async def chunk(batch_id: str, first: int, last: int) -> str:
        await workers.chunk(batch_id, first, last)
        return "done"

    json = WorkflowSerializationFormat.PORTABLE  # and no pickles, which run code
    DBOS.workflow(name="draft", max_recovery_attempts=None, serialization_type=json)(draft)
    DBOS.workflow(name="line", max_recovery_attempts=None, serialization_type=json)(line)
    DBOS.workflow(name="chunk", max_recovery_attempts=None, serialization_type=json)(chunk)


def _ids(draft_id: str, tries: int) -> list[str]:
    """The ids of the workflows that a draft has had after so many tries: the first, and one for each further try."""
    return [draft_id, *(f"{draft_id}.{number}" for number in range(1, tries + 1))]


def _chunk_id(chunk: ChunkJob) -> str:
    return f"{chunk.batch_id}.{chunk.first}-{chunk.last}"


def _task(job: Job) -> Task:
    """The workflow of a job; its id is the job's, so that the same job twice is one."""
    if isinstance(job, DraftJob):
        return _options("draft", job.draft_id), (job.draft_id,)
    return _options("chunk", _chunk_id(job)), (job.batch_id, job.first, job.last)


def _options(name: str, workflow_id: str) -> EnqueueOptions:
    return {
        "workflow_name": name,
        "queue_name": QUEUES[name],
        "workflow_id": workflow_id,
        "app_version": VERSION,
        "serialization_type": WorkflowSerializationFormat.PORTABLE,
    }


@contextmanager
def _explained_errors(database: sa.Engine) -> Iterator[None]:
    """Turn an error of the engine or its database into one for a person.

    Raises:
        StoreError: it holds no statement and no values.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, dbos_errors.DBOSException) as error:
        tell(database.get_execution_options(), error)
        cause = str(getattr(error, "orig", None) or error).splitlines()
        name = database.url.render_as_string(hide_password=True)
        raise StoreError(
            f"The engine's database {name} failed: {cause[0] if cause else type(error).__name__}"
        ) from None
