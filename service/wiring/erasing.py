"""Puts the parts together that delete texts: on demand, and in the background."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from service.erasing import Eraser
from service.retention import Limits, Retention, retaining
from service.settings import Settings
from service.store.audit import AuditRepository
from service.store.erasure import ErasureRepository
from service.store.idempotency import KeyRepository
from service.store.scrubbing import Scrubber
from service.traces import Traces
from service.wiring.clock import utc_now


@dataclass(frozen=True, slots=True)
class Erasing:
    """What deletes texts, and what says that it did."""

    eraser: Eraser
    trail: AuditRepository


@asynccontextmanager
async def erasing(settings: Settings, database: AsyncEngine, stop: Callable[[str], None]) -> AsyncIterator[Erasing]:
    """Delete on demand, and as long as the block lasts, what has grown too old.

    `stop` ends the work on a draft where this process does it.
    """
    texts, traces = ErasureRepository(database), Traces(Scrubber(database))
    limits = Limits(
        texts=timedelta(days=settings.retention_days) if settings.retention_days else None,
        answers=timedelta(hours=settings.idempotency_hours),
    )
    retention = Retention(texts, KeyRepository(database), traces, utc_now, limits)
    try:
        async with retaining(retention):
            yield Erasing(Eraser(texts, traces, utc_now, stop), AuditRepository(database))
    finally:
        await traces.aclose()
