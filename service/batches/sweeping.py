"""Puts right what a process left behind that died over a batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from service.batches.intake import Told, tell
from service.jobs.queue import JobQueue

LATE = timedelta(seconds=10)  # after which the engine should have heard of a batch
ABANDONED = timedelta(hours=1)  # after which nobody is still taking one in
MOST_AT_ONCE = 100
log = structlog.get_logger()


class LeftBehind(Told, Protocol):
    """Where batches are taken in."""

    async def not_enqueued(self, before: datetime, limit: int) -> list[str]:
        """Batches of which the engine may not have heard."""

    async def discard_abandoned(self, before: datetime) -> None:
        """Delete what was begun before this moment and never accepted."""


class Unmarked(Protocol):
    """Where batches are worked off."""

    async def ended(self, limit: int) -> list[str]:
        """Batches of which nothing is left to be done, though they are not marked as finished."""

    async def finish(self, batch_id: str, at: datetime) -> bool:
        """Mark one as finished, unless somebody else did."""


class BatchSweep:
    """Tells the engine of batches that it has not heard of, finishes the ended ones, and deletes the abandoned ones."""

    def __init__(self, left: LeftBehind, unmarked: Unmarked, queue: JobQueue, clock: Callable[[], datetime]) -> None:
        self._left = left
        self._unmarked = unmarked
        self._queue = queue
        self._clock = clock

    async def __call__(self) -> None:
        """Sweep once; in how many processes at once does not matter.

        Raises:
            StoreError: something was left, for the next time.
        """
        now = self._clock()
        for batch_id in await self._left.not_enqueued(now - LATE, MOST_AT_ONCE):
            await tell(self._left, self._queue, batch_id)
            log.info("batch.told_late", batch_id=batch_id)
        # Where the last draft came late: it was tried again by itself, after the chunk that it is of had ended.
        for batch_id in await self._unmarked.ended(MOST_AT_ONCE):
            await self._unmarked.finish(batch_id, self._clock())
        await self._left.discard_abandoned(now - ABANDONED)
