"""Connections to PostgreSQL: how long each step may take, and how those that died are found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import URL, AdaptedConnection, NullPool, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECTIONS = 10  # of one process; those of its engine come on top


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds until something is given up: a connection that is made or tried out, a command, a free connection."""

    connect: float = 5.0
    ping: float = 2.0
    command: float = 10.0  # as long as a writer of SQLite waits for another
    free: float = 5.0


WAITS = Waits()
# So that the locks of a machine that went away are soon given back.
SESSION = (
    "SET idle_in_transaction_session_timeout = '60s'; SET tcp_keepalives_idle = 30; "
    "SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
)


def make_engine(url: URL, options: Mapping[str, bool], waits: Waits = WAITS) -> AsyncEngine:
    """An engine whose connections answer, fail or are given up within seconds; its execution options are these.

    Raises:
        ArgumentError, ModuleNotFoundError, ValueError: as `create_async_engine` does.
    """
    engine = create_async_engine(
        _in_the_drivers_words(url),
        execution_options=options,
        connect_args={"timeout": waits.connect, "command_timeout": waits.command},
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=waits.free,
    )
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "checkout", partial(_ping, waits.ping))
    event.listen(engine.sync_engine, "handle_error", _give_up)
    return engine


async def close(engine: AsyncEngine) -> None:
    """Close every connection without a goodbye, which a server that does not answer would not return."""
    event.listen(engine.sync_engine, "close", _cut)
    await engine.dispose()


def make_patient_engine(url: URL) -> AsyncEngine:
    """One for commands that may take long, such as a migration of millions of rows."""
    return create_async_engine(url, poolclass=NullPool, connect_args={"timeout": WAITS.connect})


def _in_the_drivers_words(url: URL) -> URL:
    """Everybody else says `sslmode` for what this driver calls `ssl`."""
    if "sslmode" not in url.query:
        return url
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": url.query["sslmode"]})


def _set_up(connection: AdaptedConnection, *_: object) -> None:
    try:
        connection.run_async(lambda driven: driven.execute(SESSION))
    except BaseException:
        connection.driver_connection.terminate()  # the pool does not know it yet
        raise


def _ping(seconds: float, connection: AdaptedConnection, *_: object) -> None:
    """Have a connection replaced that does not answer; in one round trip, where SQLAlchemy's own ping takes three."""
    try:
        connection.run_async(lambda driven: driven.execute("SELECT 1", timeout=seconds))
    except Exception as error:  # whatever it is: a new connection will say what is wrong with the server
        connection.driver_connection.terminate()
        raise DisconnectionError from error


def _give_up(context: ExceptionContext) -> None:
    """Use no connection again whose answer may still come."""
    if isinstance(context.original_exception, OSError):  # a time-out is one
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = False  # the others are tried out when they are needed


def _cut(connection: AdaptedConnection, *_: object) -> None:
    connection.driver_connection.terminate()
