"""Work that waits: jobs, batches, and the processes that do it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "batches",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("faulty", sa.Integer, nullable=False),
        sa.Column("enqueued", sa.Boolean, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_batches_created_at", "batches", ["created_at"])
    op.create_table(
        "batch_faults",
        sa.Column("batch_id", sa.String, sa.ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("ref", sa.Text),
        sa.Column("problem_json", sa.Text, nullable=False),
    )
    _make_jobs()
    op.create_table(
        "processes",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_processes_beat_at", "processes", ["beat_at"])


def _make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("tenant", sa.Text, nullable=False),
        sa.Column("ref", sa.Text),
        sa.Column("customer_ref", sa.Text),
        sa.Column("batch_id", sa.String, sa.ForeignKey("batches.id", ondelete="CASCADE")),
        sa.Column("line", sa.Integer),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("case_json", sa.Text),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("enqueued", sa.Boolean, nullable=False),
        sa.Column("problem_json", sa.Text),
    )
    op.create_index("ix_jobs_customer_ref", "jobs", ["customer_ref"])
    op.create_index("ix_jobs_batch_id_line", "jobs", ["batch_id", "line"])
    op.create_index("ix_jobs_enqueued_accepted_at", "jobs", ["enqueued", "accepted_at"])
