"""What the engine has not heard of, it hears of; what it needs no longer, it forgets."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from service.errors import StoreError
from service.jobs.queue import DraftJob
from service.jobs.rounds import rounds
from service.jobs.sweep import FORGOTTEN_AFTER, HEARD_AFTER, MOST, Sweep
from tests.service.parts import NOW, NotedQueue


class Waiting:
    """Jobs that wait to be told."""

    def __init__(self, *ids: str) -> None:
        self.ids = list(ids)

    async def not_enqueued(self, before: datetime, limit: int) -> list[str]:
        """All of them."""
        assert (before, limit) == (NOW - HEARD_AFTER, MOST)
        return list(self.ids)

    async def mark_enqueued(self, *ids: str) -> None:
        """They wait no longer."""
        self.ids = [each for each in self.ids if each not in ids]


class Forgetting(NotedQueue):
    """An engine that notes what it is to forget."""

    forgotten: datetime | None = None

    async def forget(self, before: datetime) -> int:
        """Note it."""
        self.forgotten = before
        return 0


def test_a_round() -> None:
    """All at once, marked after that; then the engine forgets."""
    jobs, engine = Waiting("a", "b"), Forgetting()
    asyncio.run(Sweep(jobs, engine, lambda: NOW).sweep())
    assert engine.jobs == [DraftJob("a"), DraftJob("b")]
    assert (jobs.ids, engine.forgotten) == ([], NOW - FORGOTTEN_AFTER)


def test_an_engine_that_is_away() -> None:
    """The next round finds them again."""
    jobs = Waiting("a")
    with pytest.raises(StoreError):
        asyncio.run(Sweep(jobs, Forgetting(StoreError("away")), lambda: NOW).sweep())
    assert jobs.ids == ["a"]


def test_rounds_go_on() -> None:
    """Whatever one of them comes to, until they are closed."""

    async def use() -> None:
        faults: list[Exception] = [StoreError("away"), RuntimeError("a mistake")]
        done, enough = list[int](), asyncio.Event()

        async def work() -> None:
            done.append(1)
            if faults:
                raise faults.pop()
            if len(done) > 4:
                enough.set()

        async with rounds(0.001, work):
            await asyncio.wait_for(enough.wait(), 5)
        ended = len(done)
        await asyncio.sleep(0.02)
        assert len(done) == ended

    asyncio.run(use())
