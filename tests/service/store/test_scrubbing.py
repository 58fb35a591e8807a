"""Looking for deleted texts in the database's files, as somebody would who has a copy of the disk."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from service.audit import OPERATOR
from service.errors import StoreError
from service.store.scrubbing import WAIT_S, Scrubber
from tests.databases import sqlite_url
from tests.postgres import PostgresServer
from tests.service.store.marked import CUSTOMER, LATER, MARK, TENANT, erasing, keep_draft

SUFFIXES = ("", "-wal", "-shm", "-journal")


def traces(path: Path) -> list[str]:
    """The files of a database in which a marked text can be found."""
    files = [path.with_name(f"{path.name}{suffix}") for suffix in SUFFIXES]
    return [each.name for each in files if each.exists() and MARK.encode() in each.read_bytes()]


def put_folder(path: Path) -> None:
    """Put a folder in the place of a database."""
    for each in path.parent.iterdir():
        each.unlink()
    path.mkdir()


@contextmanager
def reader(path: Path) -> Iterator[None]:
    """Somebody who reads as the database is now."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM drafts").fetchone()
        yield


def test_no_file_holds_what_was_deleted(tmp_path: Path) -> None:
    """Neither the file nor its log, though before it was in both."""
    path = tmp_path / "a.db"

    async def run() -> None:
        async with erasing(sqlite_url(path)) as (engine, texts):
            for number in range(20):
                await keep_draft(engine, f"id-{number}")
                if number == 10:
                    await Scrubber(engine).empty_log()
            assert traces(path) == ["a.db", "a.db-wal"]
            await texts.erase_draft(TENANT, "id-10", OPERATOR, LATER)
            await texts.erase_customer(TENANT, CUSTOMER, "deletion", OPERATOR, LATER)
            assert await Scrubber(engine).empty_log()
            assert traces(path) == []

    asyncio.run(run())


def test_a_reader_keeps_the_log(tmp_path: Path) -> None:
    """Who reads as it was before still can; nobody waits long for that, and afterwards the log is emptied."""
    path = tmp_path / "a.db"

    async def run() -> None:
        async with erasing(sqlite_url(path)) as (engine, texts):
            await keep_draft(engine, "id-1")
            with reader(path):
                await texts.erase_draft(TENANT, "id-1", OPERATOR, LATER)
                began = time.monotonic()
                assert not await Scrubber(engine).empty_log()
                assert time.monotonic() - began < 10 * WAIT_S
                assert "a.db-wal" in traces(path)
                await keep_draft(engine, "id-2", None)  # others can write
                await texts.erase_draft(TENANT, "id-2", OPERATOR, LATER)
            assert await Scrubber(engine).empty_log()
            assert traces(path) == []

    asyncio.run(run())


@pytest.mark.parametrize(("most", "is_smaller"), [(1 << 26, True), (1, False)])
def test_a_small_file_is_rewritten(tmp_path: Path, most: int, *, is_smaller: bool) -> None:
    """The room of what was deleted is given back; a large file is left to whoever runs it."""
    path = tmp_path / "a.db"

    async def run() -> None:
        async with erasing(sqlite_url(path)) as (engine, texts):
            for number in range(20):
                await keep_draft(engine, f"id-{number}")
            await texts.erase_customer(TENANT, CUSTOMER, "deletion", OPERATOR, LATER)
            scrubber = Scrubber(engine, most)
            await scrubber.empty_log()
            before = path.stat().st_size
            assert await scrubber.rewrite()
            await scrubber.empty_log()
            assert (path.stat().st_size < before) == is_smaller
            assert traces(path) == []
            async with engine.connect() as connection:
                assert await connection.scalar(text("PRAGMA integrity_check")) == "ok"

    asyncio.run(run())


def test_a_file_in_use_is_rewritten_another_time(tmp_path: Path) -> None:
    """Somebody writes at this moment."""
    path = tmp_path / "a.db"

    async def run() -> None:
        async with erasing(sqlite_url(path)) as (engine, _):
            async with engine.begin():
                assert not await Scrubber(engine).rewrite()
                assert not await Scrubber(engine).empty_log()
            assert await Scrubber(engine).rewrite()

    asyncio.run(run())


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """In words, and without a traceback."""

    async def run() -> None:
        async with erasing(sqlite_url(tmp_path / "a.db")) as (engine, _):
            await engine.dispose()
            put_folder(tmp_path / "a.db")
            for work in (Scrubber(engine).empty_log, Scrubber(engine).rewrite):
                with pytest.raises(StoreError, match="Check its path and permissions"):
                    await work()

    asyncio.run(run())


def test_a_database_without_a_file_has_no_traces() -> None:
    """In memory there is nothing to be found later."""

    async def run() -> None:
        async with erasing("sqlite+aiosqlite:///:memory:") as (engine, _):
            assert await Scrubber(engine).empty_log()
            assert await Scrubber(engine).rewrite()

    asyncio.run(run())


def test_postgresql_forgets_when_its_files_are_written_anew(postgres: PostgresServer, postgres_url: str) -> None:
    """No table shows it at once; its files hold it until VACUUM FULL, and nothing less takes it out for sure."""

    async def run() -> None:
        (data,) = postgres.select("SHOW data_directory")
        async with erasing(postgres_url) as (engine, texts):
            await keep_draft(engine, "id-1")
            await texts.erase_draft(TENANT, "id-1", OPERATOR, LATER)
            assert await Scrubber(engine).empty_log()
            async with engine.connect() as opened:
                connection = await opened.execution_options(isolation_level="AUTOCOMMIT")
                for statement in ("CHECKPOINT", "VACUUM FULL", "CHECKPOINT"):
                    if statement == "VACUUM FULL":
                        assert tables_with(Path(str(data))) > 0
                    await connection.execute(text(statement))
            assert tables_with(Path(str(data))) == 0

    asyncio.run(run())


def tables_with(data: Path) -> int:
    """How many files of tables and indexes hold a marked text."""
    return sum(MARK.encode() in each.read_bytes() for each in (data / "base").rglob("*") if each.is_file())
