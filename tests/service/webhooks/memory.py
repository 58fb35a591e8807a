"""Webhooks and deliveries kept in memory."""

from __future__ import annotations

from datetime import datetime

from service.errors import DeliveryNotFound, WebhookNotFound
from service.idempotency import Kept
from service.webhooks.registering import Renewal, Webhooks
from service.webhooks.schemas import Delivery, DeliveryPage, DeliveryQuery, Webhook
from service.webhooks.targets import Targets
from tests.service.parts import NOW


class MemoryWebhooks:
    """Keeps webhooks with their secrets; no answers."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Webhook, str]] = {}

    async def add(self, tenant: str, webhook: Webhook, secret: str, actor: str, kept: Kept | None) -> None:
        """Keep one."""
        del tenant, actor, kept
        self.kept[webhook.id] = (webhook, secret)

    async def all(self, tenant: str) -> tuple[Webhook, ...]:
        """Every one."""
        del tenant
        return tuple(webhook for webhook, _ in self.kept.values())

    async def get(self, tenant: str, webhook_id: str) -> tuple[Webhook, str]:
        """One with its secret."""
        del tenant
        if webhook_id not in self.kept:
            raise WebhookNotFound("There is no webhook with this id.")
        return self.kept[webhook_id]

    async def delete(self, tenant: str, webhook_id: str, actor: str, now: datetime) -> None:
        """Delete one."""
        del actor, now
        await self.get(tenant, webhook_id)
        del self.kept[webhook_id]

    async def renew_secret(self, tenant: str, webhook_id: str, renewal: Renewal, actor: str, kept: Kept | None) -> None:
        """Take a new secret."""
        del actor, kept
        webhook, _ = await self.get(tenant, webhook_id)
        self.kept[webhook_id] = (webhook, renewal.secret)


class MemoryDeliveries:
    """Keeps deliveries; no answers."""

    def __init__(self) -> None:
        self.kept: dict[str, Delivery] = {}

    async def add(self, tenant: str, delivery: Delivery, body: str, kept: Kept | None) -> None:
        """Keep one."""
        del tenant, body, kept
        self.kept[delivery.id] = delivery

    async def page(self, tenant: str, query: DeliveryQuery) -> DeliveryPage:
        """All of a status."""
        del tenant
        found = tuple(each for each in self.kept.values() if each.status == query.status)
        return DeliveryPage(deliveries=found, next=None)

    async def get(self, tenant: str, delivery_id: str) -> Delivery:
        """One."""
        del tenant
        if delivery_id not in self.kept:
            raise DeliveryNotFound("There is no delivery with this id.")
        return self.kept[delivery_id]

    async def replay(self, tenant: str, replayed: Delivery, actor: str, now: datetime, kept: Kept | None) -> None:
        """Take it as it is."""
        del tenant, actor, now, kept
        self.kept[replayed.id] = replayed


def memory_webhooks() -> Webhooks:
    """What callers do with webhooks, where nothing is ever sent."""
    return Webhooks(MemoryWebhooks(), MemoryDeliveries(), Targets(), lambda: NOW, lambda: None)
