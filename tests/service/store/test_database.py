"""Opening the database: new, at once, again, and what is said when it cannot be opened."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from service.errors import AmendsError, ConfigurationError, StoreError
from service.store.database import explained_errors, open_database, open_existing
from service.store.tables import Table
from tests.databases import outside, rows, sqlite_url

HEAD = "0015"


def asked(url: str, *statements: str) -> list[object]:
    """The first value that each statement gives."""

    async def run() -> list[object]:
        async with open_database(url) as engine, engine.connect() as connection:
            return [await connection.scalar(text(statement)) for statement in statements]

    return asyncio.run(run())


def refused(url: str) -> str:
    """What is said of a database that cannot be used."""
    with pytest.raises(AmendsError) as caught:
        asked(url, "SELECT 1")
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_new_file_is_migrated(tmp_path: Path) -> None:
    """Folder and file are made, with the newest schema."""
    path = tmp_path / "new" / "folder" / "a.db"
    assert asked(sqlite_url(path), "SELECT version_num FROM alembic_version") == [HEAD]
    assert path.exists()


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    """It holds complaints and the secrets of webhooks; so are its logs and its folder."""
    path = tmp_path / "new" / "a.db"

    async def rights() -> dict[str, int]:
        async with open_database(sqlite_url(path)) as engine, engine.begin() as connection:
            await connection.execute(text("CREATE TABLE t (x INTEGER)"))
            return {each.name: each.stat().st_mode & 0o777 for each in (path.parent, *path.parent.iterdir())}

    assert asyncio.run(rights()) == {"new": 0o700, "a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


def test_a_file_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    """Whoever gave them had reasons."""
    folder = tmp_path / "there"
    folder.mkdir(mode=0o750)
    (folder / "a.db").touch(mode=0o640)
    asked(sqlite_url(folder / "a.db"), "SELECT 1")
    assert [each.stat().st_mode & 0o777 for each in (folder, folder / "a.db")] == [0o750, 0o640]


def test_a_new_database_has_every_table(empty_database_url: str) -> None:
    """Of tables.py, and Alembic's own."""
    assert asked(empty_database_url, "SELECT version_num FROM alembic_version") == [HEAD]
    with outside(empty_database_url).connect() as connection:
        names = inspect(connection).get_table_names()
    assert set(names) == {"alembic_version", *Table.metadata.tables}


def test_it_is_safe_against_a_crash(tmp_path: Path) -> None:
    """Write-ahead log, full synchronisation, a wait for other writers, and keys that are held to."""
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    values = asked(sqlite_url(tmp_path / "a.db"), *(f"PRAGMA {name}" for name in pragmas))
    assert values == ["wal", 2, 1, 10_000]


def test_opening_again_keeps_what_is_there(database_url: str) -> None:
    """The second start migrates nothing and loses nothing."""

    async def write() -> None:
        async with open_database(database_url) as engine, engine.begin() as connection:
            await connection.execute(text("CREATE TABLE kept (x INTEGER)"))

    asyncio.run(write())
    assert asked(database_url, "SELECT count(*) FROM kept") == [0]


def test_a_file_of_any_name_is_opened(tmp_path: Path) -> None:
    """With blanks and letters of any language."""
    path = tmp_path / "a b ü.db"
    assert asked(sqlite_url(path), "SELECT count(*) FROM drafts") == [0]
    assert path.exists()


def test_a_database_in_memory_works() -> None:
    """For a trial without any file."""
    assert asked("sqlite+aiosqlite:///:memory:", "SELECT count(*) FROM drafts") == [0]


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """The file is named, and left as it was."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    message = refused(sqlite_url(path))
    assert str(path) in message
    assert "not a database" in message
    assert path.read_text().startswith("Dear Sir")


def test_a_database_of_something_else_is_left_alone(empty_database_url: str) -> None:
    """A table of another program that stands in the way is not overwritten."""
    rows(empty_database_url, "CREATE TABLE drafts (mine INTEGER)")
    assert "drafts" in refused(empty_database_url)
    with outside(empty_database_url).connect() as connection:
        assert inspect(connection).get_table_names() == ["drafts"]


def test_a_newer_database_is_told(database_url: str) -> None:
    """An older Amends does not touch what a newer one made."""
    asked(database_url, "SELECT 1")
    rows(database_url, "UPDATE alembic_version SET version_num = '9999'")
    assert "newer version" in refused(database_url)


def test_a_folder_that_cannot_be_written_is_told() -> None:
    """Nobody, not even root, makes files in /proc."""
    message = refused("sqlite+aiosqlite:////proc/amends.db")
    assert "/proc/amends.db" in message
    assert "permissions (AMENDS_DATABASE_URL)" in message


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file stands where a folder should be."""
    (tmp_path / "file").write_text("")
    assert "cannot be made" in refused(sqlite_url(tmp_path / "file" / "a.db"))


