"""Finds a row by its id among those of one tenant: nobody else's is ever found."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from service.store.tables import BatchRow, DeliveryRow, DraftRow, JobRow, WebhookRow

Owned = BatchRow | DeliveryRow | DraftRow | JobRow | WebhookRow


def owned(row: type[Owned], tenant: str, row_id: str) -> ColumnElement[bool]:
    """The condition that a row is this one, and the tenant's."""
    return and_(row.tenant == tenant, row.id == row_id)
