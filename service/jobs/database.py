"""Where the engine keeps its tables: a file of its own beside ours in SQLite, a schema of its own in PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import URL, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from service.errors import NoAsyncWork
from service.store.sqlite import make_private

POOL = 10  # connections: threads of the engine, each for some milliseconds
# What both drivers know, by each name that asyncpg has for it and by the other's; what else there is, is asyncpg's own.
RENAMED = {"host": "host", "port": "port", "ssl": "sslmode", "sslmode": "sslmode"}
# So that a server that went away is not waited for: threads of the engine have no other end to their patience.
WAITS = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}
BUSY_TIMEOUT_MS = 30_000  # how long one writer waits for another


def engine_url(url: str) -> URL:
    """The URL of the engine's database beside ours.

    Raises:
        NoAsyncWork: ours is in memory, or named by a URI of SQLite, so that there is nothing beside it.
    """
    ours = make_url(url)
    if ours.get_backend_name() == "sqlite":
        return sa.URL.create("sqlite", database=str(_beside(ours.database or ":memory:")))
    options = {RENAMED[name]: value for name, value in ours.query.items() if name in RENAMED}
    return ours.set(drivername="postgresql+psycopg", query=options)


def _beside(database: str) -> Path:
    if database == ":memory:" or database.startswith("file:"):
        raise NoAsyncWork(
            "Nothing can be worked on later while the database is in memory or a URI: let AMENDS_DATABASE_URL name a "
            "file, or send the request without `Prefer: respond-async`."
        )
    path = Path(database)
    return path.with_name(f"{path.stem}.engine{path.suffix or '.db'}")


def open_engine_database(url: URL) -> sa.Engine:
    """The engine's database, not yet connected."""
    if url.get_backend_name() == "sqlite":
        assert url.database
        make_private(Path(url.database))
        # As it is safe for accepted work: whatever was committed outlives a loss of power.
        engine = sa.create_engine(url, pool_size=POOL)
        event.listen(engine, "connect", _set_pragmas)
        return engine
    return sa.create_engine(url, pool_size=POOL, pool_pre_ping=True, connect_args=dict(WAITS))


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.isolation_level = "IMMEDIATE"  # a writer takes its lock at once, and waits for it instead of failing
