"""Finds chunks that the engine knows nothing of any more, though cases in them are unfinished."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from service.jobs.queue import ChunkJob

EVERY_S = 60.0
LOST_AFTER = timedelta(minutes=10)  # what is younger is seldom lost
MOST_BATCHES = 20  # looked at in one round
Tries = Mapping[str, int]  # how often each draft was begun
log = structlog.get_logger()


class Unfinished(Protocol):
    """Where batches are worked off."""

    async def running(self, before: datetime, limit: int) -> list[str]:
        """Batches that were begun before this moment, of which the engine has heard, the oldest first."""

    async def left(self, batch_id: str) -> dict[ChunkJob, Tries]:
        """The chunks of a batch in which drafts are unfinished, and those."""


class Engine(Protocol):
    """What the engine is asked for here."""

    async def lost_chunks(self, chunks: Mapping[ChunkJob, Tries]) -> list[ChunkJob]:
        """Those that it knows nothing of any more."""

    async def resend_chunks(self, chunks: Collection[ChunkJob]) -> None:
        """Tell the engine anew of chunks that are lost."""


class LostChunks:
    """Finds what was lost with the engine's own tables, or ended by a mistake of ours."""

    def __init__(self, unfinished: Unfinished, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._unfinished = unfinished
        self._engine = engine
        self._clock = clock

    async def find(self) -> None:
        """One round.

        Raises:
            StoreError: a database failed.
        """
        for batch_id in await self._unfinished.running(self._clock() - LOST_AFTER, MOST_BATCHES):
            left = await self._unfinished.left(batch_id)
            if left and (missing := await self._engine.lost_chunks(left)):
                # A draft that was begun again meanwhile is known by another id.
                still = await self._unfinished.left(batch_id)
                if lost := [chunk for chunk in missing if still.get(chunk) == left[chunk]]:
                    await self._engine.resend_chunks(lost)
                    log.warning("batch.found_lost", batch_id=batch_id, chunks=len(lost))
