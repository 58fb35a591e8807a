"""Counts what waits, up to a bound, by indexes that hold little else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.jobs.stages import UNFINISHED
from service.store.database import READS, explained_errors
from service.store.tables import UNFINISHED_JOBS, UNTAKEN_DELIVERIES, DeliveryRow, JobRow
from service.webhooks.retrying import DeliveryStatus

MOST_COUNTED = 100_000
UNTAKEN: tuple[DeliveryStatus, ...] = tuple(each for each in get_args(DeliveryStatus) if each != "delivered")


class DepthRepository:
    """What waits in one database, of all tenants."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**READS)

    async def jobs(self) -> dict[str, int]:
        """How many accepted drafts are not made yet, by their status; at most MOST_COUNTED in all.

        Raises:
            StoreError: the database failed.
        """
        return await self._count(select(JobRow.status).where(UNFINISHED_JOBS), UNFINISHED)

    async def deliveries(self) -> dict[str, int]:
        """How many events nobody took yet, by their status; at most MOST_COUNTED in all.

        Raises:
            StoreError: the database failed.
        """
        return await self._count(select(DeliveryRow.status).where(UNTAKEN_DELIVERIES), UNTAKEN)

    async def _count(self, statuses: Select[str], known: Sequence[str]) -> dict[str, int]:
        """By status; the condition is in the words of an index: SQLite does not see that another one implies them."""
        some = statuses.limit(MOST_COUNTED).subquery()
        counted = select(some.c.status, func.count()).group_by(some.c.status)
        with explained_errors(self._engine):
            async with self._reading.connect() as connection:
                rows = (await connection.execute(counted)).all()
        return dict.fromkeys(known, 0) | {row[0]: row[1] for row in rows}
