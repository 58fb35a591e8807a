"""Keeps accepted cases until they are drafts, and turns each into its draft in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from pydantic import ValidationError
from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from service.errors import DraftDeleted, DraftNotFound
from service.gate import Urgency
from service.idempotency import Kept
from service.jobs.stages import UNFINISHED, Accepted, Begun, JobStatus, Standing, Unreadable
from service.schemas import Attempt, Case, Result, Usage
from service.store.audit import record
from service.store.database import READS, explained_errors
from service.store.idempotency import keep_answer
from service.store.owned import owned
from service.store.repository import NO_DRAFT, add_draft
from service.store.tables import JobRow
from service.store.tokens import count_tokens
from service.store.webhooks import announce
from service.webhooks.events import draft_finished


class JobRepository:
    """The jobs of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = async_sessionmaker(engine, expire_on_commit=False)
        self._reading = async_sessionmaker(engine.execution_options(**READS), expire_on_commit=False)

    async def accept(self, accepted: Accepted, kept: Kept | None = None) -> None:
        """Keep a case and the answer to its sender, both or neither.

        Raises:
            KeyInUse: the answer may not be kept, and nothing was.
            StoreError: nothing was kept.
        """
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                session.add(job_row(accepted))
                if kept:
                    await session.flush()
                    await keep_answer(session, kept)

    async def mark_enqueued(self, *ids: str) -> None:
        """Note that the engine has heard of these jobs.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(update(JobRow).where(JobRow.id.in_(ids)).values(enqueued=True))

    async def not_enqueued(self, before: datetime, limit: int) -> list[str]:
        """Jobs of no batch that were accepted before this moment and that the engine may not have heard of.

        Raises:
            StoreError: the database failed.
        """
        waits = and_(JobRow.enqueued.is_(False), JobRow.accepted_at < before)
        alone = and_(JobRow.batch_id.is_(None), JobRow.status.in_(UNFINISHED))
        statement = select(JobRow.id).where(waits, alone).order_by(JobRow.accepted_at).limit(limit)
        with explained_errors(self._engine):
            async with self._reading() as session:
                return list(await session.scalars(statement))

    async def unfinished(self, before: datetime, after: str, limit: int) -> dict[str, int]:
        """Jobs of no batch that were accepted before this moment and that the engine has heard of, with their tries.

        They are sorted by their ids; `after` is the last one that was given before.

        Raises:
            StoreError: the database failed.
        """
        heard = and_(JobRow.enqueued.is_(True), JobRow.accepted_at < before, JobRow.id > after)
        alone = and_(JobRow.batch_id.is_(None), JobRow.status.in_(UNFINISHED))
        statement = select(JobRow.id, JobRow.tries).where(heard, alone).order_by(JobRow.id).limit(limit)
        with explained_errors(self._engine):
            async with self._reading() as session:
                return {row.id: row.tries for row in await session.execute(statement)}

    async def urgency(self, draft_id: str) -> Urgency | None:
        """How urgent a job is; None where there is nothing to be done: it is done, cancelled or deleted.

        Raises:
            StoreError: the database failed.
        """
        row = JobRow
        statement = select(row.batch_id.is_not(None)).where(row.id == draft_id, row.status.in_(UNFINISHED))
        with explained_errors(self._engine):
            async with self._reading() as session:
                of_batch = await session.scalar(statement)
        if of_batch is None:
            return None
        return Urgency.BATCH if of_batch else Urgency.ASYNCHRONOUS

    async def begin(self, draft_id: str) -> Begun | Unreadable | None:
        """Take a job to work on it; None where there is nothing to be done: it is done, cancelled or deleted.

        One whose case cannot be read is to be ended: it would come again for ever.

        Raises:
            StoreError: the database failed.
        """
        row = JobRow
        statement = (
            update(row)
            .where(row.id == draft_id, row.status.in_(UNFINISHED))
            .values(status="running", tries=row.tries + 1)
            .returning(row.id, row.tenant, row.ref, row.case_json, row.accepted_at)
            .returning(row.tries, row.faults, row.batch_id, row.payer)
        )
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                found = (await connection.execute(statement)).one_or_none()
        if found is None or found.case_json is None:
            return None
        try:
            case = Case.model_validate_json(found.case_json)
        except ValidationError:  # it quotes the case, and must not get into any log
            return Unreadable(found.id, found.tenant, found.ref, found.accepted_at)
        counts = (found.tries, found.faults)
        return Begun(found.id, found.tenant, case, found.accepted_at, *counts, found.batch_id, found.payer)

    async def put_back(self, begun: Begun, problem_json: str, usage: Usage, at: datetime) -> bool:
        """Let a job that is worked on wait again, and count that and its tokens; False where it is not worked on.

        `problem_json` says what kept it from being done.

        Raises:
            StoreError: the database failed.
        """
        values = {"status": "queued", "problem_json": problem_json, "faults": JobRow.faults + 1}
        running = update(JobRow).where(JobRow.id == begun.id, JobRow.status == "running")
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                if await connection.scalar(running.values(values).returning(JobRow.id)) is None:
                    return False
                await connection.run_sync(count_tokens, begun.payer, usage, at)
        return True

    async def finish(
        self, begun: Begun | Unreadable, result: Result, attempts: Sequence[Attempt], at: datetime
    ) -> bool:
        """Store the draft of a job, all or nothing; False where the job was cancelled, done or deleted meanwhile.

        Raises:
            StoreError: nothing was stored.
        """
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                if not await _end(session, begun.id, result, at):
                    return False
                case = begun.case if isinstance(begun, Begun) else None
                await add_draft(session, case, result, attempts, tenant=begun.tenant, created_at=begun.accepted_at)
                await announce(session, begun.tenant, draft_finished(begun.id, result.ref, result.status, at))
                if isinstance(begun, Begun):
                    await session.flush()
                    connection = await session.connection()
                    await connection.run_sync(count_tokens, begun.payer, result.usage, at)
        return True

    async def count_cancelled(self, begun: Begun, usage: Usage, at: datetime) -> None:
        """Count the tokens that a job took until it was cancelled; do nothing where it was not.

        Raises:
            StoreError: they were not counted.
        """
        cancelled = select(JobRow.id).where(JobRow.id == begun.id, JobRow.status == "cancelled")
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                if await connection.scalar(cancelled):
                    await connection.run_sync(count_tokens, begun.payer, usage, at)

    async def standing(self, tenant: str, draft_id: str) -> Standing | None:
        """Where a job stands; None where there is none.

        Raises:
            DraftDeleted: it was deleted.
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._reading() as session:
                row = await session.scalar(select(JobRow).where(owned(JobRow, tenant, draft_id)))
        return _standing(row) if row else None

    async def cancel(self, tenant: str, draft_id: str, actor: str, at: datetime) -> Standing:
        """Cancel a job unless it is done, and say where it stands after that; its case is deleted.

        Raises:
            DraftNotFound: there is no such job.
            DraftDeleted: it was deleted.
            StoreError: the database failed.
        """
        cancelled = {"status": "cancelled", "finished_at": at, "case_json": None, "problem_json": None}
        unfinished = and_(owned(JobRow, tenant, draft_id), JobRow.status.in_(UNFINISHED))
        statement = update(JobRow).where(unfinished).values(cancelled).returning(JobRow.ref)
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                found = await session.execute(statement.execution_options(synchronize_session=False))
                for ref in found.scalars().all():
                    await announce(session, tenant, draft_finished(draft_id, ref, "cancelled", at))
                    await record(session, tenant, actor, "draft.cancelled", draft_id, figures={}, at=at)
                row = await session.scalar(select(JobRow).where(owned(JobRow, tenant, draft_id)))
        if row is None:
            raise DraftNotFound(NO_DRAFT)
        return _standing(row)


