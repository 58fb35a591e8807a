"""The sweep: what a process left behind that died over a batch."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from service.batches.sweeping import ABANDONED, LATE, BatchSweep
from service.errors import StoreError
from service.jobs.queue import ChunkJob
from tests.service.parts import NOW, NotedQueue


class Left:
    """Two batches that the engine has not heard of, and one that has ended."""

    def __init__(self) -> None:
        self.late = ["a", "b"]
        self.abandoned_before: datetime | None = None
        self.finished: list[tuple[str, datetime]] = []

    async def not_enqueued(self, before: datetime, limit: int) -> list[str]:
        """The late ones."""
        assert (before, limit > 1) == (NOW - LATE, True)
        return list(self.late)

    async def chunks(self, batch_id: str) -> list[ChunkJob]:
        """One each."""
        return [ChunkJob(batch_id, 1, 9)]

    async def mark_enqueued(self, batch_id: str) -> None:
        """Late no more."""
        self.late.remove(batch_id)

    async def discard_abandoned(self, before: datetime) -> None:
        """Note it."""
        self.abandoned_before = before

    async def ended(self, limit: int) -> list[str]:
        """One."""
        return ["c"][:limit]

    async def finish(self, batch_id: str, at: datetime) -> bool:
        """Note it."""
        self.finished.append((batch_id, at))
        return True


def test_a_round() -> None:
    """Late batches are told and marked, ended ones finished, old remains deleted."""
    left, queue = Left(), NotedQueue()
    asyncio.run(BatchSweep(left, left, queue, lambda: NOW)())
    assert queue.jobs == [ChunkJob("a", 1, 9), ChunkJob("b", 1, 9)]
    assert (left.late, left.finished, left.abandoned_before) == ([], [("c", NOW)], NOW - ABANDONED)
    assert timedelta(minutes=30) < ABANDONED, "an upload of 64 MiB over a slow line is none"


def test_an_engine_that_cannot_be_told() -> None:
    """The batch stays late, for the next round."""
    left = Left()

    async def sweep() -> None:
        try:
            await BatchSweep(left, left, NotedQueue(StoreError("locked")), lambda: NOW)()
        except StoreError:
            return
        raise AssertionError

    asyncio.run(sweep())
    assert left.late == ["a", "b"]
