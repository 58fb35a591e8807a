"""What waits in the database: counted right, by an index, seldom, and without holding up who scrapes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from service.errors import StoreError
from service.store.database import open_database
from service.store.depths import DepthRepository
from service.telemetry.depths import Depths
from service.telemetry.exposition import Exposition
from service.telemetry.meters import Meters
from tests.databases import rows, sqlite_url
from tests.service.telemetry.watched import Samples

JOB = (
    "INSERT INTO jobs (id, tenant, status, accepted_at, tries, enqueued) VALUES "
    "('{id}', '{tenant}', '{status}', '2025-10-21 09:05:00', 0, {enqueued})"
)
HOOK = (
    "INSERT INTO webhooks (id, tenant, created_at, url, events_json, secret) VALUES "
    "('{id}', '{id}', '2025-10-21 09:05:00', 'https://hooks.example.com', '[]', 'whsec_x')"
)
DELIVERY = (
    "INSERT INTO webhook_deliveries (id, tenant, webhook_id, event, about, created_at, status, tries, next_at) VALUES "
    "('{id}', '{hook}', '{hook}', 'draft.finished', 'd', '2025-10-21 09:05:00', '{status}', 1, '2025-10-21 09:05:00')"
)


class GivenReader:
    """A reader that gives numbers, raises, or takes long."""

    def __init__(self) -> None:
        self.reads = 0
        self.fault: StoreError | None = None
        self.seconds = 0.0

    async def jobs(self) -> Mapping[str, int]:
        """As many as it was asked."""
        self.reads += 1
        await asyncio.sleep(self.seconds)
        if self.fault:
            raise self.fault
        return {"queued": self.reads, "running": 0}

    async def deliveries(self) -> Mapping[str, int]:
        """None."""
        return {"pending": 0, "dead": 0}


async def scrape(meters: Meters, depths: Depths) -> Samples:
    """What is exposed."""
    text, _ = await Exposition(meters, depths)("")
    return Samples.read(text.decode())


def test_what_is_counted(database_url: str) -> None:
    """Unfinished jobs and events that nobody took, of all tenants."""

    async def count() -> tuple[Mapping[str, int], Mapping[str, int]]:
        async with open_database(database_url) as engine:
            depths = DepthRepository(engine)
            assert (await depths.jobs(), await depths.deliveries()) == (
                {"queued": 0, "running": 0},
                {"pending": 0, "dead": 0},
            )
            jobs = {"queued": 3, "running": 2, "done": 4, "cancelled": 1}
            deliveries = {"pending": 2, "dead": 3, "delivered": 5}
            rows(
                database_url,
                *(
                    JOB.format(id=f"{status}-{number}", tenant=f"t{number}", status=status, enqueued="true")
                    for status, many in jobs.items()
                    for number in range(many)
                ),
                *(HOOK.format(id=f"h{number}") for number in range(2)),
                *(
                    DELIVERY.format(id=f"{status}-{number}", hook=f"h{number % 2}", status=status)
                    for status, many in deliveries.items()
                    for number in range(many)
                ),
            )
            return await depths.jobs(), await depths.deliveries()

    assert asyncio.run(count()) == ({"queued": 3, "running": 2}, {"pending": 2, "dead": 3})


def test_by_an_index(tmp_path: Path) -> None:
    """SQLite looks at no row of a job that is done, and at no delivery that was taken."""
    url = sqlite_url(tmp_path / "a.db")

    seen: list[str] = []

    async def plan_of(engine: AsyncEngine, statement: str) -> str:
        async with engine.connect() as connection:
            found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (1, 0)[: statement.count("?")])
            return str(found.all())

    async def plans() -> list[str]:
        async with open_database(url) as engine:
            event.listen(engine.sync_engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
            depths = DepthRepository(engine)
            await depths.jobs()
            await depths.deliveries()
            return [await plan_of(engine, each) for each in list(seen) if each.startswith("SELECT")]

    jobs, deliveries = asyncio.run(plans())
    assert "jobs USING COVERING INDEX ix_jobs_unfinished" in jobs
    assert "webhook_deliveries USING COVERING INDEX ix_webhook_deliveries_untaken" in deliveries


def test_seldom() -> None:
    """However often it is scraped, the database is asked once in a while."""

    async def use() -> None:
        reader, meters = GivenReader(), Meters()
        seconds = 100.0
        depths = Depths(reader, meters, fresh_s=10, clock=lambda: seconds)
        for _ in range(20):
            assert (await scrape(meters, depths))("amends_jobs", status="queued") == 1
        await asyncio.gather(*(scrape(meters, depths) for _ in range(20)))
        seconds = 109.9
        await scrape(meters, depths)
        assert reader.reads == 1
        seconds = 110.0
        await asyncio.gather(*(scrape(meters, depths) for _ in range(20)))
        assert reader.reads == 2
        await depths.aclose()

    asyncio.run(use())


def test_a_database_that_is_slow() -> None:
    """It is not waited for, nor asked again meanwhile; there is no value until it answers."""

    async def use() -> None:
        reader, meters = GivenReader(), Meters()
        reader.seconds = 0.5
        depths = Depths(reader, meters, fresh_s=0, patience_s=0.05)
        began = time.monotonic()
        for _ in range(3):
            assert (await scrape(meters, depths))("amends_jobs") is None
        assert time.monotonic() - began < 0.45
        await asyncio.sleep(0.5)
        reader.seconds = 0
        assert reader.reads == 1
        assert (await scrape(meters, depths))("amends_jobs", status="queued") == 2
        reader.seconds = 60
        await scrape(meters, depths)
        await depths.aclose()

    asyncio.run(use())


def test_a_database_that_fails() -> None:
    """An old number would say that all is well."""

    async def use() -> None:
        reader, meters = GivenReader(), Meters()
        depths = Depths(reader, meters, fresh_s=0)
        assert (await scrape(meters, depths))("amends_jobs", status="queued") == 1
        reader.fault = StoreError("It is away.")
        assert (await scrape(meters, depths))("amends_jobs") is None
        reader.fault = None
        assert (await scrape(meters, depths))("amends_jobs", status="queued") == 3

    asyncio.run(use())
