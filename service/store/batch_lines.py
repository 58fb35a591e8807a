"""Reads where a batch stands, and what became of its lines."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from service.batches.schemas import (
    MOST_FAULTS_SHOWN,
    Batch,
    BatchCounts,
    BatchFault,
    BatchLine,
    BatchStatus,
    LineStatus,
)
from service.errors import BatchNotFound
from service.schemas import Problem, Result
from service.store.batch_work import NO_BATCH
from service.store.batches import CANCELLED, RECEIVING
from service.store.database import READS, explained_errors
from service.store.owned import owned
from service.store.tables import BatchFaultRow, BatchRow, DraftRow, JobRow

# A job that is done is its draft, and that has a status of its own.
STATUS: ColumnElement[str] = case(
    (JobRow.status == "done", func.coalesce(DraftRow.status, "failed")), else_=JobRow.status
)
Found = tuple[int, str | None, str, str, str | None, str | None, datetime | None]


class BatchLines:
    """The lines of the batches of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = async_sessionmaker(engine.execution_options(**READS), expire_on_commit=False)

    async def get(self, tenant: str, batch_id: str) -> Batch:
        """Where a batch stands.

        Raises:
            BatchNotFound: there is none, or not yet.
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._reading() as session:
                row = await session.scalar(select(BatchRow).where(_is(tenant, batch_id)))
                if row is None:
                    raise BatchNotFound(NO_BATCH)
                counted = (await session.execute(_counts(batch_id))).all()
                faults = await _faults(session, tenant, batch_id, after=0, limit=MOST_FAULTS_SHOWN)
        return _batch(row, dict(counted), faults)

    async def page(self, tenant: str, batch_id: str, after: int, limit: int) -> list[BatchLine]:
        """At most `limit` lines that follow the line `after`, in order.

        Raises:
            StoreError: the database failed.
        """
        jobs = _jobs(tenant, batch_id).where(JobRow.line > after).order_by(JobRow.line).limit(limit)
        with explained_errors(self._engine):
            async with self._reading() as session:
                found = (await session.execute(jobs)).all()
                faults = await _faults(session, tenant, batch_id, after, limit)
        # Of either kind there are the first ones, so that the first ones of both together are right.
        lines = [*await asyncio.to_thread(_lines, found), *map(_faulty, faults)]
        return sorted(lines, key=lambda line: line.line)[:limit]


def _is(tenant: str, batch_id: str) -> ColumnElement[bool]:
    return and_(owned(BatchRow, tenant, batch_id), BatchRow.status != RECEIVING)


def _the(tenant: str, batch_id: str) -> Select[str]:
    return select(BatchRow.id).where(_is(tenant, batch_id))


def _counts(batch_id: str) -> Select[str, int]:
    # Grouped by its name: said again, it would have other parameters, and be another thing to PostgreSQL.
    drafts = select(STATUS.label("stands"), func.count()).outerjoin(DraftRow, DraftRow.id == JobRow.id)
    return drafts.where(JobRow.batch_id == batch_id).group_by("stands")


def _jobs(tenant: str, batch_id: str) -> Select[*Found]:
    job = select(
        JobRow.line, JobRow.ref, JobRow.id, STATUS, DraftRow.result_json, JobRow.problem_json, JobRow.erased_at
    )
    drafts = job.outerjoin(DraftRow, DraftRow.id == JobRow.id)
    return cast("Select[*Found]", drafts.where(JobRow.batch_id.in_(_the(tenant, batch_id))))


async def _faults(session: AsyncSession, tenant: str, batch_id: str, after: int, limit: int) -> list[BatchFault]:
    row = BatchFaultRow
    rows = select(row).where(row.batch_id.in_(_the(tenant, batch_id)), row.line > after).order_by(row.line).limit(limit)
    return [
        BatchFault(line=each.line, id=each.ref, error=Problem.model_validate_json(each.problem_json))
        for each in await session.scalars(rows)
    ]


def _batch(row: BatchRow, counted: Mapping[str, int], faults: Sequence[BatchFault]) -> Batch:
    return Batch(
        id=row.id,
        status=_status(row),
        created_at=row.created_at,
        finished_at=row.finished_at,
        lines=row.lines,
        counts=BatchCounts(**counted, faulty=row.faulty),
        faults=tuple(faults),
    )


def _status(row: BatchRow) -> BatchStatus:
    if row.status == CANCELLED:
        return "cancelled"
    return "finished" if row.finished_at else "running"


def _lines(found: Sequence[Found]) -> list[BatchLine]:
    return [_line(each) for each in found]


def _line(found: Found) -> BatchLine:
    line, ref, draft_id, status, result_json, problem_json, deleted_at = found
    failed = status == "failed"
    return BatchLine(
        line=line,
        id=ref,
        draft_id=draft_id,
        status=cast("LineStatus", status),
        result=Result.model_validate_json(result_json) if result_json and not failed else None,
        error=Problem.model_validate_json(problem_json) if problem_json and failed else None,
        deleted_at=deleted_at,
    )


def _faulty(fault: BatchFault) -> BatchLine:
    return BatchLine(line=fault.line, id=fault.id, draft_id=None, status="faulty", error=fault.error)
