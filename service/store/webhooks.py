"""Keeps webhooks, and adds the events that they are to hear of."""

from __future__ import annotations

import json
import uuid
from datetime import datetime

from sqlalchemy import case, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from service.audit import Action
from service.errors import InvalidField, WebhookNotFound
from service.idempotency import Kept
from service.store.audit import record
from service.store.database import READS, explained_errors
from service.store.idempotency import keep_answer
from service.store.outbox import delete_deliveries
from service.store.owned import owned
from service.store.tables import DeliveryRow, WebhookRow
from service.webhooks.events import Event
from service.webhooks.registering import Renewal
from service.webhooks.schemas import Webhook

MOST_WEBHOOKS = 20  # of a tenant; each event is sent to every one of them
NO_WEBHOOK = "There is no webhook with this id."


class WebhookRepository:
    """The webhooks of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = async_sessionmaker(engine, expire_on_commit=False)
        self._reading = async_sessionmaker(engine.execution_options(**READS), expire_on_commit=False)

    async def add(self, tenant: str, webhook: Webhook, secret: str, actor: str, kept: Kept | None) -> None:
        """Keep a webhook with its secret, and the answer without it.

        Raises:
            InvalidField: there are `MOST_WEBHOOKS` already.
            KeyInUse: the answer may not be kept, and nothing was stored.
            StoreError: nothing was stored.
        """
        counted = select(func.count()).select_from(WebhookRow).where(WebhookRow.tenant == tenant)
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                # Two at once may make one more than that where the database lets both count: it does no harm.
                if (await session.scalar(counted) or 0) >= MOST_WEBHOOKS:
                    raise InvalidField(f"there are {MOST_WEBHOOKS} webhooks already, the most: delete one first", "url")
                session.add(_webhook_row(tenant, webhook, secret))
                await session.flush()
                await _record(session, tenant, actor, "webhook.created", webhook.id, at=webhook.created_at)
                if kept:
                    await keep_answer(session, kept)

    async def all(self, tenant: str) -> tuple[Webhook, ...]:
        """Every webhook of a tenant, the oldest first.

        Raises:
            StoreError: the database failed.
        """
        row = WebhookRow
        statement = select(row).where(row.tenant == tenant).order_by(row.created_at, row.id)
        with explained_errors(self._engine):
            async with self._reading() as session:
                return tuple(_webhook(each) for each in await session.scalars(statement))

    async def get(self, tenant: str, webhook_id: str) -> tuple[Webhook, str]:
        """A webhook and its secret.

        Raises:
            WebhookNotFound: there is none.
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._reading() as session:
                row = await session.scalar(select(WebhookRow).where(owned(WebhookRow, tenant, webhook_id)))
        if row is None:
            raise WebhookNotFound(NO_WEBHOOK)
        return _webhook(row), row.secret

    async def delete(self, tenant: str, webhook_id: str, actor: str, now: datetime) -> None:
        """Delete a webhook with all that is on its way to it.

        Raises:
            WebhookNotFound: there is none.
            StoreError: the database failed.
        """
        await self.get(tenant, webhook_id)
        with explained_errors(self._engine):
            await delete_deliveries(self._engine, DeliveryRow.webhook_id == webhook_id)
            async with self._writing.begin() as session:
                gone = delete(WebhookRow).where(owned(WebhookRow, tenant, webhook_id)).returning(WebhookRow.id)
                if await session.scalar(gone) is None:  # somebody else deleted it meanwhile
                    raise WebhookNotFound(NO_WEBHOOK)
                await _record(session, tenant, actor, "webhook.deleted", webhook_id, at=now)

    async def renew_secret(self, tenant: str, webhook_id: str, renewal: Renewal, actor: str, kept: Kept | None) -> None:
        """Let a new secret sign, and along with it the old one for a while.

        Where an older one still signs it stays, to its own end, and the one in between goes.

        Raises:
            WebhookNotFound: there is none.
            KeyInUse: the answer may not be kept, and nothing was changed.
            StoreError: nothing was changed.
        """
        row = WebhookRow
        # The one that was promised its day: receivers may not have changed over from it yet.
        signs = row.old_secret_until > renewal.at
        until = literal(renewal.old_until, row.old_secret_until.type)
        values = {
            "secret": renewal.secret,
            "old_secret": case((signs, row.old_secret), else_=row.secret),
            "old_secret_until": case((signs, row.old_secret_until), else_=until),
        }
        statement = update(row).where(owned(WebhookRow, tenant, webhook_id)).values(values).returning(row.id)
        with explained_errors(self._engine):
            async with self._writing.begin() as session:
                if await session.scalar(statement) is None:
                    raise WebhookNotFound(NO_WEBHOOK)
                await _record(session, tenant, actor, "webhook.secret_renewed", webhook_id, at=renewal.at)
                if kept:
                    await keep_answer(session, kept)


async def announce(session: AsyncSession, tenant: str, event: Event) -> int:
    """Add a delivery for each webhook of the tenant that listens to the event, in the transaction of what happened.

    Gives how many there are. Whoever wants them sent at once, and not within a second, wakes the `Deliveries` after
    the commit.
    """
    # Locked where the database can: a webhook that is deleted meanwhile would break the transaction of the caller.
    webhooks = select(WebhookRow.id, WebhookRow.events_json).where(WebhookRow.tenant == tenant)
    rows = await session.execute(webhooks.with_for_update(read=True, key_share=True))
    listening = [webhook_id for webhook_id, events in rows if event.name in json.loads(events)]
    session.add_all(delivery_row(tenant, webhook_id, event, uuid.uuid4().hex) for webhook_id in listening)
    return len(listening)


async def _record(session: AsyncSession, tenant: str, actor: str, action: Action, about: str, *, at: datetime) -> None:
    await record(session, tenant, actor, action, about, figures={}, at=at)


def _webhook_row(tenant: str, webhook: Webhook, secret: str) -> WebhookRow:
    return WebhookRow(
        id=webhook.id,
        tenant=tenant,
        created_at=webhook.created_at,
        url=webhook.url,
        events_json=json.dumps(webhook.events),
        secret=secret,
    )


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook(id=row.id, url=row.url, events=tuple(json.loads(row.events_json)), created_at=row.created_at)


def delivery_row(tenant: str, webhook_id: str, event: Event, delivery_id: str) -> DeliveryRow:
    """An event on its way to one webhook, due at once."""
    return DeliveryRow(
        id=delivery_id,
        tenant=tenant,
        webhook_id=webhook_id,
        event=event.name,
        about=event.about,
        body=event.body,
        created_at=event.at,
        status="pending",
        tries=0,
        next_at=event.at,
    )
