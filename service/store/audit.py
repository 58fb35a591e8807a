"""Writes and reads the audit trail: counts and ids, and never a text or a customer's reference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from service.audit import Action, AuditEntry, AuditPage
from service.store.database import READS, explained_errors
from service.store.tables import AuditRow


async def record(
    session: AsyncSession | AsyncConnection,
    tenant: str,
    actor: str,
    action: Action,
    about: str | None,
    *,
    figures: Mapping[str, int],
    at: datetime,
) -> None:
    """Write one row in the caller's transaction, so that there is never the deed without it.

    `about` is an id that the service gave, of a draft, batch or webhook: nothing that a caller chose, and nothing
    that names a person.
    """
    row = {"tenant": tenant, "actor": actor, "action": action, "about": about, "at": at}
    await session.execute(insert(AuditRow).values(**row, figures_json=json.dumps(dict(figures))))


class AuditRepository:
    """The audit trail of one database, to be read."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**READS)

    async def page(self, tenant: str, before: int | None, limit: int) -> AuditPage:
        """At most `limit` deeds, the newest first, those before the one with this id.

        Raises:
            StoreError: the database failed.
        """
        row = AuditRow
        deeds = select(row.id, row.at, row.actor, row.action, row.about, row.figures_json).where(row.tenant == tenant)
        if before is not None:
            deeds = deeds.where(row.id < before)
        with explained_errors(self._engine):
            async with self._reading.connect() as connection:
                rows = (await connection.execute(deeds.order_by(row.id.desc()).limit(limit + 1))).all()
        entries = tuple(
            AuditEntry(
                id=each.id,
                at=each.at,
                actor=each.actor,
                action=each.action,
                about=each.about,
                figures=json.loads(each.figures_json),
            )
            for each in rows[:limit]
        )
        return AuditPage(entries=entries, next=entries[-1].id if len(rows) > limit else None)
