"""Idempotency keys in a real database, under a clock that a test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from service.idempotency import Answer, Asked, OnceOnly
from service.store.database import open_database
from service.store.idempotency import KeyRepository
from tests.service.parts import NOW

ASKED = Asked("tenant", "POST /route", "key", "print")
HELD, KEPT = timedelta(seconds=60), timedelta(hours=1)


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


class Worker:
    """Work that is counted and numbered, ends when it is let go, and may fail."""

    def __init__(self, once: OnceOnly, gate: Awaitable[object] | None = None) -> None:
        self.once = once
        self.calls = 0
        self.fault: Exception | None = None
        self._gate = gate

    async def _work(self) -> Answer:
        self.calls += 1
        number = self.calls
        if self._gate:
            await self._gate
        if self.fault:
            raise self.fault
        return Answer(200, f'{{"number": {number}}}')

    async def ask(self, asked: Asked | None = ASKED) -> Answer:
        """Send one request."""
        return await self.once.answer_and_keep(asked, self._work)


@asynccontextmanager
async def once_over(path: Path, time: Time, wait_s: float = 5) -> AsyncIterator[OnceOnly]:
    """What a process does with the keys of a file."""
    async with open_database(f"sqlite+aiosqlite:///{path}") as engine:
        yield OnceOnly(KeyRepository(engine), time, held=HELD, kept=KEPT, wait_s=wait_s)
