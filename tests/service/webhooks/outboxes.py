"""Webhooks and deliveries in a real database, with receivers that a test controls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from service.audit import OPERATOR
from service.idempotency import DEFAULT_TENANT
from service.store.database import open_database
from service.store.deliveries import DeliveryRepository
from service.store.outbox import OutboxRepository
from service.store.webhooks import WebhookRepository, announce
from service.webhooks.delivering import Deliveries, Sender
from service.webhooks.events import Event, draft_finished
from service.webhooks.registering import Webhooks
from service.webhooks.retrying import Tried
from service.webhooks.schemas import WebhookInput
from service.webhooks.sending import Parcel
from service.webhooks.targets import Targets
from tests.service.keys import Time
from tests.service.parts import NOW

URL = "https://hooks.example.com/a"
FINISHED = draft_finished("draft-1", "ticket-7", "ready", NOW)


class GivenSender:
    """A sender that ends each try as it was told to, after `gate` where that is closed, and notes the parcels."""

    def __init__(self, *ends: Tried) -> None:
        self.sent: list[Parcel] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.held: set[str] = set()  # the webhooks that the gate holds up; all of them where it is empty
        self.crash: Exception | None = None
        self._ends = list(ends or (Tried(),))

    async def send(self, parcel: Parcel, now: datetime) -> Tried:
        """End as told."""
        del now
        self.sent.append(parcel)
        if not self.held or parcel.webhook_id in self.held:
            await self.gate.wait()
        if self.crash:
            raise self.crash
        return self._ends.pop(0) if len(self._ends) > 1 else self._ends[0]

    @property
    def ids(self) -> list[str]:
        """The delivery of each try."""
        return [parcel.delivery_id for parcel in self.sent]


class Row(NamedTuple):
    """A delivery as it stands in the database."""

    id: str
    status: str
    tries: int
    fault: str | None
    owner: str | None


class Post:
    """Everything about webhooks over one database, under a clock that a test moves."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.time = Time()
        self.sender = GivenSender()
        self.outbox = OutboxRepository(engine)
        self.store = WebhookRepository(engine)
        self.listed = DeliveryRepository(engine)
        self.woken = 0
        self.webhooks = Webhooks(self.store, self.listed, Targets(), self.time, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def deliveries(self, sender: Sender | None = None, grace_s: float = 0.5) -> Deliveries:
        """What delivers, not yet started."""
        chosen = sender or self.sender
        return Deliveries(self.outbox, chosen, self.time, chance=lambda: 0.5, poll_s=0.02, grace_s=grace_s)

    async def register(self, *events: str, url: str = URL, tenant: str = DEFAULT_TENANT) -> str:
        """The id of a new webhook."""
        asked = WebhookInput.model_validate({"url": url, "events": events or None}, strict=False)
        return (await self.webhooks.create(tenant, asked, OPERATOR)).id

    async def announce(self, *events: Event, tenant: str = DEFAULT_TENANT) -> int:
        """Add what webhooks are to hear of."""
        async with AsyncSession(self.engine) as session, session.begin():
            return sum([await announce(session, tenant, event) for event in events or (FINISHED,)])

    async def rows(self) -> list[Row]:
        """Every delivery, the oldest first."""
        statement = "SELECT id, status, tries, fault, owner FROM webhook_deliveries ORDER BY created_at, id"
        async with self.engine.connect() as connection:
            return [Row(*each) for each in await connection.execute(text(statement))]

    async def until(self, reached: Callable[[], Awaitable[bool]]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(20):
            while not await reached():  # noqa: ASYNC110 - what is waited for happens in a database
                await asyncio.sleep(0.01)

    async def until_statuses(self, *statuses: str) -> None:
        """Wait until the deliveries have these."""

        async def reached() -> bool:
            return sorted(row.status for row in await self.rows()) == sorted(statuses)

        await self.until(reached)

    async def until_settled(self, tries: int) -> None:
        """Wait until the only delivery has been tried so often, and that has been noted."""

        async def reached() -> bool:
            ((_, _, tried, _, owner),) = await self.rows()
            return (tried, owner) == (tries, None)

        await self.until(reached)

    async def until_sent(self, count: int, *senders: GivenSender) -> None:
        """Wait until so many tries were begun."""

        async def reached() -> bool:
            return sum(len(sender.sent) for sender in senders or (self.sender,)) >= count

        await self.until(reached)


@asynccontextmanager
async def post_over(url: str) -> AsyncIterator[Post]:
    """Webhooks over the database of a URL."""
    async with open_database(url) as engine:
        yield Post(engine)


def with_post(url: str, *works: Callable[[Post], Awaitable[None]]) -> None:
    """Do something with the webhooks of a database."""

    async def run() -> None:
        async with post_over(url) as post:
            for work in works:
                await work(post)

    asyncio.run(run())


def distinct(ids: Sequence[str]) -> bool:
    """Whether nothing was sent twice."""
    return len(set(ids)) == len(ids)
