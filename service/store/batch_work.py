"""Says what is unfinished of a batch, and ends it: as the last chunk does, or whoever cancels it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, exists, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from service.batches.chunks import CHUNK_CASES, cut
from service.batches.recovering import Tries
from service.errors import BatchFinished, BatchNotFound
from service.jobs.queue import ChunkJob
from service.jobs.stages import UNFINISHED
from service.store.audit import record
from service.store.batches import ACCEPTED, CANCELLED, RECEIVING, UNSYNCED
from service.store.database import READS, explained_errors
from service.store.owned import owned
from service.store.tables import BatchRow, JobRow
from service.store.webhooks import announce
from service.webhooks.events import batch_finished

NO_BATCH = "There is no batch with this id."


class BatchWork:
    """The unfinished batches of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = async_sessionmaker(engine, expire_on_commit=False)
        self._reading = async_sessionmaker(engine.execution_options(**READS), expire_on_commit=False)

    async def unfinished(self, chunk: ChunkJob) -> list[str]:
        """The drafts of a chunk that are still to be made, in order.

        Raises:
            StoreError: the database failed.
        """
        waiting = _unfinished(chunk.batch_id).where(JobRow.line.between(chunk.first, chunk.last))
        with explained_errors(self._engine):
            async with self._reading() as session:
                return list(await session.scalars(waiting.order_by(JobRow.line)))

    async def running(self, before: datetime, limit: int) -> list[str]:
        """Batches that were begun before this moment, of which the engine has heard, the oldest first.

        Raises:
            StoreError: the database failed.
        """
        row = BatchRow
        heard = select(row.id).where(row.status == ACCEPTED, row.finished_at.is_(None), row.enqueued.is_(True))
        oldest = heard.where(row.created_at < before).order_by(row.created_at).limit(limit)
        with explained_errors(self._engine):
            async with self._reading() as session:
                return list(await session.scalars(oldest))

    async def left(self, batch_id: str) -> dict[ChunkJob, Tries]:
        """The chunks of a batch in which drafts are unfinished, and how often each of those was begun.

        Raises:
            StoreError: the database failed.
        """
        jobs = select(JobRow.id, JobRow.line, JobRow.status, JobRow.tries).where(JobRow.batch_id == batch_id)
        with explained_errors(self._engine):
            async with self._reading() as session:
                rows = (await session.execute(jobs.order_by(JobRow.line))).all()
        chunks = cut(batch_id, [row.line for row in rows])
        found = {}
        for start, chunk in zip(range(0, len(rows), CHUNK_CASES), chunks, strict=True):
            part = rows[start : start + CHUNK_CASES]
            found[chunk] = {row.id: row.tries for row in part if row.status in UNFINISHED}
        return {chunk: tries for chunk, tries in found.items() if tries}

    async def finish(self, batch_id: str, at: datetime) -> bool:
        """Mark a batch as finished if nothing of it is left to be done; True for the one call that did it.

        Called after each chunk, that is, after what the chunk stored was committed: whoever asks last sees it all.

        Raises:
            StoreError: the database failed.
        """
        ends = (
            update(BatchRow)
            .where(BatchRow.id == batch_id, BatchRow.status == ACCEPTED, BatchRow.finished_at.is_(None))
            .where(~exists(_unfinished(batch_id)))
            .values(finished_at=at)
            .returning(BatchRow.tenant)
            .execution_options(**UNSYNCED)
        )
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                tenant = await session.scalar(ends)
                if tenant is not None:
                    await announce(session, tenant, batch_finished(batch_id, at))
        return tenant is not None

    async def ended(self, limit: int) -> list[str]:
        """Batches that are not marked as finished, though nothing of them is left to be done.

        Raises:
            StoreError: the database failed.
        """
        unmarked = select(BatchRow.id).where(BatchRow.status == ACCEPTED, BatchRow.finished_at.is_(None))
        jobs = select(JobRow.id).where(JobRow.batch_id == BatchRow.id, JobRow.status.in_(UNFINISHED))
        with explained_errors(self._engine):
            async with self._reading() as session:
                return list(await session.scalars(unmarked.where(~exists(jobs)).limit(limit)))

    async def cancel(self, tenant: str, batch_id: str, actor: str, at: datetime) -> list[str]:
        """Cancel what is unfinished of a batch, and give the drafts that are worked on: they will not be stored.

        The cases of what is cancelled are deleted. One that is cancelled already stays as it is.

        Raises:
            BatchFinished: nothing of it is unfinished.
            BatchNotFound: there is no such batch.
            StoreError: the database failed.
        """
        is_it = (owned(BatchRow, tenant, batch_id), BatchRow.status != RECEIVING)
        ends = (
            update(BatchRow)
            .where(*is_it, BatchRow.status == ACCEPTED, BatchRow.finished_at.is_(None))
            .values(status=CANCELLED, finished_at=at)
            .returning(BatchRow.id)
            .execution_options(**UNSYNCED)
        )
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                if await session.scalar(ends) is None:
                    _refuse_ended(await session.scalar(select(BatchRow.status).where(*is_it)))
                    return []
                await announce(session, tenant, batch_finished(batch_id, at, CANCELLED))
                running, cancelled = await _cancel_jobs(session, batch_id, at)
                figures = {"drafts": cancelled}
                await record(session, tenant, actor, "batch.cancelled", batch_id, figures=figures, at=at)
                return running


def _refuse_ended(status: str | None) -> None:
    if status is None:
        raise BatchNotFound(NO_BATCH)
    if status != CANCELLED:
        raise BatchFinished("The batch is finished; there is nothing left to cancel.")


async def _cancel_jobs(session: AsyncSession, batch_id: str, at: datetime) -> tuple[list[str], int]:
    """Cancel the unfinished drafts; gives those that were worked on, and the number of all."""
    running = list(await session.scalars(_unfinished(batch_id).where(JobRow.status == "running")))
    cancelled = {"status": CANCELLED, "finished_at": at, "case_json": None, "problem_json": None}
    jobs = update(JobRow).where(JobRow.batch_id == batch_id, JobRow.status.in_(UNFINISHED)).values(cancelled)
    ended = await session.scalars(jobs.returning(JobRow.id).execution_options(**UNSYNCED))
    return running, len(ended.all())


def _unfinished(batch_id: str) -> Select[str]:
    return select(JobRow.id).where(JobRow.batch_id == batch_id, JobRow.status.in_(UNFINISHED))
