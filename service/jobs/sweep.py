"""Tells the engine of accepted cases that it may not have heard of, and lets it forget what has ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from service.jobs.queue import DraftJob, JobQueue

EVERY_S = 5.0
HEARD_AFTER = timedelta(seconds=10)  # who accepted it has told the engine by then, or is dead
MOST = 500  # at once
# Long enough to look at what went wrong; nothing else needs it, and it grows with every draft.
FORGOTTEN_AFTER = timedelta(hours=1)
log = structlog.get_logger()


class Jobs(Protocol):
    """Where accepted cases are kept."""

    async def not_enqueued(self, before: datetime, limit: int) -> list[str]:
        """Jobs that were accepted before this moment and that the engine may not have heard of."""

    async def mark_enqueued(self, *ids: str) -> None:
        """Note that the engine has heard of these jobs."""


class Engine(JobQueue, Protocol):
    """What the engine is asked for here."""

    async def forget(self, before: datetime) -> int:
        """Delete some of the workflows that ended before."""


class Sweep:
    """Looks after what whoever accepted it could not."""

    def __init__(self, jobs: Jobs, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._jobs = jobs
        self._engine = engine
        self._clock = clock

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
        await self._engine.forget(now - FORGOTTEN_AFTER)
