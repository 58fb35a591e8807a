"""Lists deliveries, begins them anew, and puts a single one on its way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from service.errors import DeliveryNotFound, WebhookNotFound
from service.idempotency import Kept
from service.store.audit import record
from service.store.database import READS, explained_errors
from service.store.idempotency import keep_answer
from service.store.owned import owned
from service.store.tables import DeliveryRow, WebhookRow
from service.store.webhooks import NO_WEBHOOK, delivery_row
from service.webhooks.events import Event
from service.webhooks.retrying import DeliveryStatus
from service.webhooks.schemas import Delivery, DeliveryPage, DeliveryQuery, cursor_of

STATUS: TypeAdapter[DeliveryStatus] = TypeAdapter(DeliveryStatus)
NO_DELIVERY = "There is no delivery with this id."


class DeliveryRepository:
    """The deliveries of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = async_sessionmaker(engine, expire_on_commit=False)
        self._reading = async_sessionmaker(engine.execution_options(**READS), expire_on_commit=False)

    async def add(self, tenant: str, delivery: Delivery, body: str, kept: Kept | None) -> None:
        """Put an event on its way to one webhook, whatever that listens to.

        Raises:
            WebhookNotFound: there is none.
            KeyInUse: the answer may not be kept, and nothing was stored.
            StoreError: nothing was stored.
        """
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                target = select(WebhookRow.id).where(owned(WebhookRow, tenant, delivery.webhook_id))
                if await session.scalar(target.with_for_update(read=True, key_share=True)) is None:
                    raise WebhookNotFound(NO_WEBHOOK)
                event = Event(delivery.event, delivery.about, delivery.created_at, body)
                session.add(delivery_row(tenant, delivery.webhook_id, event, delivery.id))
                await session.flush()
                if kept:
                    await keep_answer(session, kept)

    async def page(self, tenant: str, query: DeliveryQuery) -> DeliveryPage:
        """A page of deliveries, the newest first.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._reading() as session:
                rows = list(await session.scalars(_page(tenant, query)))
        shown = rows[: query.limit]
        more = cursor_of(shown[-1].created_at, shown[-1].id) if len(rows) > query.limit else None
        return DeliveryPage(deliveries=tuple(_delivery(row) for row in shown), next=more)

    async def get(self, tenant: str, delivery_id: str) -> Delivery:
        """One delivery.

        Raises:
            DeliveryNotFound: there is none.
            StoreError: the database failed.
        """
        statement = select(DeliveryRow).where(owned(DeliveryRow, tenant, delivery_id))
        with explained_errors(self._engine):
            async with self._reading() as session:
                row = await session.scalar(statement)
        if row is None:
            raise DeliveryNotFound(NO_DELIVERY)
        return _delivery(row)

    async def replay(self, tenant: str, replayed: Delivery, actor: str, now: datetime, kept: Kept | None) -> None:
        """Begin a delivery anew, whatever became of it, under its old id.

        Raises:
            DeliveryNotFound: there is none.
            KeyInUse: the answer may not be kept, and nothing was changed.
            StoreError: nothing was changed.
        """
        row = DeliveryRow
        statement = (
            update(row)
            .where(owned(row, tenant, replayed.id))
            .values(status="pending", tries=0, next_at=now, delivered_at=None, owner=None, until=None)
            .returning(row.id)
        )
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                if await session.scalar(statement) is None:
                    raise DeliveryNotFound(NO_DELIVERY)
                await record(session, tenant, actor, "delivery.replayed", replayed.id, figures={}, at=now)
                if kept:
                    await keep_answer(session, kept)


def _page(tenant: str, query: DeliveryQuery) -> Select[DeliveryRow]:
    row = DeliveryRow
    statement = select(row).where(row.tenant == tenant, row.status == query.status)
    if query.after:
        microseconds, _, delivery_id = query.after.partition("-")
        at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(microseconds))
        statement = statement.where(
            row.created_at <= at, or_(row.created_at < at, and_(row.created_at == at, row.id < delivery_id))
        )
    return statement.order_by(row.created_at.desc(), row.id.desc()).limit(query.limit + 1)


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        webhook_id=row.webhook_id,
        event=row.event,
        about=row.about,
        status=STATUS.validate_python(row.status),
        tries=row.tries,
        created_at=row.created_at,
        next_at=row.next_at if row.status == "pending" else None,
        delivered_at=row.delivered_at,
        fault=row.fault,
    )
