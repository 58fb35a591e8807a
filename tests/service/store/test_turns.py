"""Writers of one process on a file of SQLite: in order, one at a time, and nobody keeps the turn of others."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from service.store.database import explained_errors, open_database
from tests.databases import sqlite_url

READS = {"reads": True}
INSERT = "INSERT INTO audit (at, tenant, actor, action, figures_json) VALUES ('2025-10-21', 't', :actor, 'a', '{}')"
WRITERS, WRITTEN = 5, 100
COUNTED = 3_000_000  # takes SQLite a second or so, in which somebody can be cancelled
COUNTING = f"WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < {COUNTED}) SELECT max(i) FROM n"


async def write(engine: AsyncEngine, actor: str, hold_s: float = 0.0) -> None:
    """One row, in a transaction that lasts for a while."""
    async with engine.begin() as connection:
        await connection.execute(text(INSERT), {"actor": actor})
        await asyncio.sleep(hold_s)


async def actors(engine: AsyncEngine) -> list[str]:
    """Who wrote, in order, as a reader sees it."""
    async with engine.connect() as opened:
        connection = await opened.execution_options(**READS)
        return list(await connection.scalars(text("SELECT actor FROM audit ORDER BY id")))


def test_nobody_waits_for_long(tmp_path: Path) -> None:
    """Who writes again and again comes to its turn as often as the others; a reader waits for none of them."""
    counts: Counter[str] = Counter()

    async def run() -> None:
        async with open_database(sqlite_url(tmp_path / "a.db")) as engine:

            async def write_on(name: str) -> None:
                while counts.total() < WRITTEN:
                    await write(engine, name, 0.002)
                    counts[name] += 1

            writing = [asyncio.create_task(write_on(str(number))) for number in range(WRITERS)]
            await asyncio.sleep(0.1)
            assert len(await actors(engine)) < WRITTEN
            await asyncio.gather(*writing)

    asyncio.run(run())
    assert len(counts) == WRITERS
    assert min(counts.values()) > max(counts.values()) / 2


def test_who_is_cancelled_in_a_statement_is_cancelled(tmp_path: Path) -> None:
    """It is no fault of the database, though its connection is given up; and the next one writes."""

    async def run() -> None:
        async with open_database(sqlite_url(tmp_path / "a.db")) as engine:

            async def count() -> None:
                with explained_errors(engine):
                    async with engine.begin() as connection:
                        await connection.execute(text(COUNTING))

            task = asyncio.create_task(count())
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            async with asyncio.timeout(20):
                await write(engine, "last")

    asyncio.run(run())


def test_a_turn_is_given_back(tmp_path: Path) -> None:
    """By who fails, by who is cancelled in the middle, and by who is cancelled while it waits."""

    async def run() -> None:
        async with open_database(sqlite_url(tmp_path / "a.db")) as engine:
            with pytest.raises(SQLAlchemyError):
                async with engine.begin() as connection:
                    await connection.execute(text("INSERT INTO nowhere VALUES (1)"))
            stopped = [asyncio.create_task(write(engine, name, 60)) for name in ("holds", "waits")]
            await asyncio.sleep(0.2)
            for task in reversed(stopped):
                task.cancel()
            await asyncio.gather(*stopped, return_exceptions=True)
            async with asyncio.timeout(5):
                await write(engine, "last")
            assert await actors(engine) == ["last"]

    asyncio.run(run())


def test_one_connection_has_many_turns(tmp_path: Path) -> None:
    """It waits for each of its transactions anew, and keeps none between them."""

    async def run() -> None:
        async with open_database(sqlite_url(tmp_path / "a.db")) as engine, engine.connect() as kept:
            for _ in range(2):
                async with kept.begin():
                    await kept.execute(text(INSERT), {"actor": "kept"})
                async with asyncio.timeout(5):
                    await write(engine, "other")
            assert await actors(engine) == ["kept", "other"] * 2

    asyncio.run(run())


def test_another_process_holds_the_file(tmp_path: Path) -> None:
    """Whoever finds that gives the turn back with the fault."""
    path = tmp_path / "a.db"

    async def run() -> None:
        async with open_database(sqlite_url(path)) as engine:
            event.listen(engine.sync_engine, "connect", impatient)
            await engine.dispose()  # what is open waits for longer
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(SQLAlchemyError, match="locked"):
                await write(engine, "early")
            other.rollback()
            other.close()
            async with asyncio.timeout(5):
                await write(engine, "last")
            assert await actors(engine) == ["last"]

    asyncio.run(run())


def impatient(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Wait for other processes no longer than a moment."""
    connection.cursor().execute("PRAGMA busy_timeout=50")
