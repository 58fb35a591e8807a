"""Opens the database, SQLite's or PostgreSQL's, in this version's schema; and tells a person when that fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service.errors import ConfigurationError, StatementFailed, StoreError
from service.store import postgres, sqlite
from service.store.faults import TELL, VARIABLE, StoreFault, explain, is_fault, lasts, tell
from service.store.migrating import bring_up_to_date, refuse_other_schema

READS = {"reads": True, "postgresql_readonly": True}  # the execution options of a connection that will not write


@asynccontextmanager
async def open_database(url: str, told: Callable[[StoreFault], None] | None = None) -> AsyncIterator[AsyncEngine]:
    """An engine on a migrated database; `told` hears of its faults.

    Raises:
        ConfigurationError: the URL is no database's, or its driver is not installed.
        StoreError: the database cannot be opened or migrated; the message says which and why.
    """
    async with _opened(url) as engine:
        with explained_errors(engine):
            await bring_up_to_date(engine)
        if told:
            engine.update_execution_options(**{TELL: told})
        yield engine


@asynccontextmanager
async def open_existing(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine that only reads a database which is there, in this version's schema; nothing is made or migrated.

    Raises:
        ConfigurationError: the URL is no database's, or its driver is not installed.
        StoreError: there is no such database, it cannot be read, or its schema is another one.
    """
    async with _opened(url, reads=True) as engine:
        with explained_errors(engine):
            await refuse_other_schema(engine)
        yield engine


@asynccontextmanager
async def apart(database: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """An engine on an open database, for what must never wait for the connections that everybody else takes.

    Writers of SQLite take turns whatever their connection is: there it is the same engine.
    """
    if database.dialect.name == "sqlite":
        yield database
        return
    async with _opened(database.url.render_as_string(hide_password=False)) as engine:
        engine.update_execution_options(**{TELL: database.get_execution_options().get(TELL)})
        yield engine


@contextmanager
def explained_errors(engine: AsyncEngine) -> Iterator[None]:
    """Turn a database's error into one that a person can act on.

    Raises:
        StoreError: without the statement and its values, which hold customers' texts.
    """
    try:
        yield
    except Exception as error:
        if not is_fault(error):
            raise
        tell(engine.get_execution_options(), error)
        kind = StatementFailed if lasts(error) else StoreError
        raise kind(explain(engine.url.render_as_string(hide_password=True), error)) from None


@asynccontextmanager
async def _opened(url: str, *, reads: bool = False) -> AsyncIterator[AsyncEngine]:
    engine = _engine(url, reads=reads)
    try:
        with explained_errors(engine):
            await _try_out(engine)
        yield engine
    finally:
        await (postgres.close(engine) if engine.dialect.name == "postgresql" else engine.dispose())


def _engine(url: str, *, reads: bool) -> AsyncEngine:
    options = READS if reads else {}
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return sqlite.make_engine(parsed, options, reads=reads)
        if parsed.get_backend_name() == "postgresql":
            return postgres.make_engine(parsed, options)
        return create_async_engine(parsed, execution_options=options)
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{VARIABLE}: the driver {error.name} is not installed") from error
    except (ArgumentError, ValueError):  # its text repeats the URL, which may hold a password
        raise ConfigurationError(f"{VARIABLE}: it is not the URL of a database") from None


async def _try_out(engine: AsyncEngine) -> None:
    if engine.dialect.name == "sqlite":
        sqlite.try_out(engine)
        return
    try:
        async with engine.connect():
            pass
    except (TypeError, ValueError, OverflowError) as error:  # names an option or its values, and quotes no password
        raise ConfigurationError(f"{VARIABLE}: {error}") from None
    except InterfaceError as error:
        if isinstance(getattr(error.orig, "driver_exception", None), ValueError):
            raise ConfigurationError(f"{VARIABLE}: {error.orig}") from None
        raise
