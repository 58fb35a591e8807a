"""Puts together what admits callers by their access keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from service.admitting import NOTE_EVERY_S, Admitting
from service.hosts import is_loopback
from service.rounds import rounds
from service.store.access_keys import AccessKeyRepository
from service.wiring.clock import utc_now


@asynccontextmanager
async def admitting(database: AsyncEngine, address: str) -> AsyncIterator[Admitting]:
    """Who admits callers to a service that listens at an address."""
    admits = Admitting(AccessKeyRepository(database), utc_now, may_be_open=is_loopback(address))
    try:
        async with rounds(NOTE_EVERY_S, admits.note_uses, "access.uses"):
            yield admits
    finally:
        await admits.aclose()
