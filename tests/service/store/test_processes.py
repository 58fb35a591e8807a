"""Processes that say that they live, and those that do no longer."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from service.store.database import apart, open_database
from service.store.postgres import CONNECTIONS, WAITS
from service.store.processes import ProcessRepository
from tests.databases import sqlite_url
from tests.service.parts import NOW

SECOND = timedelta(seconds=1)


def test_a_dead_process_is_given_to_one(database_url: str) -> None:
    """Of many who ask at once; where that one dies too, to the next after another while; then it is gone."""

    async def use() -> None:
        async with open_database(database_url) as engine:
            processes = ProcessRepository(engine)
            await processes.beat("dead", "1", NOW)
            await processes.beat("alive", "1", NOW + 20 * SECOND)
            late = NOW + 31 * SECOND
            found = await asyncio.gather(*(processes.take_over(late - 30 * SECOND, late) for _ in range(10)))
            assert sorted(found, key=len) == [{}] * 9 + [{"dead": late}]
            later = late + 31 * SECOND
            await processes.beat("alive", "2", later)
            assert await processes.take_over(later - 30 * SECOND, later) == {"dead": later}
            await processes.remove("dead")
            assert await processes.take_over(later + SECOND, later) == {"alive": later}

    asyncio.run(use())


def test_who_was_thought_dead_lives_again(database_url: str) -> None:
    """Its next beat makes it known again."""

    async def use() -> None:
        async with open_database(database_url) as engine:
            processes = ProcessRepository(engine)
            await processes.beat("slow", "1", NOW)
            await processes.remove("slow")
            await processes.beat("slow", "1", NOW + SECOND)
            assert await processes.take_over(NOW + SECOND, NOW) == {}
            assert await processes.take_over(NOW + 2 * SECOND, NOW) == {"slow": NOW}
            await processes.beat("slow", "1", NOW + SECOND)
            await processes.remove("slow", NOW)
            assert await processes.take_over(NOW + 2 * SECOND, NOW) == {"slow": NOW}, "it has beaten since"
            await processes.remove("slow", NOW)
            assert await processes.take_over(NOW + 2 * SECOND, NOW) == {}

    asyncio.run(use())


def test_unknown_ones_are_made_known(database_url: str) -> None:
    """Those that are known keep the beat that they have."""

    async def use() -> None:
        async with open_database(database_url) as engine:
            processes = ProcessRepository(engine)
            await processes.beat("known", "1", NOW)
            await processes.add_unknown({"known", "unknown"}, NOW + SECOND)
            await processes.add_unknown(set(), NOW)
            later = NOW + 9 * SECOND
            assert await processes.take_over(NOW + SECOND, later) == {"known": later}
            assert await processes.take_over(NOW + 2 * SECOND, later) == {"unknown": later}

    asyncio.run(use())


def test_a_busy_process_says_that_it_lives(database_url: str) -> None:
    """While others hold every connection that there is."""

    async def use() -> None:
        async with open_database(database_url) as engine, apart(engine) as own, AsyncExitStack() as held:
            for _ in range(CONNECTIONS):
                await held.enter_async_context(engine.connect())
            async with asyncio.timeout(WAITS.free):
                await ProcessRepository(own).beat("busy", "1", NOW)

    asyncio.run(use())


def test_one_clock(postgres_url: str) -> None:
    """The server's, whose zone is not ours."""

    async def use() -> None:
        async with open_database(postgres_url) as engine:
            async with engine.begin() as connection:
                (name,) = (await connection.execute(text("SELECT current_database()"))).one()
                await connection.execute(text(f"ALTER DATABASE {name} SET timezone TO 'Asia/Tokyo'"))
            await engine.dispose()
            async with engine.connect() as connection:
                before = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
            now = await ProcessRepository(engine).now()
            assert before <= now < before + 60 * SECOND
            assert now.utcoffset() is not None

    asyncio.run(use())


def test_one_clock_of_one_machine(tmp_path: Path) -> None:
    """With a file, all processes are where it is."""

    async def use() -> None:
        async with open_database(sqlite_url(tmp_path / "a.db")) as engine:
            assert abs(datetime.now(UTC) - await ProcessRepository(engine).now()) < 60 * SECOND

    asyncio.run(use())
