"""Faults of the machine and of the database, around a service that runs as a process, or with a clock that jumps."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import structlog

from service.hosts import Hosts
from service.idempotency import OnceOnly
from service.intake import Intake
from service.main import make_app, running, working
from service.store.idempotency import KeyRepository
from service.wiring.erasing import erasing
from tests.fake_endpoint import FakeEndpoint, after, says
from tests.service.admitted import admitting_all
from tests.service.api.calling import CASE
from tests.service.faults.seen import Experiment, Seen, answered, events_of
from tests.service.serving import Serving
from tests.service.serving import serving as serving_process
from tests.service.telemetry.watched import Samples, Service, settings_for, wait_until_made

GOOD = says("I am sorry that your kettle broke.")
KEY = {"Idempotency-Key": "once"}
UNREAD = "Nobody reads the log any more"


class JumpingClock:
    """The wall clock, as wrong as it is told to be."""

    def __init__(self) -> None:
        self.wrong_by = timedelta(0)

    def __call__(self) -> datetime:
        """The time that it shows."""
        return datetime.now(UTC) + self.wrong_by


@asynccontextmanager
async def serving_by(clock: JumpingClock, folder: Path, url: str) -> AsyncIterator[Service]:
    """A service whose drafts and idempotency keys go by this clock."""
    settings = settings_for(folder, url)
    async with running(settings) as started:
        held, kept, tell = timedelta(seconds=60), timedelta(hours=24), started.watch.keys
        once = OnceOnly(KeyRepository(started.database), clock, held=held, kept=kept, wait_s=5, tell=tell)
        parts = replace(started, once=once, intake=Intake(started.drafter, started.drafts, clock, 10))
        async with (
            working(settings, parts, works=False) as work,
            erasing(settings, parts.database, work.stop) as erased,
        ):
            app = make_app(parts, work, erased, admitting_all(), Hosts())
            transport = httpx2.ASGITransport(app=app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://amends.invalid") as client:
                yield Service(parts, client)


def jumps(folder: Path) -> Seen:
    """The same request before and after the clock was set back and forward, and another one."""
    clock = JumpingClock()

    async def run(url: str) -> Seen:
        async with serving_by(clock, folder, url) as service:
            answers = []
            for hours in (0, -24, 12):
                clock.wrong_by = timedelta(hours=hours)
                answers.append(await service.client.post("/v1/drafts", json=CASE, headers=KEY))
            assert len({answer.content for answer in answers}) == 1
            answers.append(await service.client.post("/v1/drafts", json=CASE))
            return Seen(answered(*answers), events_of(logged), await service.scrape())

    with FakeEndpoint(GOOD) as endpoint, structlog.testing.capture_logs() as logged:
        seen = asyncio.run(run(endpoint.url))
        assert endpoint.calls == 2
        return seen


@contextmanager
def process(folder: Path, *behaviours: object, **settings: str) -> Iterator[tuple[Serving, httpx2.Client]]:
    """A service with metrics in a process, and a client of it."""
    with ExitStack() as stack:
        endpoint = stack.enter_context(FakeEndpoint(*(behaviours or (GOOD,))))  # type: ignore[arg-type]
        served = stack.enter_context(serving_process(folder, endpoint.url, AMENDS_METRICS="true", **settings))
        yield served, stack.enter_context(httpx2.Client(base_url=served.ready(), timeout=60))


def ask(client: httpx2.Client) -> httpx2.Response:
    """One draft."""
    return client.post("/v1/drafts", json=CASE)


def recovers(client: httpx2.Client) -> httpx2.Response:
    """The first answer that is none to come again, as callers get it who do."""
    while (answer := ask(client)).status_code == 503:
        time.sleep(0.2)
    return answer


def scraped(client: httpx2.Client) -> Samples:
    """What /metrics says."""
    return Samples.read(client.get("/metrics").text)


def grows_no_more(folder: Path) -> Seen:
    """No file may grow any more, and then again."""
    with process(folder) as (served, client):
        assert ask(client).status_code == 200
        largest = max(path.stat().st_size for path in folder.iterdir())
        limits = resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        while (refused := ask(client)).status_code == 200:
            pass  # what was free before is written first
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, limits)
        good = recovers(client)
        return Seen(answered(refused, good), events_of(served.logged), scraped(client))


def locked(folder: Path) -> Seen:
    """Another program keeps the write lock for longer than a transaction waits."""
    with process(folder) as (served, client):
        with closing(sqlite3.connect(folder / "a.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            refused = ask(client)
            other.rollback()
        good = recovers(client)
        return Seen(answered(refused, good), events_of(served.logged), scraped(client))


def no_descriptors(folder: Path) -> Seen:
    """Connections take all there are; who comes then waits, and is answered as soon as some end."""
    with process(folder) as (served, client):
        assert ask(client).status_code == 200
        open_now = len(list(Path(f"/proc/{served.process.pid}/fd").iterdir()))
        limits = resource.prlimit(
            served.process.pid, resource.RLIMIT_NOFILE, (open_now + 5, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        )
        address = (client.base_url.host, client.base_url.port or 0)
        with ExitStack() as stack:
            for _ in range(20):
                stack.enter_context(socket.create_connection(address))
            served.wait_for("library.log")
            standing = client.get("/healthz")
        good = ask(client)
        resource.prlimit(served.process.pid, resource.RLIMIT_NOFILE, limits)
        return Seen(answered(standing, good), events_of(served.logged), scraped(client))


def unread(folder: Path) -> Seen:
    """Whoever read the log has gone; drafts are made, waited for and accepted, and the service ends in order."""
    with process(folder) as (served, client):
        served.stop_reading()
        ask(client)  # which logs the last line that is read
        made = ask(client)
        accepted = client.post("/v1/drafts", json=CASE, headers={"Prefer": "respond-async"})
        wait_until_made(client, accepted.headers["location"])
        found = scraped(client)
        assert served.stop(signal.SIGTERM) == 0
        return Seen(answered(made), events_of(served.logged), found)


def told_to_stop(folder: Path) -> Seen:
    """Eight drafts are under way when the signal comes."""
    with process(folder, after(0.5, GOOD)) as (served, client), ThreadPoolExecutor(8) as clients:
        asked = [clients.submit(httpx2.post, f"{client.base_url}/v1/drafts", json=CASE, timeout=60) for _ in range(8)]
        while scraped(client)("amends_drafts_under_way") != 8:
            time.sleep(0.01)
        assert served.stop(signal.SIGTERM) == 0
        return Seen(answered(*(each.result() for each in asked)), events_of(served.logged), None)


EXPERIMENTS: Mapping[str, Experiment] = {
    "The clock jumps a day back, and a day and a half forward": jumps,
    "The database's files may not grow (a quota; a full disk is counted as `full`)": grows_no_more,
    "Another process holds SQLite's lock for longer than anybody waits": locked,
    "No file descriptor is left": no_descriptors,
    UNREAD: unread,
    "SIGTERM under load": told_to_stop,
}
