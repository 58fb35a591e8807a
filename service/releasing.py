"""Gives back later what could not be given back at once, since the database failed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from service.errors import StoreError

Claim = TypeVar("Claim", bound=Hashable)


class Releases(Generic[Claim]):
    """Claims that wait to be given back, each for `lasts_s` seconds: after that anybody may take them over.

    While the database fails, it is tried every `pause_s` seconds.
    """

    def __init__(self, release: Callable[[Claim], Awaitable[None]], lasts_s: float, pause_s: float) -> None:
        self._release = release
        self._lasts_s = lasts_s
        self._pause_s = pause_s
        self._waiting: dict[Claim, float] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, claim: Claim) -> None:
        """Give one back as soon as the database can be asked for it."""
        loop = asyncio.get_running_loop()
        self._waiting[claim] = loop.time() + self._lasts_s
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._work_off())

    async def aclose(self) -> None:
        """Leave the rest to the end of their time."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work_off(self) -> None:
        while self._waiting:
            claim, until = next(iter(self._waiting.items()))
            if until > asyncio.get_running_loop().time():
                try:
                    await self._release(claim)
                except StoreError:
                    await asyncio.sleep(self._pause_s)
                    continue
            self._waiting.pop(claim, None)
