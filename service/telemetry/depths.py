"""How much waits in the database: read at most every few seconds, however often it is asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog
from prometheus_client import Gauge

from service.errors import StoreError
from service.telemetry.meters import Meters

FRESH_S = 10.0
PATIENCE_S = 1.0  # of whoever scrapes, with a database that is slow
log = structlog.get_logger()


class DepthReader(Protocol):
    """Where it is read."""

    async def jobs(self) -> Mapping[str, int]:
        """How many accepted drafts are not made yet, by their status."""

    async def deliveries(self) -> Mapping[str, int]:
        """How many events nobody took yet, by their status."""


class Depths:
    """Sets the gauges of what waits; while it cannot be read, they have no value, which says more than an old one."""

    def __init__(
        self,
        reader: DepthReader,
        meters: Meters,
        fresh_s: float = FRESH_S,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = reader
        self._meters = meters
        self._fresh_s = fresh_s
        self._patience_s = patience_s
        self._clock = clock
        self._read_at: float | None = None
        self._reading: asyncio.Task[None] | None = None

    async def refresh(self) -> None:
        """Read anew where that is due; one reading at a time, which goes on by itself where it takes long."""
        now = self._clock()
        under_way = self._reading is not None and not self._reading.done()
        if not under_way and (self._read_at is None or now - self._read_at >= self._fresh_s):
            self._reading = asyncio.create_task(self._read())
        if self._reading:
            await asyncio.wait({self._reading}, timeout=self._patience_s)
            if not self._reading.done():
                self._forget()

    async def aclose(self) -> None:
        """Stop reading."""
        if self._reading:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    async def _read(self) -> None:
        try:
            jobs, deliveries = await self._reader.jobs(), await self._reader.deliveries()
        except StoreError as error:
            log.warning("telemetry.depths_unknown", detail=str(error))
            self._forget()
        else:
            _set(self._meters.jobs, jobs)
            _set(self._meters.webhook_deliveries, deliveries)
        self._read_at = self._clock()

    def _forget(self) -> None:
        self._meters.jobs.clear()
        self._meters.webhook_deliveries.clear()


def _set(gauge: Gauge, values: Mapping[str, int]) -> None:
    for status, value in values.items():
        gauge.labels(status).set(value)
