"""What callers may do: limits of a key, requests and tokens that were counted, and who pays for accepted work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables and add the columns."""
    op.add_column("access_keys", sa.Column("limits_json", sa.Text))
    op.add_column("jobs", sa.Column("payer", sa.Text))
    op.create_table(
        "token_counts",
        sa.Column("payer", sa.Text, primary_key=True),
        sa.Column("day", sa.String, primary_key=True),
        sa.Column("tokens", sa.BigInteger, nullable=False),
    )
    # PostgreSQL writes it nowhere but to memory, in time: what it loses in a crash is a minute's count.
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "rate_counts",
        sa.Column("bucket", sa.Text, primary_key=True),
        sa.Column("seconds", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("earlier", sa.BigInteger, nullable=False),
        sa.Column("latest", sa.BigInteger, nullable=False),
        prefixes=unlogged,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("rate_counts")
    op.drop_table("token_counts")
    op.drop_column("jobs", "payer")
    op.drop_column("access_keys", "limits_json")
