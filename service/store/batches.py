"""Keeps batches: taken in whole or not at all, and told to the engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from service.batches.chunks import cut
from service.batches.intake import Opened
from service.batches.schemas import Batch, BatchFault
from service.errors import StoreError
from service.idempotency import Kept
from service.jobs.queue import ChunkJob
from service.jobs.stages import Accepted
from service.store.database import READS, explained_errors
from service.store.idempotency import keep_answer
from service.store.jobs import job_row
from service.store.tables import BatchFaultRow, BatchRow, JobRow
from service.store.webhooks import announce
from service.webhooks.events import batch_finished

RECEIVING, ACCEPTED, CANCELLED = "receiving", "accepted", "cancelled"
UNSYNCED = {"synchronize_session": False}  # nothing was read that a change could make stale


class BatchRepository:
    """The batches of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = async_sessionmaker(engine, expire_on_commit=False)
        self._reading = async_sessionmaker(engine.execution_options(**READS), expire_on_commit=False)

    async def open(self, opened: Opened) -> None:
        """Begin to take a batch in; nobody sees it before it is accepted.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                session.add(_batch_row(opened))

    async def add(self, batch_id: str, jobs: Sequence[Accepted], faults: Sequence[BatchFault]) -> None:
        """Add some lines of a batch.

        Raises:
            StoreError: none was added.
        """
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                session.add_all(_job_row(job) for job in jobs)
                session.add_all(_fault_row(batch_id, fault) for fault in faults)

    async def accept(self, batch: Batch, tenant: str, kept: Kept | None) -> None:
        """Accept a batch whose lines are all added, and keep the answer to its sender, both or neither.

        Raises:
            KeyInUse: the answer may not be kept, and the batch was not accepted.
            StoreError: it was not accepted.
        """
        values = {
            "status": ACCEPTED,
            "lines": batch.lines,
            "faulty": batch.counts.faulty,
            "finished_at": batch.finished_at,
            "enqueued": batch.finished_at is not None,  # nothing is left to be told
        }
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                await _change(session, batch.id, values)
                if batch.finished_at:
                    await announce(session, tenant, batch_finished(batch.id, batch.finished_at))
                if kept:
                    await keep_answer(session, kept)

    async def discard(self, batch_id: str) -> None:
        """Delete a batch that was not accepted, with its lines.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(delete(BatchRow).where(BatchRow.id == batch_id, BatchRow.status == RECEIVING))

    async def discard_abandoned(self, before: datetime) -> None:
        """Delete what was begun before this moment and never accepted: whoever took it in has died.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                abandoned = delete(BatchRow).where(BatchRow.status == RECEIVING, BatchRow.created_at < before)
                await connection.execute(abandoned)

    async def not_enqueued(self, before: datetime, limit: int) -> list[str]:
        """Batches that were begun before this moment and that the engine may not have heard of.

        Raises:
            StoreError: the database failed.
        """
        waits = (BatchRow.enqueued.is_(False), BatchRow.status == ACCEPTED, BatchRow.created_at < before)
        with explained_errors(self._engine):
            async with self._reading() as session:
                return list(await session.scalars(select(BatchRow.id).where(*waits).limit(limit)))

    async def chunks(self, batch_id: str) -> list[ChunkJob]:
        """What the engine is to be told of a batch, always the same.

        Raises:
            StoreError: the database failed.
        """
        lines = select(JobRow.line).where(JobRow.batch_id == batch_id).order_by(JobRow.line)
        with explained_errors(self._engine):
            async with self._reading() as session:
                return cut(batch_id, [line for line in await session.scalars(lines) if line is not None])

    async def mark_enqueued(self, batch_id: str) -> None:
        """Note that the engine has heard of every chunk.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(update(BatchRow).where(BatchRow.id == batch_id).values(enqueued=True))


async def _change(session: AsyncSession, batch_id: str, values: dict[str, object]) -> None:
    statement = (
        update(BatchRow)
        .where(BatchRow.id == batch_id, BatchRow.status == RECEIVING)
        .values(values)
        .returning(BatchRow.id)
        .execution_options(**UNSYNCED)
    )
    if await session.scalar(statement) is None:
        raise StoreError("Taking the batch in took so long that it was given up: send it again.")


def _batch_row(opened: Opened) -> BatchRow:
    return BatchRow(
        id=opened.id,
        tenant=opened.tenant,
        created_at=opened.created_at,
        status=RECEIVING,
        lines=0,
        faulty=0,
        enqueued=False,
    )


def _job_row(job: Accepted) -> JobRow:
    row = job_row(job)
    row.enqueued = True  # the batch knows whether the engine has heard of it
    return row


def _fault_row(batch_id: str, fault: BatchFault) -> BatchFaultRow:
    problem = fault.error.model_dump_json(exclude_none=True)
    return BatchFaultRow(batch_id=batch_id, line=fault.line, ref=fault.id, problem_json=problem)
