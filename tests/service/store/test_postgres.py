"""PostgreSQL restarted, cut off and not answering: what is said at once, and that the same engine goes on after it."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.errors import StoreError
from service.idempotency import DEFAULT_TENANT
from service.store import postgres as connections
from service.store.database import explained_errors, open_database
from service.store.postgres import CONNECTIONS, Waits
from service.store.repository import DraftRepository
from tests.databases import outside, rows
from tests.postgres import PostgresServer
from tests.service.parts import ATTEMPT, NOW, make_case, make_result

INSERT = "INSERT INTO processes VALUES ('p', '1', now(), now())"
# Long enough for a busy machine, short enough for a test.
WAITS = Waits(connect=1, ping=0.5, command=0.5, free=0.5)


def with_engine(url: str, work: Callable[[AsyncEngine], Awaitable[None]], waits: Waits = WAITS) -> None:
    """Do something with a database whose waits are short."""

    async def run() -> None:
        engine = connections.make_engine(make_url(url), {}, waits)
        try:
            await work(engine)
        finally:
            async with asyncio.timeout(1):
                await connections.close(engine)

    asyncio.run(run())


async def add(engine: AsyncEngine, *names: str) -> list[str]:
    """Store drafts at once, and say what became of each: nothing, or what the error says."""
    drafts = DraftRepository(engine)
    adding = (drafts.add(DEFAULT_TENANT, make_case(), make_result(name, make_case()), [ATTEMPT], NOW) for name in names)
    told = await asyncio.gather(*adding, return_exceptions=True)
    assert all(each is None or isinstance(each, StoreError) for each in told), told
    return [str(each or "") for each in told]


def stored(url: str) -> list[object]:
    """The ids of the drafts that are stored."""
    return [row[0] for row in rows(url, "SELECT id FROM drafts ORDER BY id")]


def database_of(url: str) -> str:
    """The name of the database."""
    return str(make_url(url).database)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
def test_a_restart_is_told_and_got_over(postgres: PostgresServer, postgres_url: str, number: int) -> None:
    """In order or at once: while it is down every draft is refused, and with the server up all go on."""

    async def use(engine: AsyncEngine) -> None:
        assert await add(engine, *"abcde") == [""] * 5
        postgres.stop(number)
        try:
            for told in await add(engine, *"fghij"):
                assert "cannot be reached" in told
        finally:
            postgres.start()
        assert await add(engine, *"klmno") == [""] * 5

    with_engine(postgres_url, use)
    assert stored(postgres_url) == [*"abcdeklmno"]


def test_connections_that_lay_idle_are_replaced(postgres: PostgresServer, postgres_url: str) -> None:
    """Nobody hears of a connection that was cut while nobody used it."""

    async def use(engine: AsyncEngine) -> None:
        await add(engine, *"abcde")
        assert postgres.cut(database_of(postgres_url)) > 1
        assert await add(engine, *"fghij") == [""] * 5

    with_engine(postgres_url, use)


def test_a_transaction_that_is_cut_stores_nothing(postgres: PostgresServer, postgres_url: str) -> None:
    """In its middle or at its end; the next one works."""

    async def use(engine: AsyncEngine) -> None:
        for last in ("COMMIT", "SELECT 1"):
            async with engine.connect() as connection:
                await connection.execute(text(INSERT))
                assert postgres.cut(database_of(postgres_url)) == 1
                with pytest.raises(StoreError, match="closed the connection: try again"), explained_errors(engine):
                    await (connection.commit() if last == "COMMIT" else connection.execute(text(last)))
        assert await add(engine, "a") == [""]

    with_engine(postgres_url, use)
    assert rows(postgres_url, "SELECT count(*) FROM processes") == [(0,)]


def test_drafts_under_cuts_are_stored_or_refused(postgres: PostgresServer, postgres_url: str) -> None:
    """While every connection is cut again and again, who hears of no error has a draft, whole."""

    async def use(engine: AsyncEngine) -> None:
        adding = asyncio.create_task(keep_adding(engine))
        cuts = 0
        while not adding.done():
            cuts += await asyncio.to_thread(postgres.cut, database_of(postgres_url))
            await asyncio.sleep(0.01)
        told = await adding
        assert cuts > 0
        assert {name for name, error in told.items() if not error} <= set(stored(postgres_url))

    async def keep_adding(engine: AsyncEngine) -> dict[str, str]:
        names = [f"{number:03}" for number in range(200)]
        some = [names[number : number + 10] for number in range(0, 200, 10)]
        return {name: told for each in some for name, told in zip(each, await add(engine, *each), strict=True)}

    with_engine(postgres_url, use)
    parts = (
        "SELECT count(*) FROM drafts UNION ALL SELECT count(*) FROM attempts UNION ALL SELECT count(*) FROM verdicts"
    )
    assert len(set(rows(postgres_url, parts))) == 1


def test_a_server_that_stands_still_is_told(postgres: PostgresServer, postgres_url: str) -> None:
    """Each draft is refused in its time, also with a new connection; with the server going on, all do."""

    async def use(engine: AsyncEngine) -> None:
        assert await add(engine, *"abcde") == [""] * 5
        for names in ("fghij", "klmno"):
            with postgres.frozen():
                began = time.monotonic()
                for told in await add(engine, *names):
                    assert "did not answer in time: try again" in told
                assert time.monotonic() - began < 3
        assert await add(engine, *"pqrst") == [""] * 5

    with_engine(postgres_url, use)
    assert stored(postgres_url) == [*"abcdepqrst"]


def test_a_commit_without_an_answer_is_an_error(postgres: PostgresServer, postgres_url: str) -> None:
    """Whether it was done nobody knows; the connection is not used again."""

    async def use(engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            await connection.execute(text(INSERT))
            refused = pytest.raises(StoreError, match="did not answer in time")
            with postgres.frozen(), refused, explained_errors(engine):
                await connection.commit()
        assert await add(engine, "a") == [""]

    with_engine(postgres_url, use)


def test_closing_does_not_wait_for_a_server_that_stands_still(postgres: PostgresServer, postgres_url: str) -> None:
    """Who stops the service should not have to kill it."""

    async def use() -> None:
        async with asyncio.timeout(20):
            async with open_database(postgres_url) as engine:
                await add(engine, *"abcde")
                stack.enter_context(postgres.frozen())
                began = time.monotonic()
        assert time.monotonic() - began < 1

    with ExitStack() as stack:
        asyncio.run(use())


def test_a_command_that_takes_too_long_is_given_up(postgres_url: str) -> None:
    """Behind another's lock, for example; the server does not go on waiting for it."""

    async def use(engine: AsyncEngine) -> None:
        with outside(postgres_url).begin() as other:
            other.execute(text("LOCK TABLE drafts"))
            for told in await add(engine, "a", "b"):
                assert "did not answer in time" in told
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            assert rows(postgres_url, waiting) == [(0,)]
        assert await add(engine, "c") == [""]

    with_engine(postgres_url, use)
    assert stored(postgres_url) == ["c"]


def test_who_finds_no_free_connection_is_told(postgres_url: str) -> None:
    """After a while; and with one given back, all goes on."""

    async def use(engine: AsyncEngine) -> None:
        async with AsyncExitStack() as stack:
            for _ in range(CONNECTIONS):
                await stack.enter_async_context(engine.connect())
            (told,) = await add(engine, "a")
            assert "is busy: every connection of this process is in use" in told
        assert await add(engine, "a") == [""]

    with_engine(postgres_url, use)


def test_who_hangs_up_leaves_nothing_behind(postgres_url: str) -> None:
    """Work that is cancelled in its middle holds neither a connection nor a lock."""

    async def use(engine: AsyncEngine) -> None:
        with outside(postgres_url).begin() as other:
            other.execute(text("LOCK TABLE drafts"))
            for _ in range(2):
                adding = [asyncio.create_task(add(engine, str(number))) for number in range(CONNECTIONS)]
                await asyncio.sleep(0.1)
                for each in adding:
                    each.cancel()
                await asyncio.gather(*adding, return_exceptions=True)
        assert await add(engine, *"abc") == [""] * 3

    with_engine(postgres_url, use)
    assert stored(postgres_url) == [*"abc"]
