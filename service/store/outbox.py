"""Leases the events that wait to whoever delivers them, and keeps how that ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, and_, delete, exists, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncEngine

from service.store.database import READS, explained_errors
from service.store.tables import DeliveryRow, WebhookRow
from service.webhooks.retrying import Settlement
from service.webhooks.sending import Parcel

KEPT = {"delivered": timedelta(days=3), "dead": timedelta(days=30)}
MOST_DELETED = 1_000  # in one transaction: others want to write too


class OutboxRepository:
    """What is on its way from one database, to the webhooks of all tenants."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**READS)

    async def due(self, now: datetime) -> Sequence[str]:
        """The webhooks that have something to be tried now.

        Raises:
            StoreError: the database failed.
        """
        row = DeliveryRow
        waits = exists().where(row.webhook_id == WebhookRow.id, row.status == "pending", row.next_at <= now)
        with explained_errors(self._engine):
            async with self._reading.connect() as connection:
                return list(await connection.scalars(select(WebhookRow.id).where(waits)))

    async def take(self, webhook_id: str, most: int, owner: str, now: datetime, until: datetime) -> Sequence[Parcel]:
        """Lease what is due of a webhook until a moment, the longest due first, and count the tries.

        Raises:
            StoreError: the database failed.
        """
        row = DeliveryRow
        due = (
            select(row.id)
            .where(row.webhook_id == webhook_id, row.status == "pending", row.next_at <= now)
            .order_by(row.next_at)
            .limit(most)
            .with_for_update(skip_locked=True)
            .cte("due")  # by itself it is evaluated once, and locks no more than it gives
        )
        statement = (
            update(row)
            .where(row.id.in_(select(due.c.id)))
            .values(owner=owner, until=until, next_at=until, tries=row.tries + 1)
            .returning(row.id, row.body, row.tries)
        )
        hook = WebhookRow
        target = select(hook.url, hook.secret, hook.old_secret, hook.old_secret_until).where(hook.id == webhook_id)
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                found = (await connection.execute(target)).one_or_none()
                if found is None:
                    return ()
                rows = (await connection.execute(statement)).all()
        old = (found.old_secret,) if found.old_secret_until and found.old_secret_until > now else ()
        secrets = (found.secret, *old)
        return [Parcel(each.id, webhook_id, found.url, secrets, each.body, each.tries, owner) for each in rows]

    async def settle(self, delivery_id: str, owner: str, settlement: Settlement) -> bool:
        """Note how a try ended; False where another lease holds by now, or none, or the delivery is gone.

        Raises:
            StoreError: the database failed.
        """
        row = DeliveryRow
        statement = (
            update(row)
            .where(row.id == delivery_id, row.owner == owner)
            .values(
                status=settlement.status,
                next_at=settlement.next_at,
                delivered_at=settlement.next_at if settlement.status == "delivered" else None,
                fault=settlement.fault,
                owner=None,
                until=None,
            )
            .returning(row.id)
        )
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                return await connection.scalar(statement) is not None

    async def release(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Give leases back, for others to try at once; what was not seen to its end counts as no try.

        Raises:
            StoreError: the database failed.
        """
        row = DeliveryRow
        leases = [(parcel.delivery_id, parcel.owner) for parcel in parcels]
        statement = update(row).where(tuple_(row.id, row.owner).in_(leases))
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(statement.values(owner=None, until=None, next_at=now, tries=row.tries - 1))

    async def tidy(self, now: datetime) -> None:
        """Delete what was delivered or died long ago, and the secrets that sign no more.

        Raises:
            StoreError: the database failed.
        """
        row, hook = DeliveryRow, WebhookRow
        with explained_errors(self._engine):
            async with self._reading.connect() as connection:
                ids = list(await connection.scalars(select(hook.id)))
            for webhook_id in ids:
                for status, kept in KEPT.items():
                    await delete_deliveries(
                        self._engine,
                        and_(row.webhook_id == webhook_id, row.status == status, row.next_at <= now - kept),
                    )
            async with self._engine.begin() as connection:
                expired = update(hook).where(hook.old_secret_until <= now)
                await connection.execute(expired.values(old_secret=None, old_secret_until=None))


async def delete_deliveries(engine: AsyncEngine, which: ColumnElement[bool]) -> None:
    """Delete deliveries, some at a time."""
    portion = select(DeliveryRow.id).where(which).limit(MOST_DELETED)
    deleted = MOST_DELETED
    while deleted == MOST_DELETED:
        async with engine.begin() as connection:
            result = await connection.execute(delete(DeliveryRow).where(DeliveryRow.id.in_(portion)))
            deleted = cast("CursorResult[tuple[()]]", result).rowcount
