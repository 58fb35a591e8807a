"""Beats, and the adoption of whoever has none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from service.errors import StoreError
from service.jobs.heartbeat import DEAD_AFTER_S, Heartbeat
from service.store.database import open_database
from service.store.processes import ProcessRepository
from tests.service.parts import NOW


class Adopting:
    """An engine that notes whose work was handed on; with faults, it cannot be done so often."""

    def __init__(self, faults: int = 0) -> None:
        self.faults = faults
        self.handed_on: list[str] = []
        self.at_work: set[str] = set()
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def hand_on(self, executor_id: str) -> int:
        """Note it."""
        if self.faults:
            self.faults -= 1
            raise StoreError("away")
        self.handed_on.append(executor_id)
        self.at_work.discard(executor_id)
        if self.meanwhile:
            await self.meanwhile()
        return 1

    async def busy(self) -> set[str]:
        """Those that have something."""
        return set(self.at_work)


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The moment."""
        return self.now

    async def tell(self) -> datetime:
        """The moment, as a database tells it."""
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Set it forward."""
        self.now += timedelta(seconds=seconds)


def test_survivors_adopt(database_url: str) -> None:
    """Once, though two survive; where the adoption fails, it is done after another while."""

    async def use() -> None:
        async with open_database(database_url) as database:
            processes, clock, engine = ProcessRepository(database), Clock(), Adopting(faults=1)
            lives = [Heartbeat(processes, engine, clock.tell, process_id=name, version="1") for name in ("a", "b", "c")]
            for life in lives:
                await life.beat()
            clock.pass_by(DEAD_AFTER_S)
            await lives[0].beat()
            await lives[1].beat()
            assert engine.handed_on == [], "it may only be slow"
            clock.pass_by(1)
            with pytest.raises(StoreError):
                await lives[0].beat()
            await lives[1].beat()
            assert engine.handed_on == []
            clock.pass_by(DEAD_AFTER_S + 1)
            await processes.beat("a", "1", clock())
            for _ in range(3):
                await lives[1].beat()
                await lives[0].beat()
            assert engine.handed_on == ["c"]

    asyncio.run(use())


def test_who_leaves_hands_on(database_url: str) -> None:
    """What it leaves is taken up at once, and nobody finds it dead; while it lives, it beats."""

    async def use() -> None:
        async with open_database(database_url) as database:
            processes, clock, engine = ProcessRepository(database), Clock(), Adopting()
            life = Heartbeat(processes, engine, clock.tell, process_id="a", version="1")
            async with life.beating(0.01):
                clock.pass_by(10)
                await asyncio.sleep(0.1)
                assert await processes.take_over(clock() - timedelta(seconds=5), clock()) == {}
            assert engine.handed_on == ["a"]
            assert await processes.take_over(clock() + timedelta(days=1), clock()) == {}

    asyncio.run(use())


def test_who_was_only_slow_stays_known(database_url: str) -> None:
    """Where it wakes while its work is adopted, it is found when it dies indeed."""

    async def use() -> None:
        async with open_database(database_url) as database:
            processes, clock, engine = ProcessRepository(database), Clock(), Adopting()
            slow, other = (
                Heartbeat(processes, engine, clock.tell, process_id=name, version="1") for name in ("a", "b")
            )
            await slow.beat()
            clock.pass_by(DEAD_AFTER_S + 1)

            async def wake() -> None:
                engine.meanwhile = None
                clock.pass_by(1)
                await processes.beat("a", "1", clock())

            engine.meanwhile = wake
            await other.beat()
            clock.pass_by(DEAD_AFTER_S + 1)
            await other.beat()
            assert engine.handed_on == ["a", "a"]

    asyncio.run(use())


def test_work_of_somebody_unknown_is_adopted(database_url: str) -> None:
    """After a while without a beat, in which it may yet say that it lives."""

    async def use() -> None:
        async with open_database(database_url) as database:
            processes, clock, engine = ProcessRepository(database), Clock(), Adopting()
            engine.at_work = {"lost", "woken", "me"}
            life = Heartbeat(processes, engine, clock.tell, process_id="me", version="1")
            await life.beat()
            clock.pass_by(DEAD_AFTER_S)
            await processes.beat("woken", "1", clock())
            await life.beat()
            assert engine.handed_on == []
            clock.pass_by(1)
            await life.beat()
            await life.beat()
            assert engine.handed_on == ["lost"]

    asyncio.run(use())


def test_a_clock_that_is_set_back_hides_no_dead(database_url: str) -> None:
    """Whose last beat is of a day that has yet to come is found dead like any other, and who lives is not."""

    async def use() -> None:
        async with open_database(database_url) as database:
            processes, clock, engine = ProcessRepository(database), Clock(), Adopting()
            lives = [Heartbeat(processes, engine, clock.tell, process_id=name, version="1") for name in ("a", "b")]
            await processes.beat("dead", "1", clock())
            for life in lives:
                await life.beat()
            clock.pass_by(-86_400)
            for seconds in (0, DEAD_AFTER_S / 2, DEAD_AFTER_S / 2 + 1):
                assert engine.handed_on == []
                clock.pass_by(seconds)
                for life in lives:
                    await life.beat()
            assert engine.handed_on == ["dead"]

    asyncio.run(use())


def test_who_cannot_hand_on_is_found_dead(database_url: str) -> None:
    """With the database away at the end, nothing is lost."""

    async def use() -> None:
        async with open_database(database_url) as database:
            processes = ProcessRepository(database)
            life = Heartbeat(processes, Adopting(faults=9), Clock().tell, process_id="a", version="1")
            async with life.beating(60):
                pass
            assert await processes.take_over(NOW + timedelta(days=1), NOW) == {"a": NOW}

    asyncio.run(use())
