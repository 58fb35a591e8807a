"""Opening the database: new, at once, again, and what is said when it cannot be opened."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from service.errors import AmendsError, ConfigurationError, StoreError
from service.store.database import MIGRATIONS, explained_errors, open_database, open_existing
from service.store.tables import Table

HEAD = "0009"


def url_of(path: Path) -> str:
    """The URL of a file."""
    return f"sqlite+aiosqlite:///{path}"


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
    """Folder and file are made, with every table in its newest form."""
    path = tmp_path / "new" / "folder" / "a.db"
    assert asked(url_of(path), "SELECT version_num FROM alembic_version") == [HEAD]
    with sqlite3.connect(path) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    connection.close()
    assert names == {"alembic_version", *Table.metadata.tables}


def test_the_migrations_make_what_the_tables_say(tmp_path: Path) -> None:
    """Columns, keys and indexes of a migrated file are those of tables.py."""

    async def run() -> None:
        async with open_database(url_of(tmp_path / "b.db")) as engine, engine.begin() as connection:
            await connection.run_sync(Table.metadata.drop_all)
            await connection.run_sync(Table.metadata.create_all)

    asyncio.run(run())
    asked(url_of(tmp_path / "a.db"), "SELECT 1")
    assert shape_of(tmp_path / "a.db") == shape_of(tmp_path / "b.db")


def shape_of(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """Columns and indexes of each table."""
    connection = sqlite3.connect(path)
    found = {}
    for table in Table.metadata.tables:
        columns = connection.execute(f"PRAGMA table_info({table})")
        keys = connection.execute(f"PRAGMA foreign_key_list({table})")
        indexes = connection.execute(f"PRAGMA index_list({table})")
        # Of each row, without its first number: the order is of no interest.
        found[table] = {tuple(row[1:]) for rows in (columns, keys, indexes) for row in rows}
    connection.close()
    return found


def test_it_is_safe_against_a_crash(tmp_path: Path) -> None:
    """Write-ahead log, full synchronisation, a wait for other writers, and keys that are held to."""
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    values = asked(url_of(tmp_path / "a.db"), *(f"PRAGMA {name}" for name in pragmas))
    assert values == ["wal", 2, 1, 10_000]


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    """The second start migrates nothing and loses nothing."""
    url = url_of(tmp_path / "a b%20ü.db")

    async def write() -> None:
        async with open_database(url) as engine, engine.begin() as connection:
            await connection.execute(text("CREATE TABLE kept (x)"))

    asyncio.run(write())
    assert asked(url, "SELECT count(*) FROM kept") == [0]


def test_a_database_in_memory_works() -> None:
    """For a trial without any file."""
    assert asked("sqlite+aiosqlite:///:memory:", "SELECT count(*) FROM drafts") == [0]


def make_older(path: Path, revision: str) -> None:
    """A file as an older version of Amends made it, with a draft in it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as opened:
        config.attributes["connection"] = opened
        command.upgrade(config, revision)
    engine.dispose()
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO drafts VALUES ('id-1', 'r', '2025-10-21 09:05:00.000000', 'ready', 'general', 'default',"
        " 'reply/general', 'abc', 'm', 'e', '{}', '{}')"
    )
    connection.execute("INSERT INTO attempts VALUES ('id-1', 1, 'fake', 'We are sorry.')")
    connection.execute("INSERT INTO verdicts VALUES ('id-1', 1, 'apology', 1, 1, 2, '{}')")
    connection.commit()
    connection.close()


def test_an_older_database_is_migrated_with_what_is_in_it(tmp_path: Path) -> None:
    """From schema 0001: every row stays, and feedback can be kept on a draft that was there."""
    path = tmp_path / "a.db"
    make_older(path, "0001")
    assert asked(
        url_of(path),
        "SELECT version_num FROM alembic_version",
        "SELECT text FROM attempts JOIN drafts ON drafts.id = draft_id WHERE ref = 'r'",
        "SELECT count(*) FROM verdicts",
        "SELECT count(*) FROM feedback",
        "INSERT INTO feedback VALUES ('id-1', 1, '2025-10-21 09:05:00', 'sent', 'x', NULL, NULL, 0) RETURNING number",
    ) == [HEAD, "We are sorry.", 1, 0, 1]


