"""Says that this process lives, and adopts the work of those that do no longer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from service.errors import StoreError
from service.rounds import rounds

BEATS = 6  # that stay away before a process is taken for dead: one that only is slow would have its work done twice
DEAD_AFTER_S = 30.0
log = structlog.get_logger()


class Processes(Protocol):
    """Where processes say that they live."""

    async def beat(self, process_id: str, version: str, now: datetime) -> None:
        """Say that a process lives."""

    async def add_unknown(self, ids: Collection[str], now: datetime) -> None:
        """Give those of these processes that are not known a beat: unless they live, they will be found dead."""

    async def take_over(self, before: datetime, now: datetime) -> dict[str, datetime]:
        """The processes whose last beat was before, and the beat that each now has; one caller alone is given it."""

    async def remove(self, process_id: str, beat_at: datetime | None = None) -> None:
        """A process has ended, and nothing of it is left to be adopted; with `beat_at`, unless it has beaten since."""


class Engine(Protocol):
    """What the engine is asked for here."""

    async def hand_on(self, executor_id: str) -> int:
        """Let others do what a process has begun that is no more; gives the number of workflows."""

    async def busy(self) -> set[str]:
        """The processes that have begun something and not ended it, dead or alive."""


class Heartbeat:
    """The life of one process among others; `dead_after_s` without a beat, a process is taken for dead.

    All of them are to have one `clock`: machines do not agree on the time.
    """

    def __init__(
        self,
        processes: Processes,
        engine: Engine,
        clock: Callable[[], Awaitable[datetime]],
        *,
        process_id: str,
        version: str,
        dead_after_s: float = DEAD_AFTER_S,
    ) -> None:
        self._processes = processes
        self._engine = engine
        self._clock = clock
        self._process_id = process_id
        self._version = version
        self._dead_after = timedelta(seconds=dead_after_s)

    @asynccontextmanager
    async def beating(self, beat_s: float = DEAD_AFTER_S / BEATS) -> AsyncIterator[None]:
        """Live while this is open; what is begun and not ended after that is handed on.

        Raises:
            StoreError: the first beat failed: nobody would adopt the work of a process that is not known.
        """
        await self._processes.beat(self._process_id, self._version, await self._clock())
        async with rounds(beat_s, self.beat):
            yield
        with suppress(StoreError):  # else it is taken for dead in a while, which comes to the same
            await self._engine.hand_on(self._process_id)
            await self._processes.remove(self._process_id)

    async def beat(self) -> None:
        """One beat, and the adoption of whoever has none.

        Raises:
            StoreError: a database failed.
        """
        now = await self._clock()
        await self._processes.beat(self._process_id, self._version, now)
        # One that was only slow may have been removed, or may claim more than was handed on before its next beat.
        await self._processes.add_unknown(await self._engine.busy() - {self._process_id}, now)
        for dead, beat_at in (await self._processes.take_over(now - self._dead_after, now)).items():
            adopted = await self._engine.hand_on(dead)
            await self._processes.remove(dead, beat_at)
            log.warning("process.adopted", process=dead, workflows=adopted)
