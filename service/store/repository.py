"""Keeps drafts with what agents made of them, and gives them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Update, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from service.errors import DraftDeleted, DraftNotFound, DraftUnmade
from service.feedback import Heard, offered
from service.idempotency import Kept, unkept
from service.schemas import Attempt, Case, Result
from service.store.database import READS, explained_errors
from service.store.idempotency import keep_answer, update_answer
from service.store.owned import owned
from service.store.tables import AttemptRow, DraftRow, FeedbackRow, JobRow, Table, VerdictRow
from service.store.tokens import LARGEST, count_tokens
from service.store.transactions import OnPool, Transactions

Row = dict[str, object]
# Without the unit of work of a session, which would take longer for these rows than the database does.
INSERT_DRAFT, INSERT_ATTEMPTS, INSERT_VERDICTS = (
    insert(Table.metadata.tables[table.__tablename__]) for table in (DraftRow, AttemptRow, VerdictRow)
)
NO_DRAFT = "There is no draft with this id."
UNMADE = (  # not cancelled, and cancelled
    "This draft is not made yet: read it until its `status` is neither `queued` nor `running`, and try again.",
    "This draft was cancelled: there is nothing to say of it.",
)


class DraftRepository:
    """The drafts of one database."""

    def __init__(self, engine: AsyncEngine, transactions: Transactions | None = None) -> None:
        self._engine = engine
        self._transactions = transactions or OnPool(engine)
        self._writing = async_sessionmaker(engine, expire_on_commit=False)
        self._reading = async_sessionmaker(engine.execution_options(**READS), expire_on_commit=False)

    async def add(
        self,
        tenant: str,
        case: Case,
        result: Result,
        attempts: Sequence[Attempt],
        created_at: datetime,
        *,
        kept: Kept | None = None,
        payer: str | None = None,
    ) -> None:
        """Store a case with its result, every attempt and the answer to keep, all or nothing.

        Its tokens are counted for the `payer`, on the day on which it was asked for.

        Raises:
            KeyInUse: the answer may not be kept, and nothing was stored.
            StoreError: nothing was stored.
        """

        def store(connection: Connection) -> None:
            insert_draft(connection, case, result, attempts, tenant=tenant, created_at=created_at)
            if kept:
                update_answer(connection, kept)
            count_tokens(connection, payer, result.usage, created_at)

        with explained_errors(self._engine):
            await self._transactions.run(store)

    async def get(self, tenant: str, draft_id: str) -> Result:
        """The result as it was answered.

        Raises:
            DraftNotFound: there is no such draft.
            DraftDeleted: its texts were deleted.
            StoreError: the database failed.
        """
        statement = select(DraftRow.result_json, DraftRow.erased_at).where(owned(DraftRow, tenant, draft_id))
        with explained_errors(self._engine):
            async with self._reading() as session:
                row = (await session.execute(statement)).one_or_none()
        if row is None:
            raise DraftNotFound(NO_DRAFT)
        if row.erased_at:
            raise DraftDeleted(row.erased_at)
        return Result.model_validate_json(row.result_json)

    async def get_made(self, tenant: str, draft_id: str) -> Result:
        """The result as it was answered, for who cannot go on without one.

        Raises:
            DraftUnmade: its case was accepted, and there is no result of it.
            DraftNotFound, DraftDeleted, StoreError: as `get` does.
        """
        try:
            return await self.get(tenant, draft_id)
        except DraftNotFound:
            accepted = select(JobRow.status, JobRow.erased_at).where(owned(JobRow, tenant, draft_id))
            with explained_errors(self._engine):
                async with self._reading() as session:
                    job = (await session.execute(accepted)).one_or_none()
            if job is None:
                raise
        if job.erased_at:
            raise DraftDeleted(job.erased_at)
        raise DraftUnmade(UNMADE[job.status == "cancelled"])

    async def add_feedback(
        self, tenant: str, draft_id: str, heard: Heard, at: datetime, keep: Callable[[int], Kept | None] = unkept
    ) -> int:
        """Store one more feedback on a draft, and give its number, which counts from 1.

        What `keep` makes of the number is kept with it.

        Raises:
            DraftNotFound: there is no such draft, or no longer.
            DraftDeleted: its texts were deleted.
            KeyInUse: the answer may not be kept, and nothing was stored.
            StoreError: nothing was stored.
        """
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                # Locked where the database can: two at once would take the same number.
                draft = select(DraftRow.erased_at).where(owned(DraftRow, tenant, draft_id)).with_for_update()
                row = (await session.execute(draft)).one_or_none()
                if row is None:
                    raise DraftNotFound(NO_DRAFT)
                if row.erased_at:
                    raise DraftDeleted(row.erased_at)
                last = select(func.max(FeedbackRow.number)).where(FeedbackRow.draft_id == draft_id)
                number = (await session.scalar(last) or 0) + 1
                session.add(_feedback_row(draft_id, number, heard, at))
                await session.execute(_repeated(draft_id, heard))
                if kept := keep(number):
                    await keep_answer(session, kept)
        return number

    async def ping(self) -> None:
        """Ask the database for a sign of life.

        Raises:
            StoreError: there is none.
        """
        with explained_errors(self._engine):
            async with self._reading() as session:
                await session.execute(text("SELECT 1 FROM drafts LIMIT 1"))


async def add_draft(
    session: AsyncSession,
    case: Case | None,
    result: Result,
    attempts: Sequence[Attempt],
    *,
    tenant: str,
    created_at: datetime,
) -> None:
    """Add a draft with every attempt to a transaction; without its case where that could not be read."""
    await session.flush()
    connection = await session.connection()
    await connection.run_sync(insert_draft, case, result, attempts, tenant=tenant, created_at=created_at)


def insert_draft(
    connection: Connection,
    case: Case | None,
    result: Result,
    attempts: Sequence[Attempt],
    *,
    tenant: str,
    created_at: datetime,
) -> None:
    """Add a draft with every attempt to a transaction; without its case where that could not be read."""
    numbered = list(enumerate(attempts, start=1))
    connection.execute(INSERT_DRAFT, _draft_row(tenant, case, result, attempts, created_at))
    if rows := [_attempt_row(result.id, number, attempt) for number, attempt in numbered]:
        connection.execute(INSERT_ATTEMPTS, rows)
    if rows := [row for number, attempt in numbered for row in _verdict_rows(result.id, number, attempt)]:
        connection.execute(INSERT_VERDICTS, rows)


def _draft_row(
    tenant: str, case: Case | None, result: Result, attempts: Sequence[Attempt], created_at: datetime
) -> Row:
    return {
        "id": result.id,
        "tenant": tenant,
        "ref": result.ref,
        "customer_ref": case.context.customer_ref if case else None,
        "created_at": created_at,
        "status": result.status,
        "situation": result.situation,
        "channel": case.complaint.channel if case else None,
        "policy": result.policy,
        "prompt_name": result.prompt.name,
        "prompt_hash": result.prompt.hash,
        "model": result.model,
        "endpoint": result.endpoint,
        "best_attempt": _best_attempt(result, attempts),
        "prompt_tokens": min(result.usage.prompt_tokens, LARGEST),
        "completion_tokens": min(result.usage.completion_tokens, LARGEST),
        "total_ms": result.timings_ms.total,
        "case_json": case.model_dump_json() if case else None,
        "result_json": result.model_dump_json(),
        "shown": bool(offered(result)),
        "escalation": result.escalate.partition(":")[0] if result.escalate else None,
        "failed_checks": _failed_checks(result),
    }


def _failed_checks(result: Result) -> str | None:
    if not result.verdicts:
        return None
    return " ".join(verdict.check for verdict in result.verdicts if not verdict.passed)


def _best_attempt(result: Result, attempts: Sequence[Attempt]) -> int | None:
    """The number of the attempt that the result's verdicts are about."""
    numbered = enumerate(attempts, start=1)
    return next((number for number, attempt in numbered if attempt.verdicts == result.verdicts), None)


