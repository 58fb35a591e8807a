"""What is said of a database that fails: which one, what is wrong, what to do, and nothing of what is in it."""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from service.errors import AmendsError, ConfigurationError, StatementFailed, StoreError
from service.idempotency import DEFAULT_TENANT
from service.store.database import explained_errors, open_database
from service.store.faults import StoreFault, fault_of
from service.store.postgres import Waits, make_engine
from service.store.repository import DraftRepository
from tests.postgres import PostgresServer
from tests.service.parts import NOW, make_case, make_result

SECRET = "Zyxwv-4929"


def failed(url: str, statement: str, **values: object) -> str:
    """What is said of a statement that fails."""

    async def run() -> None:
        async with open_database(url) as engine:
            with explained_errors(engine):
                async with engine.begin() as connection:
                    await connection.execute(text(statement), values)

    return refused(run())


async def open_and_close(url: str) -> None:
    """Do nothing else."""
    async with open_database(url):
        pass


def opened(url: str) -> str:
    """What is said of a database that cannot be opened."""
    return refused(open_and_close(url))


def refused(work: Coroutine[None, None, None]) -> str:
    """What is said by the error that ends some work: one line, without what is secret."""
    with pytest.raises(AmendsError) as caught:
        asyncio.run(work)
    message = str(caught.value)
    assert "\n" not in message
    assert SECRET not in message
    return message


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("53100", "has a disk that is full: free some space"),
        ("53200", "has no memory left: try again"),
        ("53300", "has no connection left: raise its max_connections"),
        ("57014", "was too slow: try again"),
        ("57P01", "is starting, stopping or cut us off: try again"),
        ("57P03", "is starting, stopping or cut us off: try again"),
        ("55P03", "is busy with another process: try again"),
        ("40P01", "is busy with another process: try again"),
        ("40001", "is busy with another process: try again"),
        ("25006", "can only be read, as a standby can"),
        ("25P03", "ended a transaction that stood still for too long"),
        ("22P02", r"failed: InvalidTextRepresentationError \(SQLSTATE 22P02\)"),
        ("XX000", r"failed: InternalServerError \(SQLSTATE XX000\)"),
        ("P0001", r"failed: RaiseError \(SQLSTATE P0001\)"),
    ],
)
def test_a_fault_of_the_server_is_told_by_its_code(postgres_url: str, state: str, words: str) -> None:
    """With what to do, and without the server's own words, which may quote what is stored."""
    statement = f"DO $$ BEGIN RAISE EXCEPTION '{SECRET}' USING ERRCODE = '{state}'; END $$"
    assert re.search(f"database {re.escape(postgres_url)} {words}", failed(postgres_url, statement))


def test_a_value_that_does_not_fit_is_not_quoted(postgres_url: str) -> None:
    """The driver does so in its message."""
    message = failed(postgres_url, "SELECT CAST(:value AS INTEGER)", value=SECRET)
    assert message.endswith("failed: DataError (SQLSTATE 22000).")


@pytest.mark.parametrize(
    ("state", "lasting"),
    [("22021", True), ("23505", True), ("42501", True), ("40001", False), ("57P01", False), ("XX000", False)],
)
def test_what_would_fail_again_is_told_apart(postgres_url: str, state: str, *, lasting: bool) -> None:
    """So that nobody tries it for ever."""
    statement = f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"

    async def run() -> None:
        async with open_database(postgres_url) as engine:
            with explained_errors(engine):
                async with engine.begin() as connection:
                    await connection.execute(text(statement))

    with pytest.raises(StoreError) as caught:
        asyncio.run(run())
    assert isinstance(caught.value, StatementFailed) is lasting


def test_names_of_tables_are_told(postgres_url: str) -> None:
    """They are ours, and say where to look."""
    assert failed(postgres_url, "SELECT 1 FROM nowhere").endswith('failed: relation "nowhere" does not exist.')


def test_a_database_that_is_not_there_is_told(postgres: PostgresServer) -> None:
    """By its name."""
    assert "/nowhere does not exist: create it, or correct AMENDS_DATABASE_URL" in opened(postgres.url("nowhere"))


@pytest.mark.parametrize("user", [f"locked:{SECRET}", "locked", f"nobody:{SECRET}"])
def test_a_wrong_password_is_told(postgres: PostgresServer, user: str) -> None:
    """And not repeated."""
    message = opened(postgres.url("postgres", user=user))
    assert "refused the user or the password" in message
    assert user.partition(":")[0] in message


def test_a_user_without_rights_is_told(empty_postgres_url: str) -> None:
    """Who may connect, and may make no table."""
    message = opened(empty_postgres_url.replace("amends@", "locked:open@"))
    assert "gives its user too few rights (permission denied for schema public): make that user the owner" in message
    assert ":open@" not in message
    assert ":***@" in message


