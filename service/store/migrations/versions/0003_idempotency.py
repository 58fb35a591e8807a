"""Idempotency keys with the answers that are kept for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant", sa.Text, primary_key=True),
        sa.Column("route", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("body", sa.Text),
        sa.Column("draft_id", sa.String, sa.ForeignKey("drafts.id", ondelete="CASCADE")),
    )
    op.create_index("ix_idempotency_keys_until", "idempotency_keys", ["until"])
    op.create_index("ix_idempotency_keys_draft_id", "idempotency_keys", ["draft_id"])
