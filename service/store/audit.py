"""Writes the audit trail: who did what to what is kept; counts, and never a text or a customer's reference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from service.store.tables import AuditRow

Action = Literal[
    "draft.erased",
    "customer.erased",
    "retention.erased",
    "draft.cancelled",
    "batch.cancelled",
    "webhook.created",
    "webhook.deleted",
    "delivery.replayed",
]
OPERATOR = "operator"  # whoever may call the service, as long as it knows no keys of its own
RETENTION = "retention"  # the service itself, where texts grew too old


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