def test_a_server_without_a_free_connection_is_told(postgres: PostgresServer, empty_postgres_url: str) -> None:
    """Which is the server's own limit."""
    postgres.execute("ALTER ROLE locked CONNECTION LIMIT 0")
    try:
        assert "no connection left" in opened(empty_postgres_url.replace("amends@", "locked:open@"))
    finally:
        postgres.execute("ALTER ROLE locked CONNECTION LIMIT -1")


def test_a_standby_is_told(postgres: PostgresServer, postgres_url: str) -> None:
    """A server that can only be read serves what is there, and stores nothing."""
    name = str(make_url(postgres_url).database)
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")

    async def run() -> None:
        async with open_database(postgres_url) as engine:
            drafts = DraftRepository(engine)
            await drafts.ping()
            await drafts.add(DEFAULT_TENANT, make_case(), make_result("id-1", make_case()), (), NOW)

    assert "can only be read, as a standby can: name the server that is written to" in refused(run())


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1:1", "cannot be reached"),
        ("localhost:1", "cannot be reached"),
        ("nowhere.invalid", "cannot be reached"),
    ],
)
def test_a_server_that_is_not_there_is_told(address: str, words: str) -> None:
    """With what the network said, and no password."""
    message = opened(f"postgresql+asyncpg://amends:{SECRET}@{address}/amends")
    assert f"amends:***@{address}/amends {words} (" in message
    assert message.endswith("): start it, or correct AMENDS_DATABASE_URL.")


@contextmanager
def answering(*answers: bytes | None) -> Iterator[str]:
    """The URL of something that answers each connection with this, hangs up, and is no PostgreSQL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                held.append(connection)
                if answer is not None:
                    connection.recv(1_000)
                    connection.sendall(answer)
                    connection.close()

        held: list[socket.socket] = []
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"postgresql+asyncpg://amends@127.0.0.1:{listener.getsockname()[1]}/amends?ssl=disable"
        thread.join(10)
        for connection in held:
            connection.close()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10, b"E\0\0\0\4"])
def test_what_is_no_postgresql_is_told(answer: bytes) -> None:
    """Whatever answers there, the database is named."""
    with answering(answer) as url:
        assert "/amends?ssl=disable " in opened(url)


def test_a_server_that_says_nothing_is_told() -> None:
    """After the time that a connection may take."""

    async def run() -> None:
        engine = make_engine(make_url(url), {}, Waits(connect=0.2))
        with explained_errors(engine):
            async with engine.connect():
                pass

    with answering(None) as url:
        assert "did not answer in time: try again" in refused(run())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("sslmode=sometimes", "parameter must be one of: disable, allow, prefer, require"),
        ("pool=3", "unexpected keyword argument 'pool'"),
        ("prepared_statement_cache_size=many", "it is not the URL of a database"),
    ],
)
def test_an_option_that_the_driver_does_not_know_is_told(postgres: PostgresServer, query: str, words: str) -> None:
    """It is a matter of set-up: the start stops."""
    with pytest.raises(ConfigurationError, match=f"AMENDS_DATABASE_URL: .*{words}"):
        asyncio.run(open_and_close(f"{postgres.url('postgres')}?{query}"))


def test_sslmode_is_understood(postgres_url: str) -> None:
    """As every other program writes it; this server speaks no TLS."""
    asyncio.run(open_and_close(f"{postgres_url}?sslmode=prefer"))
    with pytest.raises(StoreError, match="rejected SSL upgrade"):
        asyncio.run(open_and_close(f"{postgres_url}?sslmode=require"))


class Said(Exception):
    """What PostgreSQL's driver raises: an SQLSTATE, or words alone."""

    def __init__(self, state: str, words: str = "") -> None:
        super().__init__(words)
        self.sqlstate = state


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (sqlite3.OperationalError("database or disk is full"), "full"),
        (sqlite3.OperationalError("database is locked"), "busy"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "unusable"),
        (sqlite3.DatabaseError("file is not a database"), "unusable"),
        (sqlite3.OperationalError("no such table: drafts"), "other"),
        (NoneFree(), "busy"),
        (TimeoutError(), "slow"),
        (ConnectionRefusedError(), "away"),
        (Said("53100"), "full"),
        (Said("53300"), "busy"),
        (Said("40001"), "busy"),
        (Said("57P01"), "away"),
        (Said("57014"), "slow"),
        (Said("08006"), "away"),
        (Said("28P01"), "unusable"),
        (Said("42501"), "unusable"),
        (Said("42P01"), "statement"),
        (Said("23505"), "statement"),
        (Said("", "connection is closed"), "away"),
        (Said("XX000"), "other"),
        (ValueError(SECRET), "other"),
    ],
)
def test_a_fault_in_a_word(error: Exception, fault: StoreFault) -> None:
    """For who counts them; also where SQLAlchemy has wrapped it."""
    assert fault_of(error) == fault
    assert fault_of(DBAPIError("SELECT 1", None, error)) == fault
