"""A service that is watched, asked without a network, in front of fake endpoints."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from service.hosts import Hosts
from service.main import Parts, make_app, running, working
from service.settings import Settings
from service.wiring.access import admitting
from service.wiring.erasing import erasing
from tests.databases import sqlite_url

Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Service:
    """A service to be asked."""

    parts: Parts
    client: httpx2.AsyncClient

    async def scrape(self) -> Samples:
        """What /metrics says."""
        answer = await self.client.get("/metrics")
        assert answer.status_code == 200
        return Samples.read(answer.text)


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples by name and labels."""

    values: dict[tuple[str, Labels], float]

    @classmethod
    def read(cls, text: str) -> Samples:
        """Parse Prometheus' text format, with its own parser."""
        families = text_string_to_metric_families(text)
        return cls({(each.name, frozenset(each.labels.items())): each.value for f in families for each in f.samples})

    def __call__(self, name: str, **labels: str) -> float | None:
        """The sum of the samples of this name that have these labels; None where there is none."""
        wanted = set(labels.items())
        found = [value for (known, has), value in self.values.items() if known == name and wanted <= has]
        return sum(found) if found else None

    def values_of(self, label: str) -> set[str]:
        """Every value of a label."""
        return {value for _, has in self.values for key, value in has if key == label}


def settings_for(folder: Path, url: str, **more: object) -> Settings:
    """Settings of a service that is watched, in front of one endpoint."""
    given = {"model_url": url, "model_name": "fake", "database_url": sqlite_url(folder / "a.db"), "max_attempts": 1}
    return Settings.model_validate(given | {"metrics": True} | more)


@asynccontextmanager
async def serving(settings: Settings, *, works: bool = False) -> AsyncIterator[Service]:
    """The service with these settings."""
    async with (
        running(settings) as parts,
        working(settings, parts, works=works) as work,
        erasing(settings, parts.database, work.stop) as erased,
        admitting(parts.database, "127.0.0.1") as admits,
    ):
        transport = httpx2.ASGITransport(app=make_app(parts, work, erased, admits, Hosts()), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://amends.invalid") as client:
            yield Service(parts, client)


def ask(settings: Settings, use: Callable[[Service], Awaitable[None]], *, works: bool = False) -> None:
    """Use a service."""

    async def run() -> None:
        async with serving(settings, works=works) as service:
            await use(service)

    asyncio.run(run())


def wait_until_made(client: httpx2.Client, where: str, seconds: float = 60) -> None:
    """Come again, as callers do, until a draft that was accepted is there."""
    give_up = time.monotonic() + seconds
    while "retry-after" in client.get(where).headers:
        assert time.monotonic() < give_up
        time.sleep(0.05)
