"""Webhooks: what is due is found webhook by webhook, dead letters by their age, and a secret can be renewed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

DELIVERIES = "webhook_deliveries"


def upgrade() -> None:
    """Exchange the indexes; keep an old secret for a while."""
    for name in ("status_next_at", "webhook_id"):
        op.drop_index(f"ix_webhook_deliveries_{name}", DELIVERIES)
    op.create_index("ix_webhook_deliveries_webhook_id_status", DELIVERIES, ["webhook_id", "status", "next_at"])
    op.create_index("ix_webhook_deliveries_tenant_status", DELIVERIES, ["tenant", "status", "created_at", "id"])
    op.add_column("webhooks", sa.Column("old_secret", sa.Text))
    op.add_column("webhooks", sa.Column("old_secret_until", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("webhooks") as table:
        table.drop_column("old_secret_until")
        table.drop_column("old_secret")
    for name in ("tenant_status", "webhook_id_status"):
        op.drop_index(f"ix_webhook_deliveries_{name}", DELIVERIES)
    op.create_index("ix_webhook_deliveries_webhook_id", DELIVERIES, ["webhook_id"])
    op.create_index("ix_webhook_deliveries_status_next_at", DELIVERIES, ["status", "next_at"])
