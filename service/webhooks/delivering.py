"""Delivers the events that wait: takes the due ones under a lease, sends them side by side, and notes how it ended."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from service.errors import StoreError
from service.webhooks.retrying import Settlement, Tried, settled
from service.webhooks.sending import Parcel

POLL_S = 1.0
PAUSE_S = 5.0  # after a fault of the database
LEASE = timedelta(seconds=60)  # a try takes a quarter of it at most; then its process is dead, and another may try
AT_ONCE = 64
AT_ONCE_FOR_ONE = 4  # webhook: a slow one does not hold up the others
GRACE_S = 5.0  # at the end, for what is under way
TIDIED_EVERY = timedelta(minutes=10)
log = structlog.get_logger()


class Outbox(Protocol):
    """Where deliveries are kept, for every process that delivers."""

    async def due(self, now: datetime) -> Sequence[str]:
        """The webhooks that have something to be tried now."""

    async def take(self, webhook_id: str, most: int, owner: str, now: datetime, until: datetime) -> Sequence[Parcel]:
        """Lease what is due of a webhook, the longest due first; `owner` is a name that no lease had before."""

    async def settle(self, delivery_id: str, owner: str, settlement: Settlement) -> bool:
        """Note how a try ended; False where another lease holds by now, or none, or the delivery is gone."""

    async def release(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Give leases back, for others to try at once; what was not seen to its end counts as no try."""

    async def tidy(self, now: datetime) -> None:
        """Delete what nobody will ask for any more."""


class Sender(Protocol):
    """What sends one event."""

    async def send(self, parcel: Parcel, now: datetime) -> Tried:
        """Try once."""


class Deliveries:
    """Delivers from `start` to `aclose`; any number of processes may do so over one database.

    An event is delivered at least once: who dies between sending and noting it leaves it to be sent again.
    """

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        clock: Callable[[], datetime],
        *,
        chance: Callable[[], float] = random.random,
        at_once: int = AT_ONCE,
        poll_s: float = POLL_S,
        grace_s: float = GRACE_S,
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._chance = chance
        self._at_once = at_once
        self._poll_s = poll_s
        self._grace_s = grace_s
        self._under_way: dict[asyncio.Task[None], Parcel] = {}
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._polling: asyncio.Task[None] | None = None
        self._ending = False
        self._tidied: datetime | None = None

    def start(self) -> None:
        """Begin to deliver, in the running loop."""
        self._loop = asyncio.get_running_loop()
        self._polling = asyncio.create_task(self._poll())

    def wake(self) -> None:
        """Look at once for what is due; from any thread, and of no effect where nothing runs."""
        if self._loop:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._woken.set)

    async def aclose(self) -> None:
        """Take no more, let what is under way end for a moment, and give the rest back for others to try at once."""
        if self._polling is None:
            return
        self._ending = True
        self._woken.set()
        # Not cancelled in the middle of a statement, which would cost the connection.
        await asyncio.wait({self._polling}, timeout=self._grace_s)
        self._polling.cancel()
        await asyncio.wait({self._polling})
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=self._grace_s)
        late = dict(self._under_way)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        if late:
            await self._release(list(late.values()))

    async def _release(self, parcels: Sequence[Parcel]) -> None:
        try:
            await self._outbox.release(parcels, self._clock())
        except StoreError as error:  # then the leases run out
            log.warning("webhook.not_released", detail=str(error))

    async def _poll(self) -> None:
        while not self._ending:
            self._woken.clear()
            pause = self._poll_s
            try:
                await self._take_what_is_due()
                await self._tidy()
            except StoreError as error:
                log.warning("webhook.store_failed", detail=str(error))
                pause = PAUSE_S
            except Exception as error:  # noqa: BLE001 - a poller that died unseen would keep every event back
                log.warning("webhook.crashed", error=type(error).__name__)
                pause = PAUSE_S
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    async def _take_what_is_due(self) -> None:
        busy = Counter(parcel.webhook_id for parcel in self._under_way.values())
        # The least busy first, so that a slow webhook never takes the last places.
        for webhook_id in sorted(await self._outbox.due(self._clock()), key=lambda each: busy[each]):
            room = min(AT_ONCE_FOR_ONE - busy[webhook_id], self._at_once - len(self._under_way))
            if room > 0:
                now = self._clock()
                # Of this lease alone: a try that a replay overtook may not speak for the one that came after it.
                owner = uuid.uuid4().hex
                for parcel in await self._outbox.take(webhook_id, room, owner, now, now + LEASE):
                    self._begin(parcel)

    def _begin(self, parcel: Parcel) -> None:
        task = asyncio.create_task(self._deliver(parcel))
        self._under_way[task] = parcel
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._woken.set()
        if not task.cancelled() and (error := task.exception()):
            detail = str(error) if isinstance(error, StoreError) else None
            log.error("webhook.not_settled", error=type(error).__name__, detail=detail)

    async def _deliver(self, parcel: Parcel) -> None:
        """Send one, and note how that ended; what cannot be noted is sent again when its lease has run out."""
        tried = await self._sender.send(parcel, self._clock())
        settlement = settled(tried, parcel.tries, self._clock(), self._chance())
        noted = await self._outbox.settle(parcel.delivery_id, parcel.owner, settlement)
        log.info(
            "webhook.tried",
            webhook_id=parcel.webhook_id,
            delivery_id=parcel.delivery_id,
            tries=parcel.tries,
            status=settlement.status,
            fault=settlement.fault,
            noted=noted,
        )

    async def _tidy(self) -> None:
        now = self._clock()
        if self._tidied is None or now - self._tidied >= TIDIED_EVERY:
            self._tidied = now
            await self._outbox.tidy(now)


@asynccontextmanager
async def delivering(deliveries: Deliveries) -> AsyncIterator[None]:
    """Deliver as long as the block lasts."""
    deliveries.start()
    try:
        yield
    finally:
        await deliveries.aclose()
