"""Lost chunks are found, batch by batch."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from service.batches.recovering import LOST_AFTER, LostChunks, Tries
from service.jobs.queue import ChunkJob
from tests.service.parts import NOW


class Known:
    """Batches with one unfinished chunk each, or none, and an engine that has lost them all."""

    def __init__(self) -> None:
        self.resent: list[Mapping[ChunkJob, Tries]] = []

    async def running(self, before: datetime, limit: int) -> list[str]:
        """Two."""
        assert before == NOW - LOST_AFTER
        return ["a", "done"][:limit]

    async def left(self, batch_id: str) -> dict[ChunkJob, Tries]:
        """One chunk, or none."""
        return {} if batch_id == "done" else {ChunkJob(batch_id, 1, 9): {"d": 1}}

    async def resend_chunks(self, chunks: Mapping[ChunkJob, Tries]) -> list[ChunkJob]:
        """Note them."""
        self.resent.append(chunks)
        return list(chunks)


def test_a_round() -> None:
    """The engine is asked about each batch in which something is left."""
    known = Known()
    asyncio.run(LostChunks(known, known, lambda: NOW).find())
    assert known.resent == [{ChunkJob("a", 1, 9): {"d": 1}}]
