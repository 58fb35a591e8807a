"""A file of SQLite: its folder, its pragmas, and when its writers take their lock."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from sqlalchemy.util import await_only

from service.errors import StoreError
from service.store.turns import take_turns

BUSY_TIMEOUT_MS = 10_000  # how long one writer waits for another


def make_engine(url: URL, options: Mapping[str, bool], *, reads: bool = False) -> AsyncEngine:
    """An engine on a file; one that `reads` makes none and changes none.

    Raises:
        StoreError: there is no such file to read, or its folder cannot be made.
        ArgumentError, ModuleNotFoundError, ValueError: as `create_async_engine` does.
    """
    # Without a ping before each use: a file does not hang up.
    engine = create_async_engine(url, execution_options=options, **_pool_of(url))
    prepare = _refuse_missing if reads else _make_place
    prepare(engine.url.database or ":memory:")
    if not reads:
        take_turns(engine)  # before the lock is asked for
    set_up_connections(engine.sync_engine, reads=reads)
    event.listen(engine.sync_engine, "invalidate", _roll_back)
    return engine


def set_up_connections(engine: Engine, *, reads: bool = False) -> None:
    """Give every connection its pragmas, and every transaction its kind of lock."""
    event.listen(engine, "connect", _set_reading_pragmas if reads else _set_pragmas)
    event.listen(engine, "begin", _begin)


def _pool_of(url: URL) -> dict[str, Any]:
    """A database in memory has one connection, on which no two transactions can be at once: its users take turns."""
    return {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0} if is_in_memory(url) else {}


def is_in_memory(url: URL) -> bool:
    """Whether no other process sees a database, which ends with this one; one of PostgreSQL is not in memory."""
    unnamed = url.database in (None, "", ":memory:", "file::memory:")
    return url.get_backend_name() == "sqlite" and (unnamed or url.query.get("mode") == "memory")


def try_out(engine: AsyncEngine) -> None:
    """Open the file directly: where it cannot, aiosqlite's thread may print a traceback of its own."""
    (path, *_), options = engine.dialect.create_connect_args(engine.url)
    sqlite3.connect(path, uri=bool(options.get("uri"))).close()


def _roll_back(opened: DBAPIConnection | None, _: ConnectionPoolEntry, error: BaseException | None) -> None:
    """End the transaction of whoever was cancelled in the middle of a statement.

    The connection is closed next, but SQLite keeps a closed one, and its lock, until its last statement is gone: as
    long as anybody holds the traceback of the cancellation.
    """
    if opened is None or not isinstance(error, asyncio.CancelledError):
        return
    driver = opened.driver_connection  # aiosqlite's
    with suppress(sqlite3.Error, ValueError):  # it is closed already, or no transaction was begun
        await_only(driver.interrupt())
        await_only(driver.rollback())


def hold_to_foreign_keys(connection: Connection) -> None:
    """Switch them on again, outside of any transaction, as SQLite wants it: the pool gives the connection to others."""
    opened = connection.connection.dbapi_connection
    assert opened is not None
    _execute_pragmas(opened, "foreign_keys=ON")


def make_private(path: Path) -> None:
    """Make a file that its owner alone reads, as SQLite then makes its logs; one that is there stays as it is.

    Where it cannot be made SQLite says why. Exclusively: to close a file that is there would drop the locks on it that
    other connections of this process hold.
    """
    with suppress(OSError):
        path.touch(mode=0o600, exist_ok=False)


def _make_place(database: str) -> None:
    if database == ":memory:" or database.startswith("file:"):  # SQLite's own kind of URI
        return
    folder = Path(database).parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it is to hold complaints, and webhooks' secrets
    except OSError as error:
        raise StoreError(f"The folder {folder} of the database cannot be made: {error.strerror}.") from error
    make_private(Path(database))


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
