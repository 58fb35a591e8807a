"""Lost chunks are found, batch by batch."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime

from service.batches.recovering import LOST_AFTER, LostChunks, Tries
from service.jobs.queue import ChunkJob
from tests.service.parts import NOW


class Known:
    """Batches with one unfinished chunk each, or none, and an engine that has lost them all; tries may go on."""

    def __init__(self, tries: int = 1, *, begun_again: bool = False) -> None:
        self.tries = tries
        self.begun_again = begun_again
        self.resent: list[ChunkJob] = []

    async def running(self, before: datetime, limit: int) -> list[str]:
        """Two."""
        assert before == NOW - LOST_AFTER
        return ["a", "done"][:limit]

    async def left(self, batch_id: str) -> dict[ChunkJob, Tries]:
        """One chunk, or none."""
        return {} if batch_id == "done" else {ChunkJob(batch_id, 1, 9): {"d": self.tries}}

    async def lost_chunks(self, chunks: Mapping[ChunkJob, Tries]) -> list[ChunkJob]:
        """All."""
        assert chunks == {ChunkJob("a", 1, 9): {"d": self.tries}}
        self.tries += self.begun_again
        return list(chunks)

    async def resend_chunks(self, chunks: Collection[ChunkJob]) -> None:
        """Note them."""
        self.resent += chunks


def test_a_round() -> None:
    """The engine is asked about each batch in which something is left."""
    known = Known()
    asyncio.run(LostChunks(known, known, lambda: NOW).find())
    assert known.resent == [ChunkJob("a", 1, 9)]


def test_begun_again_meanwhile() -> None:
    """It only looked lost."""
    known = Known(begun_again=True)
    asyncio.run(LostChunks(known, known, lambda: NOW).find())
    assert known.resent == []
