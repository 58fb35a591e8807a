"""Puts together what admits callers by their access keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from service.admitting import MAKE_ONE, MAKE_ONE_ELSEWHERE, NOTE_EVERY_S, Admitting
from service.hosts import is_loopback
from service.rounds import rounds
from service.store.access_keys import AccessKeyRepository
from service.store.sqlite import is_in_memory
from service.wiring.clock import utc_now


@asynccontextmanager
async def admitting(database: AsyncEngine, address: str) -> AsyncIterator[Admitting]:
    """Who admits callers to a service that listens at an address."""
    advice = MAKE_ONE_ELSEWHERE if is_in_memory(database.url) else MAKE_ONE
    keys = AccessKeyRepository(database)
    admits = Admitting(keys, utc_now, may_be_open=is_loopback(address), advice=advice)
    try:
        async with rounds(NOTE_EVERY_S, admits.note_uses, "access.uses"):
            yield admits
    finally:
        await admits.aclose()
