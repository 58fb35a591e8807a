"""Keeps webhooks, and adds the events that they are to hear of."""

from __future__ import annotations

import json
import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import DeliveryRow, WebhookRow
from service.webhooks.events import Event


async def announce(session: AsyncSession, tenant: str, event: Event) -> int:
    """Add a delivery for each webhook of the tenant that listens to the event, in the transaction of what happened.

    Gives how many there are. Whoever wants them sent at once, and not within a second, wakes the `Deliveries` after
    the commit.
    """
    # Locked where the database can: a webhook that is deleted meanwhile would break the transaction of the caller.
    webhooks = select(WebhookRow.id, WebhookRow.events_json).where(WebhookRow.tenant == tenant)
    rows = await session.execute(webhooks.with_for_update(read=True, key_share=True))
    listening = [webhook_id for webhook_id, events in rows if event.name in json.loads(events)]
    session.add_all(delivery_row(tenant, webhook_id, event) for webhook_id in listening)
    return len(listening)


def delivery_row(tenant: str, webhook_id: str, event: Event) -> DeliveryRow:
    """An event on its way to one webhook, due at once."""
    return DeliveryRow(
        id=uuid.uuid4().hex,
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
