"""Jobs count the faults after which they were put back, apart from how often they were begun."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the column; processes of the version before leave it out."""
    op.add_column("jobs", sa.Column("faults", sa.Integer, nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("jobs", "faults")
