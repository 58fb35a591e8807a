"""Brings a database to the schema of this version, and tells which one it has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from service.errors import StoreError
from service.store import postgres, sqlite

MIGRATIONS = Path(__file__).with_name("migrations")
MIGRATES = {"migrates": True}  # the execution option of a connection that changes the schema
LOCK = 0x616D656E6473  # any number that no other program of the database takes: "amends"


async def bring_up_to_date(engine: AsyncEngine) -> None:
    """Migrate to the newest schema, in one transaction; whoever does so at the same time waits.

    Raises:
        StoreError: the schema is none that this version knows.
    """
    async with _patient(engine) as patient, patient.connect() as opened:
        connection = await opened.execution_options(**MIGRATES)
        try:
            async with connection.begin():
                await connection.run_sync(_migrate)
        finally:
            if engine.dialect.name == "sqlite":
                await connection.run_sync(sqlite.hold_to_foreign_keys)


async def refuse_other_schema(engine: AsyncEngine) -> None:
    """Do nothing where the schema is this version's.

    Raises:
        StoreError: it is another one; the message says what to do.
    """
    async with engine.connect() as connection:
        found = await connection.run_sync(_revision)
    script = ScriptDirectory.from_config(_config())
    head = script.get_current_head()
    if found == head:
        return
    name = engine.url.render_as_string(hide_password=True)
    if found is None:
        raise StoreError(f"{name} is no database of Amends: it has no schema.")
    older = found in {each.revision for each in script.walk_revisions()}
    advice = "start `amends serve` once, which brings it up to date" if older else "use the newer version"
    raise StoreError(f"The database {name} has schema {found}, this version of Amends reads {head}: {advice}.")


@asynccontextmanager
async def _patient(engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    if engine.dialect.name == "sqlite":
        yield engine
        return
    patient = postgres.make_patient_engine(engine.url)
    try:
        yield patient
    finally:
        await patient.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _migrate(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":  # SQLite's lock is already held
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            f"The database is none that this version of Amends knows: {error}. Was a newer version here?"
        ) from error
