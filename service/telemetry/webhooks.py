"""Watches events being delivered: how each try ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from service.telemetry.harmless import harmless
from service.telemetry.meters import Meters
from service.webhooks.delivering import Outbox
from service.webhooks.retrying import DeliveryStatus, Settlement
from service.webhooks.sending import Parcel

OUTCOMES: Mapping[DeliveryStatus, str] = {"delivered": "delivered", "pending": "to_be_retried", "dead": "dead"}


class WatchedOutbox:
    """An outbox whose settlements are counted."""

    def __init__(self, outbox: Outbox, meters: Meters) -> None:
        self._outbox = outbox
        self._tries = {status: meters.webhook_tries.labels(outcome) for status, outcome in OUTCOMES.items()}

    async def due(self, now: datetime) -> Sequence[str]:
        """As the outbox does."""
        return await self._outbox.due(now)

    async def take(self, webhook_id: str, most: int, owner: str, now: datetime, until: datetime) -> Sequence[Parcel]:
        """As the outbox does."""
        return await self._outbox.take(webhook_id, most, owner, now, until)

    async def settle(self, delivery_id: str, owner: str, settlement: Settlement) -> bool:
        """As the outbox does."""
        noted = await self._outbox.settle(delivery_id, owner, settlement)
        with harmless():
            if noted:
                self._tries[settlement.status].inc()
        return noted

    async def release(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """As the outbox does."""
        await self._outbox.release(parcels, now)

    async def tidy(self, now: datetime) -> None:
        """As the outbox does."""
        await self._outbox.tidy(now)
