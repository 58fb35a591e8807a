"""Keeps which processes live, and has the work of a dead one taken over by exactly one that survives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from service.store.database import explained_errors
from service.store.tables import ProcessRow

INSERTS: Mapping[str, Callable[[type[ProcessRow]], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class ProcessRepository:
    """The processes of one database that work on jobs."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert = INSERTS[engine.dialect.name]

    async def beat(self, process_id: str, version: str, now: datetime) -> None:
        """Say that a process lives, also where it was thought dead.

        Raises:
            StoreError: the database failed.
        """
        row = {"id": process_id, "version": version, "started_at": now, "beat_at": now}
        statement = (
            self._insert(ProcessRow)
            .values(row)
            .on_conflict_do_update(index_elements=["id"], set_={"beat_at": now, "version": version})
        )
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(statement)

    async def take_over(self, before: datetime, now: datetime) -> list[str]:
        """The processes whose last beat was before; each is given to one caller alone.

        They count as alive for another while, in which that caller adopts their work; where it dies over that, the
        next one does it.

        Raises:
            StoreError: the database failed.
        """
        statement = update(ProcessRow).where(ProcessRow.beat_at < before).values(beat_at=now).returning(ProcessRow.id)
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                return list((await connection.execute(statement)).scalars())

    async def remove(self, process_id: str) -> None:
        """A process has ended, and nothing of it is left to be adopted.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(delete(ProcessRow).where(ProcessRow.id == process_id))
