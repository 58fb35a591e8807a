"""Opens the database: its file, its pragmas, its migrations; and tells a person when that fails."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from service.errors import ConfigurationError, StoreError

VARIABLE = "AMENDS_DATABASE_URL"
MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_TIMEOUT_MS = 10_000  # how long one writer waits for another
READS = {"reads": True}  # the execution option of a connection that will not write
MIGRATES = {"migrates": True}  # and of the one that changes the schema
MIGRATION_LOCK = 0x616D656E6473  # any number that no other program of the database takes: "amends"


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a migrated database.

    Raises:
        ConfigurationError: the URL is no database's, or its driver is not installed.
        StoreError: the database cannot be opened or migrated; the message says which and why.
    """
    engine = _engine(url)
    try:
        with explained_errors(engine):
            _try_out(engine)
            await _bring_up_to_date(engine)
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_existing(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine that only reads a database which is there, in this version's schema; nothing is made or migrated.

    Raises:
        ConfigurationError: the URL is no database's, or its driver is not installed.
        StoreError: there is no such database, it cannot be read, or its schema is another one.
    """
    engine = _engine(url, reads=True)
    try:
        with explained_errors(engine):
            async with engine.connect() as connection:
                found = await connection.run_sync(_revision)
        _refuse_other_schema(engine.url.render_as_string(hide_password=True), found)
        yield engine
    finally:
        await engine.dispose()


@contextmanager
def explained_errors(engine: AsyncEngine) -> Iterator[None]:
    """Turn a database's error into one that a person can act on.

    Raises:
        StoreError: without the statement and its values, which hold customers' texts.
    """
    name = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(_explain(name, str(cause))) from None


def _explain(name: str, cause: str) -> str:
    if "full" in cause or "No space" in cause:
        return f"The disk under the database {name} is full: free some space, then try again."
    if "unable to open" in cause or "readonly" in cause or "not a database" in cause:
        return f"The database {name} cannot be used: {cause}. Check its path and permissions ({VARIABLE})."
    if "locked" in cause:
        return f"The database {name} is busy with another process: try again."
    return f"The database {name} failed: {cause.splitlines()[0] if cause else 'no reason given'}."


def _engine(url: str, *, reads: bool = False) -> AsyncEngine:
    try:
        engine = create_async_engine(url, pool_pre_ping=True, execution_options=READS if reads else {})
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{VARIABLE}: the driver {error.name} is not installed") from error
    except (ArgumentError, ValueError):  # its text repeats the URL, which may hold a password
        raise ConfigurationError(f"{VARIABLE}: it is not the URL of a database") from None
    if engine.url.get_backend_name() == "sqlite":
        prepare = _refuse_missing if reads else _make_folder
        prepare(engine.url.database or ":memory:")
        event.listen(engine.sync_engine, "connect", _set_reading_pragmas if reads else _set_pragmas)
        event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _try_out(engine: AsyncEngine) -> None:
    """Open an SQLite file directly: where it cannot, aiosqlite's thread may print a traceback of its own."""
    if engine.url.get_backend_name() == "sqlite":
        (path, *_), options = engine.dialect.create_connect_args(engine.url)
        sqlite3.connect(path, uri=bool(options.get("uri"))).close()


def _make_folder(database: str) -> None:
    if database == ":memory:" or database.startswith("file:"):  # SQLite's own kind of URI
        return
    folder = Path(database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder {folder} of the database cannot be made: {error.strerror}.") from error


def _refuse_missing(database: str) -> None:
    """SQLite would make the file that a mistyped path names."""
    if not database.startswith("file:") and not Path(database).is_file():
        raise StoreError(f"There is no database at {database}.")


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Deleted texts are overwritten, and not only forgotten.
    _execute_pragmas(connection, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


def _set_reading_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    _execute_pragmas(connection, "query_only=ON")


def _execute_pragmas(connection: DBAPIConnection, *pragmas: str) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come before ours
    # The wait first: two processes that open a new file at once both want to switch it to WAL.
    waits = f"busy_timeout={BUSY_TIMEOUT_MS}"
    cursor = connection.cursor()
    try:
        for pragma in (waits, *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except sqlite3.Error:
        connection.close()  # the pool does not know it yet, and its thread would live on
        raise


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("migrates", False):
        # SQLite changes a column by making its table anew, and dropping the old one would delete what refers to it.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    # A writer takes its lock at once: two readers that both turned writers would lock each other out.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_other_schema(name: str, found: str | None) -> None:
    script = ScriptDirectory.from_config(_config())
    head = script.get_current_head()
    if found == head:
        return
    if found is None:
        raise StoreError(f"{name} is no database of Amends: it has no schema.")
    older = found in {each.revision for each in script.walk_revisions()}
    advice = "start `amends serve` once, which brings it up to date" if older else "use the newer version"
    raise StoreError(f"The database {name} has schema {found}, this version of Amends reads {head}: {advice}.")


async def _bring_up_to_date(engine: AsyncEngine) -> None:
    async with engine.connect() as opened:
        connection = await opened.execution_options(**MIGRATES)
        try:
            async with connection.begin():
                await connection.run_sync(_migrate)
        finally:
            await connection.run_sync(_hold_to_foreign_keys)


def _hold_to_foreign_keys(connection: Connection) -> None:
    """Switch them on again, outside of any transaction, as SQLite wants it: the pool gives the connection to others."""
    if connection.dialect.name == "sqlite":
        opened = connection.connection.dbapi_connection
        assert opened is not None
        _execute_pragmas(opened, "foreign_keys=ON")


def _migrate(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":  # SQLite's lock is already held
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            f"The database is none that this version of Amends knows: {error}. Was a newer version here?"
        ) from error
