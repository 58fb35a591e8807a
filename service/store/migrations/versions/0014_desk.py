"""Drafts say by which channel the complaint came, those that wait for an agent are found, and agents have passes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

AT_ONCE = 500  # drafts read at once: a store may hold more than the memory
UPDATE = sa.text("UPDATE drafts SET channel = :channel WHERE id = :id")
PAGE = sa.text("SELECT id, case_json FROM drafts WHERE id > :after AND case_json IS NOT NULL ORDER BY id LIMIT :most")
WAITING = sa.text("outcome IS NULL AND erased_at IS NULL")


def upgrade() -> None:
    """Add the column, fill it from the cases that are still there, and index what waits."""
    op.add_column("drafts", sa.Column("channel", sa.Text))
    connection = op.get_bind()
    for page in _pages(connection):
        connection.execute(UPDATE, page)
    op.create_index(
        "ix_drafts_waiting",
        "drafts",
        ["tenant", "created_at", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_table(
        "passes",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("drafts", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_passes_expires_at", "passes", ["expires_at"])


def _pages(connection: sa.Connection) -> Iterator[list[dict[str, str]]]:
    after = ""
    while rows := connection.execute(PAGE, {"after": after, "most": AT_ONCE}).all():
        after = rows[-1][0]
        yield [{"id": row[0], "channel": json.loads(row[1])["complaint"]["channel"]} for row in rows]
