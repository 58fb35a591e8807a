"""Tells the engine of accepted cases that it has not heard of or has lost, and lets it forget what has ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from service.jobs.queue import DraftJob, JobQueue

EVERY_S = 5.0
HEARD_AFTER = timedelta(seconds=10)  # who accepted it has told the engine by then, or is dead
MOST = 500  # at once
LOST_AFTER = timedelta(minutes=10)  # what is younger is seldom lost, and what waits is looked at again and again
MOST_LOOKED_AT = 100  # at once
# Long enough to look at what went wrong; nothing else needs it, and it grows with every draft.
FORGOTTEN_AFTER = timedelta(hours=1)
log = structlog.get_logger()


class Jobs(Protocol):
    """Where accepted cases are kept."""

    async def not_enqueued(self, before: datetime, limit: int) -> list[str]:
        """Jobs that were accepted before this moment and that the engine may not have heard of."""

    async def mark_enqueued(self, *ids: str) -> None:
        """Note that the engine has heard of these jobs."""

    async def unfinished(self, before: datetime, after: str, limit: int) -> dict[str, int]:
        """Jobs that were accepted before this moment and that the engine has heard of, with their tries, by id."""


class Engine(JobQueue, Protocol):
    """What the engine is asked for here."""

    async def lost(self, tries: Mapping[str, int]) -> list[str]:
        """Those of these drafts that it knows nothing of any more, after so many tries of each."""

    async def resend(self, tries: Mapping[str, int]) -> None:
        """Tell the engine anew of drafts that are lost."""

    async def forget(self, before: datetime) -> int:
        """Delete some of the workflows that ended before."""


class Sweep:
    """Looks after what whoever accepted it could not."""

    def __init__(self, jobs: Jobs, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._jobs = jobs
        self._engine = engine
        self._clock = clock
        self._looked_at = ""

    async def sweep(self) -> None:
        """One round.

        Raises:
            StoreError: a database failed.
        """
        now = self._clock()
        if found := await self._jobs.not_enqueued(now - HEARD_AFTER, MOST):
            await self._engine.enqueue(*map(DraftJob, found))
            await self._jobs.mark_enqueued(*found)
            log.info("sweep.enqueued", drafts=len(found))
        await self._find_lost(now)
        await self._engine.forget(now - FORGOTTEN_AFTER)

    async def _find_lost(self, now: datetime) -> None:
        """Look at some of what should be under way, and at the next ones in the next round."""
        looked_at = self._looked_at
        unfinished = await self._jobs.unfinished(now - LOST_AFTER, looked_at, MOST_LOOKED_AT)
        self._looked_at = max(unfinished) if len(unfinished) == MOST_LOOKED_AT else ""
        if unfinished and (missing := await self._engine.lost(unfinished)):
            # What was begun again meanwhile is known by another id, and what ended is not needed.
            still = await self._jobs.unfinished(now - LOST_AFTER, looked_at, MOST_LOOKED_AT)
            if lost := {each: still[each] for each in missing if still.get(each) == unfinished[each]}:
                await self._engine.resend(lost)
                log.warning("sweep.found_lost", drafts=len(lost))
