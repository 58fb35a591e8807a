"""Keeps access keys, and reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, case, delete, false, insert, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from service.access import SCOPES, AccessKey
from service.audit import OPERATOR, Action
from service.errors import AccessKeyNotFound
from service.store.audit import record
from service.store.database import READS, explained_errors
from service.store.tables import AccessKeyRow, PassRow

COLUMNS = tuple(AccessKeyRow.__table__.columns)


@dataclass(frozen=True, slots=True)
class Rotation:
    """A new secret, and until when the one before it is taken; at once where that is `at`."""

    secret_hash: str
    at: datetime
    old_until: datetime


class AccessKeyRepository:
    """The access keys of one database. What is done to one stands in the audit trail of its tenant."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**READS)

    async def all(self) -> Sequence[AccessKey]:
        """Every key of every tenant, the oldest first.

        Raises:
            StoreError: the database failed.
        """
        statement = select(*COLUMNS).order_by(AccessKeyRow.created_at, AccessKeyRow.id)
        with explained_errors(self._engine):
            async with self._reading.connect() as connection:
                found = await connection.execute(statement)
                return [_key(row) for row in found.mappings()]

    async def add(self, key: AccessKey) -> None:
        """Keep a new one.

        Raises:
            StoreError: it was not kept.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(insert(AccessKeyRow).values(_row(key)))
                await _record(connection, "key.created", key.tenant, key.id, key.created_at)

    async def rotate(self, key_id: str, rotation: Rotation) -> AccessKey:
        """Give a key a new secret, and take the old one along with it for a while.

        Where one that is older still has a while to go it keeps that, and the one in between goes: clients may not
        have changed over yet from the one that was promised its time.

        A pass does not know by which secret it was got: all that there are end with the old one.

        Raises:
            AccessKeyNotFound: there is none that works.
            StoreError: nothing was changed.
        """
        row = AccessKeyRow
        until = literal(rotation.old_until, row.old_secret_until.type)
        overlaps = true() if rotation.old_until > rotation.at else false()
        promised = and_(row.old_secret_until > rotation.at, overlaps)
        values: dict[str, object] = {
            "secret_hash": rotation.secret_hash,
            "old_secret_hash": case((promised, row.old_secret_hash), else_=row.secret_hash),
            "old_secret_until": case((promised, row.old_secret_until), else_=until),
        }
        unexpired = or_(row.expires_at.is_(None), row.expires_at > rotation.at)
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                key = await _change(connection, key_id, "key.rotated", rotation.at, values, unexpired)
                await _end_passes(connection, key_id, rotation.at, key.old_secret_until)
        return key

    async def revoke(self, key_id: str, at: datetime) -> AccessKey:
        """Let a key work no more.

        Raises:
            AccessKeyNotFound: there is none, or it is revoked already.
            StoreError: nothing was changed.
        """
        values: dict[str, object] = {
            "revoked_at": at,
            "old_secret_hash": None,  # nosec B105 # no password: there is none any more
            "old_secret_until": None,
        }
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                return await _change(connection, key_id, "key.revoked", at, values)

    async def limit(self, key_id: str, at: datetime, change: Callable[[str], str]) -> AccessKey:
        """Give a key the limits that `change` makes of its own ones.

        Raises:
            AccessKeyNotFound: there is none, or it is revoked.
            StoreError: nothing was changed.
        """
        row = AccessKeyRow
        # Locked where the database can: of two who change it at once, neither's change is lost.
        found = select(row.limits_json).where(row.id == key_id).with_for_update()
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                limits = change(await connection.scalar(found) or "")
                return await _change(connection, key_id, "key.limited", at, {"limits_json": limits or None})

    async def note_used(self, ids: Sequence[str], at: datetime, before: datetime) -> None:
        """Note when keys were used, of which that is not known since this moment.

        Raises:
            StoreError: the database failed.
        """
        row = AccessKeyRow
        long_ago = or_(row.last_used_at.is_(None), row.last_used_at <= before)
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(update(row).where(row.id.in_(ids), long_ago).values(last_used_at=at))


async def _change(
    connection: AsyncConnection,
    key_id: str,
    action: Action,
    at: datetime,
    values: dict[str, object],
    *where: ColumnElement[bool],
) -> AccessKey:
    row = AccessKeyRow
    statement = update(row).where(row.id == key_id, row.revoked_at.is_(None), *where).values(values)
    found = (await connection.execute(statement.returning(*COLUMNS))).mappings().one_or_none()
    if found is None:
        # The id is not repeated: somebody may have given the whole key.
        raise AccessKeyNotFound("there is no such key that works; `amends keys list` shows their ids", "ID")
    key = _key(found)
    await _record(connection, action, key.tenant, key.id, at)
    return key


async def _end_passes(connection: AsyncConnection, key_id: str, at: datetime, until: datetime | None) -> None:
    """Let the passes of a key work until a moment at the latest; none where that is not to come."""
    theirs = PassRow.key_id == key_id
    if until is None or until <= at:
        await connection.execute(delete(PassRow).where(theirs))
    else:
        await connection.execute(update(PassRow).where(theirs, PassRow.expires_at > until).values(expires_at=until))


async def _record(connection: AsyncConnection, action: Action, tenant: str, key_id: str, at: datetime) -> None:
    await record(connection, tenant, OPERATOR, action, key_id, figures={}, at=at)


def _row(key: AccessKey) -> dict[str, object]:
    return {
        "id": key.id,
        "tenant": key.tenant,
        "name": key.name,
        "scopes": " ".join(key.scopes),
        "secret_hash": key.secret_hash,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "limits_json": key.limits or None,
    }


def _key(row: RowMapping) -> AccessKey:
    scopes = row["scopes"].split()
    # A newer version may know more of them; here they would open nothing.
    values = dict(row)
    limits = values.pop("limits_json") or ""
    return AccessKey(**values | {"scopes": tuple(scope for scope in SCOPES if scope in scopes), "limits": limits})
