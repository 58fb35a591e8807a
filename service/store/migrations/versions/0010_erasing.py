"""Jobs and batches say when their texts were deleted, and answers go with jobs; old texts are found by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

UNERASED = sa.text("erased_at IS NULL")
INDEXES = {"ix_drafts_unerased": ("drafts", "created_at"), "ix_jobs_unerased": ("jobs", "accepted_at")}


def upgrade() -> None:
    """Add the columns, and then the indexes that are about them."""
    for table in ("jobs", "batches"):
        op.add_column(table, sa.Column("erased_at", sa.DateTime(timezone=True)))
    for name, (table, column) in INDEXES.items():
        op.create_index(name, table, [column], sqlite_where=UNERASED, postgresql_where=UNERASED)
    with op.batch_alter_table("idempotency_keys") as altered:
        altered.add_column(sa.Column("job_id", sa.String))
        altered.create_foreign_key("fk_idempotency_keys_job_id", "jobs", ["job_id"], ["id"], ondelete="CASCADE")
        altered.create_index("ix_idempotency_keys_job_id", ["job_id"])


def downgrade() -> None:
    """Drop all of them."""
    with op.batch_alter_table("idempotency_keys") as altered:
        altered.drop_index("ix_idempotency_keys_job_id")
        altered.drop_constraint("fk_idempotency_keys_job_id", type_="foreignkey")
        altered.drop_column("job_id")
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    for table in ("jobs", "batches"):
        op.drop_column(table, "erased_at")
