"""Works a batch off, some lines at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from service.jobs.patience import STORE_PAUSES_S, stubbornly
from service.jobs.queue import ChunkJob

CHUNK_CASES = 50  # enough that the engine's own work does not show, few enough that several processes share a batch
DraftAndStore = Callable[[str], Awaitable[object]]


class Chunks(Protocol):
    """Where the cases of batches are kept."""

    async def unfinished(self, chunk: ChunkJob) -> list[str]:
        """The drafts of these lines that are still to be made, in order."""

    async def finish(self, batch_id: str, at: datetime) -> bool:
        """Mark a batch as finished if nothing of it is left to be done; True for the one call that did it."""


def cut(batch_id: str, lines: Sequence[int], size: int = CHUNK_CASES) -> list[ChunkJob]:
    """Chunks of so many cases, which stand in these lines; always the same for the same lines."""
    parts = (lines[start : start + size] for start in range(0, len(lines), size))
    return [ChunkJob(batch_id, part[0], part[-1]) for part in parts]


class ChunkWork:
    """What the engine does with a chunk: `draft` is done with each case that waits, for `at_once` at a time.

    `store_pauses_s` are the first and the longest pause before a database that failed is asked again.
    """

    def __init__(
        self,
        chunks: Chunks,
        draft: DraftAndStore,
        clock: Callable[[], datetime],
        at_once: int,
        store_pauses_s: tuple[float, float] = STORE_PAUSES_S,
    ) -> None:
        self._store_pauses_s = store_pauses_s
        self._chunks = chunks
        self._draft = draft
        self._clock = clock
        self._at_once = at_once

    async def __call__(self, chunk: ChunkJob) -> None:
        """Draft what is unfinished, and finish the batch where this was the last of it.

        Done again after a process died in the middle, it goes on with what is left. While the database fails, it goes
        on trying. A draft that is to be tried again later does so by itself, and a sweep finishes the batch then.

        Raises:
            Exception: what a draft could not be made or stored for; the others of the chunk are done all the same.
        """
        gate = asyncio.Semaphore(self._at_once)

        async def one(draft_id: str) -> None:
            async with gate:
                await self._draft(draft_id)

        drafts = await stubbornly(lambda: self._chunks.unfinished(chunk), self._store_pauses_s)
        ended = await asyncio.gather(*map(one, drafts), return_exceptions=True)
        for each in ended:
            if isinstance(each, BaseException):
                raise each
        await stubbornly(lambda: self._chunks.finish(chunk.batch_id, self._clock()), self._store_pauses_s)
