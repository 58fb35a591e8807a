"""No test leaves this machine; and the databases that tests are given."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from pytest_socket import socket_allow_hosts

from service.store.database import open_database
from tests.databases import sqlite_url
from tests.postgres import PostgresServer, bundled, installed


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """Fail any test that connects to another machine."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Leave no test the logs of another: commands set them up for their whole process."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, started when the first test asks for it."""
    with tempfile.TemporaryDirectory(prefix="amends-postgres-") as folder:
        server = PostgresServer(installed() or bundled(), Path(folder))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def template(postgres: PostgresServer) -> str:
    """A migrated database of PostgreSQL to be copied: that takes less time than to migrate one."""
    name = postgres.make_database()

    async def migrate() -> None:
        async with open_database(postgres.url(name)):
            pass

    asyncio.run(migrate())
    return name


@pytest.fixture
def postgres_url(postgres: PostgresServer, template: str) -> Iterator[str]:
    """The URL of a new, migrated database of PostgreSQL."""
    name = postgres.make_database(template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def empty_postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a new database of PostgreSQL with nothing in it."""
    name = postgres.make_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new database: a test that asks for it is run with each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "a.db")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """As `database_url`, but with nothing in it."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "a.db")
    url: str = request.getfixturevalue("empty_postgres_url")
    return url
