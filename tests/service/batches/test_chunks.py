"""Chunks: which lines they are, and how they are worked off."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest

from service.batches.chunks import ChunkWork, cut
from service.errors import StoreError
from service.jobs.queue import ChunkJob
from tests.service.parts import NOW

CHUNK = ChunkJob("b", 1, 5)


@pytest.mark.parametrize(
    ("lines", "chunks"),
    [
        ([], []),
        ([7], [(7, 7)]),
        ([1, 2, 3], [(1, 3)]),
        ([1, 2, 3, 4], [(1, 3), (4, 4)]),
        ([2, 9, 40, 41, 99, 100, 101], [(2, 40), (41, 100), (101, 101)]),
    ],
    ids=range(5),
)
def test_chunks_hold_so_many_cases(lines: list[int], chunks: list[tuple[int, int]]) -> None:
    """Each begins and ends with a case; faulty and blank lines between do not count."""
    assert cut("b", lines, size=3) == [ChunkJob("b", *chunk) for chunk in chunks]


class Drafting:
    """Notes what is drafted, and how much of it at once; the draft `bad` fails."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.done: list[str] = []
        self.most = 0

    async def __call__(self, draft_id: str) -> None:
        """Draft one."""
        self.begun.append(draft_id)
        self.most = max(self.most, len(self.begun) - len(self.done))
        await asyncio.sleep(0.001)
        if draft_id == "bad":
            raise RuntimeError
        self.done.append(draft_id)


class Kept:
    """Drafts that are to be made; the first calls of each kind fail for the database."""

    def __init__(self, drafts: Sequence[str], faults: int = 0) -> None:
        self.drafts = list(drafts)
        self.faults = {"unfinished": faults, "finish": faults}
        self.finished: list[tuple[str, datetime]] = []

    async def unfinished(self, chunk: ChunkJob) -> list[str]:
        """What is left."""
        assert chunk == CHUNK
        self._fail("unfinished")
        return self.drafts

    async def finish(self, batch_id: str, at: datetime) -> bool:
        """Note it."""
        self._fail("finish")
        self.finished.append((batch_id, at))
        return True

    def _fail(self, name: str) -> None:
        self.faults[name] -= 1
        if self.faults[name] >= 0:
            raise StoreError(name)


def work(kept: Kept, drafting: Drafting, at_once: int = 2) -> None:
    """Work a chunk off."""
    asyncio.run(ChunkWork(kept, drafting, lambda: NOW, at_once, (0.001, 0.002))(CHUNK))


def test_a_chunk_is_worked_off() -> None:
    """Everything in it, so many at once, in order; then its batch may be finished."""
    kept, drafting = Kept("abcde"), Drafting()
    work(kept, drafting)
    assert (drafting.begun, drafting.most) == (list("abcde"), 2)
    assert kept.finished == [("b", NOW)]


def test_nothing_left_is_finished_too() -> None:
    """A process died between the last draft and this."""
    kept = Kept("")
    work(kept, Drafting())
    assert kept.finished == [("b", NOW)]


def test_what_cannot_be_drafted_keeps_no_other_from_it() -> None:
    """The chunk fails in the end, so that nobody takes it for done."""
    kept, drafting = Kept(["a", "bad", "c", "d"]), Drafting()
    with pytest.raises(RuntimeError):
        work(kept, drafting, at_once=1)
    assert (drafting.done, kept.finished) == (["a", "c", "d"], [])


def test_a_database_that_fails_is_asked_again() -> None:
    """The chunk would never come again, were it given up."""
    kept, drafting = Kept("ab", faults=3), Drafting()
    work(kept, drafting)
    assert (drafting.done, kept.finished) == (["a", "b"], [("b", NOW)])


def test_a_chunk_that_is_stopped_stops_its_drafts() -> None:
    """Nothing goes on behind the back of whoever stopped it."""
    kept, drafting = Kept("abcde"), Drafting()

    async def stop_early() -> None:
        task = asyncio.create_task(ChunkWork(kept, drafting, lambda: NOW, 2)(CHUNK))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.01)

    asyncio.run(stop_early())
    assert (drafting.done, kept.finished) == ([], [])
