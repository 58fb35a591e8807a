"""Keeps idempotency keys: who works on a request, and what was answered to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from service.errors import KeyInUse
from service.idempotency import COME_AGAIN_S, Answer, Asked, Claim, Kept, Standing
from service.store import tables
from service.store.database import explained_errors
from service.store.tables import DraftRow, IdempotencyRow, JobRow
from service.store.transactions import OnPool, Transactions
from service.store.upserts import INSERTS, AnyInsert

KEYS = tables.Table.metadata.tables[IdempotencyRow.__tablename__]
# Made once, as the statement of a claim is.
ANSWER = update(KEYS).where(*(KEYS.c[name] == bindparam(f"its_{name}") for name in ("tenant", "route", "key", "owner")))
DELETED_EVERY = 50  # claims; each deletion costs a request some time
MOST_DELETED = 500  # at once: nobody's request should wait for the keys of a whole night
# A process that only was slow may still end what nobody took over.
DEAD_AFTER = timedelta(days=1)


class Found(NamedTuple):
    """A key's row, and when the texts that it is about were deleted."""

    fingerprint: str
    status: int | None
    body: str | None
    draft_id: str | None
    job_id: str | None
    deleted_at: datetime | None


class KeyRepository:
    """The idempotency keys of one database."""

    def __init__(self, engine: AsyncEngine, transactions: Transactions | None = None) -> None:
        self._engine = engine
        self._claim = _claim(INSERTS[engine.dialect.name])
        self._transactions = transactions or OnPool(engine)
        self._claims = 0

    async def claim(self, claim: Claim, now: datetime, until: datetime) -> Standing | None:
        """Take a key that is free, or whose time has passed, in one statement; None where that succeeded.

        Expired keys are deleted in passing.

        Raises:
            StoreError: the database failed.
        """
        asked = claim.asked
        names = {"tenant": asked.tenant, "route": asked.route, "key": asked.key}
        row = names | {"fingerprint": asked.fingerprint, "owner": claim.owner, "until": until, "now": now}

        def take(connection: Connection) -> Standing | None:
            if connection.scalar(self._claim, row):
                self._delete_expired(connection, now)
                return None
            found = connection.execute(_select(asked)).one_or_none()
            # One that was given back a moment ago is seen again at the next look.
            return _standing(Found(*found)) if found else Standing(asked.fingerprint, None)

        with explained_errors(self._engine):
            # A machine that fails ends the work that a claim is for, and whoever asks again had no answer. A later
            # commit that lasts makes this one last too.
            return await self._transactions.run(take, lasting=False)

    async def keep(self, kept: Kept) -> None:
        """Keep an answer.

        Raises:
            KeyInUse: another process took the claim over.
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            await self._transactions.run(partial(update_answer, kept=kept))

    async def release(self, claim: Claim) -> None:
        """Give a key back, unless it has an answer or another owner.

        Raises:
            StoreError: the database failed.
        """
        is_mine = and_(_is(claim.asked), IdempotencyRow.owner == claim.owner, IdempotencyRow.status.is_(None))
        with explained_errors(self._engine):
            await self._transactions.run(lambda connection: connection.execute(delete(IdempotencyRow).where(is_mine)))

    async def delete_expired(self, now: datetime, expiring: datetime) -> int:
        """Delete some of the answers that expire until a moment, and of the claims that nobody works on any more.

        Gives their number, which is 0 when none is left.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            return await self._transactions.run(
                lambda connection: connection.execute(_deletion(now, expiring)).rowcount
            )

    def _delete_expired(self, connection: Connection, now: datetime) -> None:
        self._claims += 1
        if self._claims % DELETED_EVERY == 1:  # the first one too: many processes live no longer than a few
            connection.execute(_deletion(now, now))


async def keep_answer(session: AsyncSession, kept: Kept) -> None:
    """Keep an answer in the transaction of what it is about, so that there is never one without the other.

    Raises:
        KeyInUse: another process took the claim over, so that nothing may be stored for this one.
    """
    await session.flush()
    await (await session.connection()).run_sync(update_answer, kept)


def update_answer(connection: Connection, kept: Kept) -> None:
    """As `keep_answer`, on a connection.

    Raises:
        KeyInUse: another process took the claim over, so that nothing may be stored for this one.
    """
    claim, answer = kept.claim, kept.answer
    found = {"its_tenant": claim.asked.tenant, "its_route": claim.asked.route, "its_key": claim.asked.key}
    about = {"draft_id": answer.draft_id, "job_id": answer.job_id}
    values = {"status": answer.status, "body": answer.body, "until": kept.until} | about
    if not connection.execute(ANSWER, found | {"its_owner": claim.owner} | values).rowcount:
        message = "This request took so long that another process took it over: send it again for the answer."
        raise KeyInUse(message, COME_AGAIN_S)


def _claim(insert: Callable[[Table], AnyInsert]) -> ReturningInsert[str]:
    """The statement that takes a key; made once, because that takes longer than SQLite does."""
    statement = insert(KEYS)
    overwritten = ("fingerprint", "owner", "until", "status", "body", "draft_id", "job_id")
    return statement.on_conflict_do_update(
        index_elements=["tenant", "route", "key"],
        set_={name: statement.excluded[name] for name in overwritten},
        where=KEYS.c.until <= bindparam("now", type_=KEYS.c.until.type),
    ).returning(KEYS.c.owner)


def _deletion(now: datetime, expiring: datetime) -> Delete:
    row = IdempotencyRow
    answered = and_(row.status.is_not(None), row.until <= expiring)
    expired = (
        select(row.tenant, row.route, row.key)
        .where(or_(answered, row.until <= now - DEAD_AFTER))
        .limit(MOST_DELETED)
        .with_for_update(skip_locked=True)
    )
    return delete(row).where(tuple_(row.tenant, row.route, row.key).in_(expired))


def _select(asked: Asked) -> Select[str, int | None, str | None, str | None, str | None, datetime | None]:
    row = IdempotencyRow
    deleted_at = func.coalesce(DraftRow.erased_at, JobRow.erased_at)
    columns = select(row.fingerprint, row.status, row.body, row.draft_id, row.job_id, deleted_at)
    drafts = columns.outerjoin(DraftRow, DraftRow.id == row.draft_id)
    return drafts.outerjoin(JobRow, JobRow.id == row.job_id).where(_is(asked))


def _is(asked: Asked) -> ColumnElement[bool]:
    row = IdempotencyRow
    return and_(row.tenant == asked.tenant, row.route == asked.route, row.key == asked.key)


def _standing(found: Found) -> Standing:
    if found.status is None or found.body is None:
        return Standing(found.fingerprint, None, found.deleted_at)
    answer = Answer(found.status, found.body, found.draft_id, found.job_id)
    return Standing(found.fingerprint, answer, found.deleted_at)
