"""What the engine has not heard of, it hears of; what it needs no longer, it forgets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

import pytest

from service.errors import StoreError
from service.jobs.queue import DraftJob
from service.jobs.sweep import FORGOTTEN_AFTER, HEARD_AFTER, LOST_AFTER, MOST, MOST_LOOKED_AT, Sweep
from service.rounds import rounds
from tests.service.parts import NOW, NotedQueue


class Waiting:
    """Jobs that wait to be told, and old ones that were."""

    def __init__(self, *ids: str, told: int = 0) -> None:
        self.ids = list(ids)
        self.told = [f"{number:03}" for number in range(told)]
        self.tries = dict.fromkeys(self.told, 2)

    async def not_enqueued(self, before: datetime, limit: int) -> list[str]:
        """All of them."""
        assert (before, limit) == (NOW - HEARD_AFTER, MOST)
        return list(self.ids)

    async def mark_enqueued(self, *ids: str) -> None:
        """They wait no longer."""
        self.ids = [each for each in self.ids if each not in ids]

    async def unfinished(self, before: datetime, after: str, limit: int) -> dict[str, int]:
        """Those that were told."""
        assert (before, limit) == (NOW - LOST_AFTER, MOST_LOOKED_AT)
        return dict([each for each in self.tries.items() if each[0] > after][:limit])


class Forgetting(NotedQueue):
    """An engine that notes what it is to forget."""

    forgotten: datetime | None = None

    def __init__(self, fault: Exception | None = None) -> None:
        super().__init__(fault)
        self.looked_at: list[str] = []

    async def lost(self, tries: Mapping[str, int]) -> list[str]:
        """Note them; none is lost."""
        assert set(tries.values()) == {2}
        self.looked_at += tries
        return []

    async def resend(self, tries: Mapping[str, int]) -> None:
        """There is nothing to be sent."""
        raise AssertionError(tries)

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


def test_all_are_looked_at_in_turn() -> None:
    """Some in each round, and then from the beginning again."""

    async def use() -> None:
        jobs, engine = Waiting(told=2 * MOST_LOOKED_AT + 1), Forgetting()
        sweep = Sweep(jobs, engine, lambda: NOW)
        for _ in range(4):
            await sweep.sweep()
        assert engine.looked_at == jobs.told + jobs.told[:MOST_LOOKED_AT]

    asyncio.run(use())


class Losing(Forgetting):
    """An engine that has lost all drafts, and meanwhile one is tried again and one is done."""

    def __init__(self, jobs: Waiting) -> None:
        super().__init__()
        self.jobs_kept = jobs
        self.resent: dict[str, int] = {}

    async def lost(self, tries: Mapping[str, int]) -> list[str]:
        """All."""
        self.jobs_kept.tries["001"] += 1
        del self.jobs_kept.tries["002"]
        return list(tries)

    async def resend(self, tries: Mapping[str, int]) -> None:
        """Note them."""
        self.resent.update(tries)


def test_what_went_on_meanwhile_is_not_lost() -> None:
    """It was looked for by the ids that it had before."""
    jobs = Waiting(told=4)
    engine = Losing(jobs)
    asyncio.run(Sweep(jobs, engine, lambda: NOW).sweep())
    assert engine.resent == {"000": 2, "003": 2}


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
