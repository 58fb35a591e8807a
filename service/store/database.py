"""Opens the database: its file, its pragmas, its migrations; and tells a person when that fails."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
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
            async with engine.begin() as connection:
                await connection.run_sync(_migrate)
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


def _engine(url: str) -> AsyncEngine:
    try:
        engine = create_async_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{VARIABLE}: the driver {error.name} is not installed") from error
    except (ArgumentError, ValueError):  # its text repeats the URL, which may hold a password
        raise ConfigurationError(f"{VARIABLE}: it is not the URL of a database") from None
    if engine.url.get_backend_name() == "sqlite":
        _make_folder(engine.url.database or ":memory:")
        event.listen(engine.sync_engine, "connect", _set_pragmas)
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


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come before ours
    # The wait first: two processes that open a new file at once both want to switch it to WAL.
    waits = f"busy_timeout={BUSY_TIMEOUT_MS}"
    cursor = connection.cursor()
    try:
        for pragma in (waits, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except sqlite3.Error:
        connection.close()  # the pool does not know it yet, and its thread would live on
        raise


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: two readers that both turned writers would lock each other out.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            f"The database is none that this version of Amends knows: {error}. Was a newer version here?"
        ) from error