def test_a_file_that_is_read_only_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that cannot be written to is of no use; SQLite's own kind of URI makes no folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.db"
    sqlite3.connect(path).execute("CREATE TABLE t (x)").connection.close()
    message = refused(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")
    assert "readonly" in message
    assert "permissions" in message
    assert not (tmp_path / "file:").exists()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite://user:secret@host/a.db",
        "sqlite+aiosqlite://host:secret/a.db",
        "sqlite+aiosqlite//a.db",
        "nothing+at+all:///secret",
        "",
    ],
)
def test_a_wrong_url_is_told_without_its_password(url: str) -> None:
    """A URL may hold a password, so that it is not repeated as it is."""
    assert "secret" not in refused(url)


def test_a_driver_that_is_not_there_is_told() -> None:
    """A known kind of database whose driver is not installed is a matter of set-up."""
    with pytest.raises(ConfigurationError, match="AMENDS_DATABASE_URL: the driver asyncmy is not installed"):
        asked("mysql+asyncmy://user:secret@127.0.0.1/amends", "SELECT 1")


def test_a_crash_of_the_statement_hides_its_values(database_url: str) -> None:
    """What was to be stored is a customer's: the error says what failed and not for which values."""

    async def run() -> None:
        async with open_database(database_url) as engine:
            with explained_errors(engine):
                async with engine.begin() as connection:
                    await connection.execute(text("INSERT INTO nowhere VALUES (:a)"), {"a": "Zyxwv"})

    with pytest.raises(StoreError, match=r"no such table|does not exist") as caught:
        asyncio.run(run())
    assert "Zyxwv" not in str(caught.value)
    assert caught.value.__suppress_context__


def read_existing(url: str, statement: str = "SELECT count(*) FROM drafts") -> object:
    """What a statement gives in a database that is there."""

    async def run() -> object:
        async with open_existing(url) as engine:
            with explained_errors(engine):
                async with engine.begin() as connection:
                    return await connection.scalar(text(statement))

    return asyncio.run(run())


def test_a_database_that_is_there_is_read(database_url: str) -> None:
    """Also while a service has it open."""

    async def run() -> object:
        async with open_database(database_url), open_existing(database_url) as engine, engine.connect() as connection:
            return await connection.scalar(text("SELECT count(*) FROM drafts"))

    assert asyncio.run(run()) == 0


def test_who_only_reads_makes_no_file(tmp_path: Path) -> None:
    """A mistyped path is told, and leaves nothing behind."""
    with pytest.raises(StoreError, match=r"There is no database at .*no/a\.db"):
        read_existing(sqlite_url(tmp_path / "no" / "a.db"))
    assert list(tmp_path.iterdir()) == []


def test_who_only_reads_does_not_migrate(database_url: str) -> None:
    """An older schema is told with what to do, and stays as it is."""
    asked(database_url, "SELECT 1")
    rows(database_url, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreError, match=f"schema 0001, this version of Amends reads {HEAD}: start `amends serve`"):
        read_existing(database_url)
    assert rows(database_url, "SELECT version_num FROM alembic_version") == [("0001",)]


def test_who_only_reads_tells_a_database_of_something_else(empty_database_url: str) -> None:
    """And makes no table in it."""
    rows(empty_database_url, "CREATE TABLE t (x INTEGER)")
    with pytest.raises(StoreError, match="is no database of Amends"):
        read_existing(empty_database_url)
    with outside(empty_database_url).connect() as connection:
        assert inspect(connection).get_table_names() == ["t"]


def test_who_only_reads_leaves_a_file_byte_by_byte(tmp_path: Path) -> None:
    """The file of another program stays as it was, and alone."""
    path = tmp_path / "other.db"
    rows(sqlite_url(path), "CREATE TABLE t (x)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is no database of Amends"):
        read_existing(sqlite_url(path))
    assert (path.read_bytes(), [each.name for each in tmp_path.iterdir()]) == (before, ["other.db"])


def test_who_only_reads_changes_nothing(database_url: str) -> None:
    """Statements that write are refused."""
    asked(database_url, "SELECT 1")
    with pytest.raises(StoreError, match=r"readonly|can only be read"):
        read_existing(database_url, "DELETE FROM drafts")
