"""Jobs that are not finished and events that nobody took are counted without a look at the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

INDEXES = {
    "ix_jobs_unfinished": ("jobs", sa.text("status IN ('queued', 'running')")),
    "ix_webhook_deliveries_untaken": ("webhook_deliveries", sa.text("status IN ('pending', 'dead')")),
}


def upgrade() -> None:
    """Add the indexes."""
    for name, (table, condition) in INDEXES.items():
        op.create_index(name, table, ["status"], sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    """Drop them."""
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
