"""What callers do with webhooks: register, renew a secret, try one out, and replay what it missed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service.idempotency import Kept, unkept
from service.webhooks.events import EVENT_NAMES, webhook_tested
from service.webhooks.schemas import Delivery, DeliveryPage, DeliveryQuery, Webhook, WebhookInput, WebhookWithSecret
from service.webhooks.sending import new_secret
from service.webhooks.targets import Targets

OLD_SECRET_SIGNS = timedelta(hours=24)  # so that receivers can change over without missing an event


@dataclass(frozen=True, slots=True)
class Renewal:
    """A new secret; the one before signs along until `old_until`, but where an older one still does, that one alone."""

    secret: str
    at: datetime
    old_until: datetime


class WebhookStore(Protocol):
    """Where webhooks are kept; what is `kept` is kept with it, or neither."""

    async def add(self, tenant: str, webhook: Webhook, secret: str, actor: str, kept: Kept | None) -> None:
        """Keep one."""

    async def all(self, tenant: str) -> tuple[Webhook, ...]:
        """Every one, the oldest first."""

    async def get(self, tenant: str, webhook_id: str) -> tuple[Webhook, str]:
        """One with its secret."""

    async def delete(self, tenant: str, webhook_id: str, actor: str, now: datetime) -> None:
        """Delete one with all that is on its way to it."""

    async def renew_secret(self, tenant: str, webhook_id: str, renewal: Renewal, actor: str, kept: Kept | None) -> None:
        """Let a new secret sign."""


class DeliveryStore(Protocol):
    """Where deliveries are kept."""

    async def add(self, tenant: str, delivery: Delivery, body: str, kept: Kept | None) -> None:
        """Put one on its way."""

    async def page(self, tenant: str, query: DeliveryQuery) -> DeliveryPage:
        """Some, the newest first."""

    async def get(self, tenant: str, delivery_id: str) -> Delivery:
        """One."""

    async def replay(self, tenant: str, replayed: Delivery, actor: str, now: datetime, kept: Kept | None) -> None:
        """Begin one anew."""


class Webhooks:
    """The webhooks of each tenant; `wake` is called when something is to be sent at once."""

    def __init__(
        self,
        webhooks: WebhookStore,
        deliveries: DeliveryStore,
        targets: Targets,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._targets = targets
        self._clock = clock
        self._wake = wake

    async def create(
        self, tenant: str, asked: WebhookInput, actor: str, keep: Callable[[Webhook], Kept | None] = unkept
    ) -> Webhook:
        """Register a URL. Where its name leads is seen at each connection, not now.

        Raises:
            InvalidField: the URL may not be called, or there are too many.
            KeyInUse, StoreError: nothing was stored.
        """
        self._targets.check(asked.url)
        events = tuple(name for name in EVENT_NAMES if name in (asked.events or EVENT_NAMES))  # each once
        webhook = Webhook(id=uuid.uuid4().hex, url=asked.url, events=events, created_at=self._clock())
        await self._webhooks.add(tenant, webhook, new_secret(), actor, keep(webhook))
        return webhook

    async def with_secret(self, tenant: str, webhook_id: str) -> WebhookWithSecret:
        """A webhook with the secret that signs now.

        Raises:
            WebhookNotFound, StoreError: it could not be read.
        """
        webhook, secret = await self._webhooks.get(tenant, webhook_id)
        return WebhookWithSecret(**dict(webhook), secret=secret)

    async def list(self, tenant: str) -> tuple[Webhook, ...]:
        """Every webhook, the oldest first.

        Raises:
            StoreError: they could not be read.
        """
        return await self._webhooks.all(tenant)

    async def delete(self, tenant: str, webhook_id: str, actor: str) -> None:
        """Delete a webhook with all that is on its way to it.

        Raises:
            WebhookNotFound, StoreError: it could not be deleted.
        """
        await self._webhooks.delete(tenant, webhook_id, actor, self._clock())

    async def renew_secret(
        self, tenant: str, webhook_id: str, actor: str, keep: Callable[[Webhook], Kept | None] = unkept
    ) -> Webhook:
        """Give a webhook a new secret; for a day, the old one signs too.

        Renewed again within that day, the one in between signs no more: the first may still be in use.

        Raises:
            WebhookNotFound, KeyInUse, StoreError: nothing was changed.
        """
        webhook, _ = await self._webhooks.get(tenant, webhook_id)
        now = self._clock()
        renewal = Renewal(new_secret(), now, now + OLD_SECRET_SIGNS)
        await self._webhooks.renew_secret(tenant, webhook_id, renewal, actor, keep(webhook))
        return webhook

    async def test(self, tenant: str, webhook_id: str, keep: Callable[[Delivery], Kept | None] = unkept) -> Delivery:
        """Send a webhook the event `webhook.test`, in the way of every other.

        Raises:
            WebhookNotFound, KeyInUse, StoreError: nothing is sent.
        """
        event = webhook_tested(webhook_id, self._clock())
        delivery = Delivery(
            id=uuid.uuid4().hex,
            webhook_id=webhook_id,
            event=event.name,
            about=event.about,
            status="pending",
            tries=0,
            created_at=event.at,
            next_at=event.at,
            delivered_at=None,
            fault=None,
        )
        await self._deliveries.add(tenant, delivery, event.body, keep(delivery))
        self._wake()
        return delivery

    async def deliveries(self, tenant: str, query: DeliveryQuery) -> DeliveryPage:
        """A page of deliveries, the newest first.

        Raises:
            StoreError: they could not be read.
        """
        return await self._deliveries.page(tenant, query)

    async def replay(
        self, tenant: str, delivery_id: str, actor: str, keep: Callable[[Delivery], Kept | None] = unkept
    ) -> Delivery:
        """Begin a delivery anew, whatever became of it; the receiver knows it again by its id.

        Raises:
            DeliveryNotFound, KeyInUse, StoreError: nothing is sent.
        """
        now = self._clock()
        found = await self._deliveries.get(tenant, delivery_id)
        anew: dict[str, object] = {"status": "pending", "tries": 0, "next_at": now, "delivered_at": None}
        replayed = found.model_copy(update=anew)
        await self._deliveries.replay(tenant, replayed, actor, now, keep(replayed))
        self._wake()
        return replayed
