"""Says what is unfinished of a batch, and ends it: as the last chunk does, or whoever cancels it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, exists, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from service.errors import BatchNotFound
from service.jobs.queue import ChunkJob
from service.store.batches import ACCEPTED, CANCELLED, RECEIVING, UNSYNCED, AnnounceBatch, announce_no_batch
from service.store.database import READS, explained_errors
from service.store.jobs import UNFINISHED
from service.store.tables import BatchRow, JobRow

NO_BATCH = "There is no batch with this id."


class BatchWork:
    """The unfinished batches of one database; `announce` tells of every batch that ends."""

    def __init__(self, engine: AsyncEngine, announce: AnnounceBatch = announce_no_batch) -> None:
        self._engine = engine
        self._announce = announce
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
                    await self._announce(session, tenant, batch_id, "finished", at)
        return tenant is not None

    async def cancel(self, tenant: str, batch_id: str, at: datetime) -> None:
        """Cancel what is unfinished of a batch; one that has ended stays as it is.

        What is worked on at the moment is not stored. The cases of what is cancelled are deleted.

        Raises:
            BatchNotFound: there is no such batch.
            StoreError: the database failed.
        """
        is_it = (BatchRow.id == batch_id, BatchRow.tenant == tenant, BatchRow.status != RECEIVING)
        ends = (
            update(BatchRow)
            .where(*is_it, BatchRow.status == ACCEPTED, BatchRow.finished_at.is_(None))
            .values(status=CANCELLED, finished_at=at)
            .returning(BatchRow.id)
            .execution_options(**UNSYNCED)
        )
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                if await session.scalar(ends):
                    await _cancel_jobs(session, batch_id, at)
                    await self._announce(session, tenant, batch_id, CANCELLED, at)
                elif await session.scalar(select(BatchRow.id).where(*is_it)) is None:
                    raise BatchNotFound(NO_BATCH)


async def _cancel_jobs(session: AsyncSession, batch_id: str, at: datetime) -> None:
    cancelled = {"status": CANCELLED, "finished_at": at, "case_json": None, "problem_json": None}
    jobs = update(JobRow).where(JobRow.batch_id == batch_id, JobRow.status.in_(UNFINISHED)).values(cancelled)
    await session.execute(jobs.execution_options(**UNSYNCED))


def _unfinished(batch_id: str) -> Select[str]:
    return select(JobRow.id).where(JobRow.batch_id == batch_id, JobRow.status.in_(UNFINISHED))