def test_the_schema_before_keys_is_migrated_with_what_is_in_it(tmp_path: Path) -> None:
    """From schema 0002: drafts and feedback stay, and an answer can be kept that goes with a draft of then."""
    path = tmp_path / "a.db"
    make_older(path, "0002")
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO feedback VALUES ('id-1', 1, '2025-10-21', 'sent', 'x', NULL, NULL, 0)")
    connection.close()
    key = "'t', 'r', 'k', 'f', 'o', '2025-10-21', 200, '{}'"
    assert asked(
        url_of(path),
        "SELECT version_num FROM alembic_version",
        "SELECT text FROM attempts",
        "SELECT text FROM feedback",
        "SELECT count(*) FROM idempotency_keys",
        f"INSERT INTO idempotency_keys VALUES ({key}, 'id-1', NULL) RETURNING draft_id",
    ) == [HEAD, "We are sorry.", "x", 0, "id-1"]


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    """The file is named, and left as it was."""
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    message = refused(url_of(path))
    assert str(path) in message
    assert "not a database" in message
    assert path.read_text().startswith("Dear Sir")


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """A table of another program that stands in the way is not overwritten."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE drafts (mine)")
    connection.close()
    assert "drafts" in refused(url_of(path))
    with sqlite3.connect(path) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
    connection.close()
    assert tables == ["drafts"]


def test_a_newer_database_is_told(tmp_path: Path) -> None:
    """An older Amends does not touch what a newer one made."""
    path = tmp_path / "a.db"
    asked(url_of(path), "SELECT 1")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "newer version" in refused(url_of(path))


def test_a_folder_that_cannot_be_written_is_told() -> None:
    """Nobody, not even root, makes files in /proc."""
    message = refused("sqlite+aiosqlite:////proc/amends.db")
    assert "/proc/amends.db" in message
    assert "permissions (AMENDS_DATABASE_URL)" in message


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file stands where a folder should be."""
    (tmp_path / "file").write_text("")
    assert "cannot be made" in refused(url_of(tmp_path / "file" / "a.db"))


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


def test_a_crash_of_the_statement_hides_its_values(tmp_path: Path) -> None:
    """What was to be stored is a customer's: the error says what failed and not for which values."""

    async def run() -> None:
        async with open_database(url_of(tmp_path / "a.db")) as engine:
            with explained_errors(engine):
                async with engine.begin() as connection:
                    await connection.execute(text("INSERT INTO nowhere VALUES (:a)"), {"a": "Zyxwv"})

    with pytest.raises(StoreError, match="no such table") as caught:
        asyncio.run(run())
    assert "Zyxwv" not in str(caught.value)
    assert caught.value.__suppress_context__


def read_existing(url: str) -> object:
    """The number of drafts in a database that is there."""

    async def run() -> object:
        async with open_existing(url) as engine, engine.connect() as connection:
            return await connection.scalar(text("SELECT count(*) FROM drafts"))

    return asyncio.run(run())


def test_a_database_that_is_there_is_read(tmp_path: Path) -> None:
    """Also while a service has it open."""

    async def run() -> object:
        url = url_of(tmp_path / "a.db")
        async with open_database(url), open_existing(url) as engine, engine.connect() as connection:
            return await connection.scalar(text("SELECT count(*) FROM drafts"))

    assert asyncio.run(run()) == 0


def test_who_only_reads_makes_no_file(tmp_path: Path) -> None:
    """A mistyped path is told, and leaves nothing behind."""
    with pytest.raises(StoreError, match=r"There is no database at .*no/a\.db"):
        read_existing(url_of(tmp_path / "no" / "a.db"))
    assert list(tmp_path.iterdir()) == []


def test_who_only_reads_does_not_migrate(tmp_path: Path) -> None:
    """An older schema is told with what to do, and stays as it is."""
    path = tmp_path / "a.db"
    make_older(path, "0001")
    with pytest.raises(StoreError, match=f"schema 0001, this version of Amends reads {HEAD}: start `amends serve`"):
        read_existing(url_of(path))
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    connection.close()


def test_who_only_reads_changes_nothing(tmp_path: Path) -> None:
    """Statements that write are refused, and the file of another program stays byte by byte as it was."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is no database of Amends"):
        read_existing(url_of(path))
    assert (path.read_bytes(), [each.name for each in tmp_path.iterdir()]) == (before, ["other.db"])

    async def write() -> None:
        async with open_existing(url_of(tmp_path / "a.db")) as engine:
            with explained_errors(engine):
                async with engine.begin() as connection:
                    await connection.execute(text("DELETE FROM drafts"))

    asked(url_of(tmp_path / "a.db"), "SELECT 1")
    with pytest.raises(StoreError, match="readonly"):
        asyncio.run(write())
