"""Measures what one process does with a fast model, and what it costs: `python -m benchmarks.sizing [DRAFTS]`.

One `amends serve` drafts over a fake endpoint of 0 and of 50 ms, synchronously and asynchronously, on SQLite and on
PostgreSQL; every case and every text of about 150 words is another. Processor time says more than drafts a second on a
machine that has other things to do; for how fast it was, see the last row.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.checks import WORDS, drafts, plain_python, show
from benchmarks.durability.cases import case_of
from benchmarks.durability.fleet import Fleet
from benchmarks.durability.outside import Manner, outside
from service.idempotency import DEFAULT_TENANT
from service.schemas import Attempt, Case
from service.store.database import open_database
from service.store.repository import DraftRepository
from tests.postgres import PostgresServer, bundled, installed

DRAFTS, WARM_UP = 150, 20
AT_ONCE = 8
UNFINISHED = ("queued", "running")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# One text a draft, whatever the checks think of it.
SETTINGS = {"AMENDS_MODEL_NAME": "fake", "AMENDS_MAX_ATTEMPTS": "1", "AMENDS_CHECK_TIMEOUT_S": "60"}


@dataclass(frozen=True, slots=True)
class Database:
    """Where drafts are kept; `server` is the number of a PostgreSQL server's first process."""

    url: str
    server: int | None = None

    def cpu_s(self) -> float:
        """The processor time of the server until now."""
        return sum(map(cpu_s, family(self.server))) if self.server else 0.0

    async def size(self) -> int:
        """Bytes that it takes on the disk."""
        if self.server is None:
            files = Path(self.url.partition(":///")[2]).parent.glob("*.db")
            return sum(map(_sqlite_size, files))
        engine = create_async_engine(self.url)
        async with engine.connect() as connection:
            found = await connection.scalar(text("SELECT pg_database_size(current_database())"))
        await engine.dispose()
        return int(found or 0)


def _sqlite_size(path: Path) -> int:
    """Bytes of a file once its journal is written back."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()
    return path.stat().st_size


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return [pid, *map(int, children)]


def cpu_s(pid: int) -> float:
    """The processor time of a process, and of its children that have ended; 0 where it has ended itself."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def megabytes(pid: int) -> float:
    """The memory that a process has now."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1]) * PAGE / 1e6


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Database]:
    """An empty one; the server writes through to the disk, as one does that matters."""
    if kind == "sqlite":
        yield Database(f"sqlite+aiosqlite:///{folder / 'amends.db'}")
        return
    (folder / "server").mkdir()
    folder.chmod(0o755)  # the server has a user of its own
    server = PostgresServer(installed() or bundled(), folder / "server", {})
    try:
        first = int((folder / "server" / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        yield Database(server.url(server.make_database()), first)
    finally:
        server.stop()


@dataclass(frozen=True, slots=True)
class Cost:
    """What drafts took: a second's number of them, processor milliseconds here and in the database, bytes kept."""

    drafts_s: float
    cpu_ms: float
    database_cpu_ms: float
    bytes_kept: float
    megabytes: float

    def __str__(self) -> str:
        return (
            f"{self.drafts_s:6.1f} /s  {self.cpu_ms:5.0f} ms CPU  {self.database_cpu_ms:4.1f} ms in the server  "
            f"{self.bytes_kept / 1000:5.1f} kB kept  {self.megabytes:4.0f} MB"
        )


async def measured(url: str, pid: int, where: Database, numbers: range, *, waits: bool) -> Cost:
    """The cost of these drafts, after some that do not count."""
    async with httpx2.AsyncClient(base_url=url, timeout=120) as client:
        warm_up = range(numbers.start - WARM_UP, numbers.start)
        await _drafted(client, warm_up, waits=waits)
        before, ours, theirs, size = time.perf_counter(), cpu_s(pid), where.cpu_s(), await where.size()
        await _drafted(client, numbers, waits=waits)
        took, count = time.perf_counter() - before, len(numbers)
        ours, theirs = cpu_s(pid) - ours, where.cpu_s() - theirs
        kept = await where.size() - size
    return Cost(count / took, ours / count * 1000, theirs / count * 1000, kept / count, megabytes(pid))


async def _drafted(client: httpx2.AsyncClient, numbers: range, *, waits: bool) -> None:
    """Have all drafted, some at once."""
    gate = asyncio.Semaphore(AT_ONCE)
    headers = {} if waits else {"Prefer": "respond-async"}

    async def one(number: int) -> str:
        async with gate:
            answer = await client.post("/v1/drafts", json=case_of(number), headers=headers)
            if not answer.is_success:
                raise RuntimeError(answer.text)
            return str(answer.json()["id"])

    ids = await asyncio.gather(*map(one, numbers))
    for draft_id in reversed([] if waits else ids):
        while (await client.get(f"/v1/drafts/{draft_id}")).json()["status"] in UNFINISHED:  # noqa: ASYNC110 - as callers do
            await asyncio.sleep(0.05)


def texts(folder: Path, count: int) -> Path:
    """A file with what the endpoint answers."""
    path = folder / "texts.json"
    path.write_text(json.dumps([draft.text for draft in itertools.islice(drafts(WORDS, seed=3), count)]))
    return path


async def stored_alone(where: Database, count: int) -> float:
    """Copies of one draft that a second stores, some at once, with nothing else to do."""
    async with open_database(where.url) as engine:
        async with engine.connect() as connection:
            draft_id, case_json = (await connection.execute(text("SELECT id, case_json FROM drafts LIMIT 1"))).one()
        repository, case = DraftRepository(engine), Case.model_validate_json(case_json)
        result, gate = await repository.get(DEFAULT_TENANT, draft_id), asyncio.Semaphore(AT_ONCE)
        attempt = Attempt(draft="", verdicts=result.verdicts, endpoint=result.endpoint or "")

        async def store() -> None:
            async with gate:
                copy = result.model_copy(update={"id": str(uuid.uuid4())})
                await repository.add(DEFAULT_TENANT, case, copy, (attempt,), datetime.now(UTC))

        began = time.perf_counter()
        await asyncio.gather(*(store() for _ in range(count)))
        return count / (time.perf_counter() - began)


async def one_process(kind: str, delay_s: float, count: int) -> None:
    """Two rows: synchronously and asynchronously."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        manner = Manner(least_s=delay_s, most_s=delay_s, texts=texts(folder, 4 * count))
        with database(kind, folder) as where, outside(manner, folder / "outside.log") as url:
            settings: Mapping[str, str] = {"AMENDS_DATABASE_URL": where.url, "AMENDS_MODEL_URL": f"{url}/v1"}
            fleet = Fleet(folder, 1, {**SETTINGS, **settings})
            with fleet.running():
                await fleet.all_at_work()
                pid = fleet.places[0].living.process.pid
                for waits, first in ((True, 1_000), (False, 10_000)):
                    cost = await measured(fleet.urls[0], pid, where, range(first, first + count), waits=waits)
                    way = "synchronous" if waits else "asynchronous"
                    show(f"{kind}, model of {delay_s * 1000:.0f} ms, {way}", str(cost))
            show(f"{kind}, nothing but storing", f"{await stored_alone(where, count):6.1f} /s")


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DRAFTS
    for kind in ("sqlite", "postgresql"):
        for delay_s in (0.0, 0.05):
            asyncio.run(one_process(kind, delay_s, count))
    show("plain Python, a fixed piece of work", f"{statistics.median(plain_python() for _ in range(9)):.1f} ms")


if __name__ == "__main__":
    main()
