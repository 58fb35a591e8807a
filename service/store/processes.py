"""Keeps which processes live, and has the work of a dead one taken over by exactly one that survives."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from service.store.database import explained_errors
from service.store.tables import Moment, ProcessRow
from service.store.upserts import INSERTS


class ProcessRepository:
    """The processes of one database that work on jobs."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._insert = INSERTS[engine.dialect.name]

    async def now(self) -> datetime:
        """The moment by the one clock that all processes share: the server's, or this machine's with SQLite.

        Raises:
            StoreError: the database failed.
        """
        if self._engine.dialect.name == "sqlite":
            return datetime.now(UTC)
        with explained_errors(self._engine):
            async with self._engine.connect() as connection:
                return (await connection.execute(select(func.clock_timestamp(type_=Moment)))).scalar_one()

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

    async def add_unknown(self, ids: Collection[str], now: datetime) -> None:
        """Give those of these processes that are not known a beat: unless they live, they will be found dead.

        Raises:
            StoreError: the database failed.
        """
        if not ids:
            return
        rows = [{"id": each, "version": "", "started_at": now, "beat_at": now} for each in sorted(ids)]
        statement = self._insert(ProcessRow).values(rows).on_conflict_do_nothing(index_elements=["id"])
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(statement)

    async def take_over(self, before: datetime, now: datetime) -> dict[str, datetime]:
        """The processes whose last beat was before, and the beat that each now has; one caller alone is given it.

        They count as alive for another while, in which that caller adopts their work; where it dies over that, the
        next one does it.

        Raises:
            StoreError: the database failed.
        """
        dead = update(ProcessRow).where(ProcessRow.beat_at < before).values(beat_at=now)
        statement = dead.returning(ProcessRow.id, ProcessRow.beat_at)
        # The clock was set back since that beat: nobody would be missed until it is as late again.
        ahead = update(ProcessRow).where(ProcessRow.beat_at > now + (now - before)).values(beat_at=now)
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                found = {row.id: row.beat_at for row in await connection.execute(statement)}
                await connection.execute(ahead)
        return found

    async def remove(self, process_id: str, beat_at: datetime | None = None) -> None:
        """A process has ended, and nothing of it is left to be adopted; with `beat_at`, unless it has beaten since.

        Raises:
            StoreError: the database failed.
        """
        statement = delete(ProcessRow).where(ProcessRow.id == process_id)
        if beat_at:
            statement = statement.where(ProcessRow.beat_at == beat_at)
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await connection.execute(statement)