def job_row(accepted: Accepted) -> JobRow:
    """The row of an accepted case."""
    return JobRow(
        id=accepted.id,
        tenant=accepted.tenant,
        ref=accepted.case.id,
        customer_ref=accepted.case.context.customer_ref,
        batch_id=accepted.batch_id,
        line=accepted.line,
        status="queued",
        case_json=accepted.case.model_dump_json(),
        accepted_at=accepted.accepted_at,
        tries=0,
        faults=0,
        enqueued=False,
        payer=accepted.payer,
    )


async def _end(session: AsyncSession, draft_id: str, result: Result, at: datetime) -> bool:
    """Mark a job as done; False where it had ended already."""
    problem = result.problem.model_dump_json(exclude_none=True) if result.problem else None
    ended = {"status": "done", "finished_at": at, "case_json": None, "problem_json": problem}
    statement = (
        update(JobRow)
        .where(JobRow.id == draft_id, JobRow.status.in_(UNFINISHED))
        .values(ended)
        .returning(JobRow.id)
        .execution_options(synchronize_session=False)
    )
    return await session.scalar(statement) is not None


def _standing(row: JobRow) -> Standing:
    if row.erased_at:
        raise DraftDeleted(row.erased_at)
    return Standing(row.id, row.ref, cast("JobStatus", row.status), row.tries)