def _feedback_row(draft_id: str, number: int, heard: Heard, at: datetime) -> FeedbackRow:
    return FeedbackRow(
        draft_id=draft_id,
        number=number,
        at=at,
        outcome=heard.outcome,
        text=heard.text,
        reason=heard.reason,
        agent_tenure_months=heard.agent_tenure_months,
        edit_distance=heard.edit_distance,
    )


def _repeated(draft_id: str, heard: Heard) -> Update:
    """The last feedback stands with its draft, too, where figures find it without looking at each draft's feedback."""
    return (
        update(DraftRow)
        .where(DraftRow.id == draft_id)
        .values(
            outcome=heard.outcome,
            agent_tenure_months=heard.agent_tenure_months,
            edit_distance=heard.edit_distance,
        )
    )


def _attempt_row(draft_id: str, number: int, attempt: Attempt) -> Row:
    return {"draft_id": draft_id, "number": number, "endpoint": attempt.endpoint, "text": attempt.draft}


def _verdict_rows(draft_id: str, number: int, attempt: Attempt) -> list[Row]:
    return [
        {
            "draft_id": draft_id,
            "attempt": number,
            "check_name": verdict.check,
            "passed": verdict.passed,
            "blocking": verdict.blocking,
            "level": verdict.level,
            "verdict_json": verdict.model_dump_json(),
        }
        for verdict in attempt.verdicts
    ]
