"""Jobs that are not finished are found, and counted, without a look at those that are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"

INDEX = "ix_jobs_unfinished"
UNFINISHED = sa.text("status IN ('queued', 'running')")


def upgrade() -> None:
    """Add the index."""
    op.create_index(INDEX, "jobs", ["status"], sqlite_where=UNFINISHED, postgresql_where=UNFINISHED)


def downgrade() -> None:
    """Drop it."""
    op.drop_index(INDEX, "jobs")
