"""Watches a run from outside: what is in the database, and what the endpoint and the webhook's receiver saw."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx2
from sqlalchemy import text

from benchmarks.durability.client import Sent
from benchmarks.durability.examine import FINISHED, Facts, Stored
from benchmarks.durability.fleet import Fleet
from benchmarks.durability.seen import Seen
from service.errors import StoreError
from service.store.database import open_existing

LOOK_EVERY_S = 1.0
STORED = text("SELECT id, ref, status, model FROM drafts")
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Watch:
    """Knows all parts of a run; `tell` is given a line for a person."""

    requests: int
    database_url: str
    outside_url: str
    fleet: Fleet
    sent: Sent
    tell: Tell

    async def facts(self) -> Facts:
        """Everything, as it is now."""
        async with httpx2.AsyncClient(timeout=60) as world:
            seen = Seen.model_validate_json((await world.get(f"{self.outside_url}/seen")).content)
        return Facts(
            requests=self.requests,
            accepted=dict(self.sent.accepted),
            changed=tuple(self.sent.changed),
            # Whoever waited for a draft has it, and is told nothing more.
            told_of=frozenset(each for number, each in self.sent.accepted.items() if number not in self.sent.waits),
            killed_at={life.caller: life.killed_at for life in self.fleet.lives if life.killed_at},
            buried=self.fleet.buried(),
            stored=await self._stored(),
            seen=seen,
        )

    async def until_settled(self, patience_s: float) -> Facts:
        """The facts once all is stored and told, or once nothing has moved for so many seconds."""
        facts = await self.facts()
        moved, before = time.monotonic(), _progress(facts)
        everything = (self.requests, self.requests, self.requests - len(self.sent.waits))
        while before != everything and time.monotonic() - moved < patience_s:
            await asyncio.sleep(LOOK_EVERY_S)
            facts = await self.facts()
            if (now := _progress(facts)) != before:
                moved, before = time.monotonic(), now
        return facts

    async def report_progress(self, ended: asyncio.Event) -> None:
        """Tell where the run stands until it has ended."""
        while not ended.is_set():
            await asyncio.sleep(LOOK_EVERY_S)
            accepted, stored, told = _progress(await self.facts())
            self.tell(f"{accepted} accepted, {stored} stored, {told} told of, {len(self.fleet.lives)} processes")

    async def _stored(self) -> tuple[Stored, ...]:
        try:
            async with open_existing(self.database_url) as engine, engine.connect() as connection:
                rows = (await connection.execute(STORED)).all()
        except StoreError:  # busy, or not there yet: the next look tells
            return ()
        return tuple(Stored(row.id, int(row.ref), row.status, row.model or "") for row in rows)


def _progress(facts: Facts) -> tuple[int, int, int]:
    told = {notice.about for notice in facts.seen.notices if notice.taken and notice.type == FINISHED}
    return len(facts.accepted), len(facts.stored), len(told)
