"""Drafts say whether they were shown, why they were left to a person, which checks failed and what agents did."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

AT_ONCE = 500  # drafts read at once: a store may hold more than the memory
UPDATE = sa.text(
    "UPDATE drafts SET shown = :shown, escalation = :escalation, failed_checks = :failed_checks WHERE id = :id"
)
REPEAT_LAST_FEEDBACK = sa.text(
    "UPDATE drafts SET (outcome, agent_tenure_months, edit_distance) = (SELECT outcome, agent_tenure_months, "
    "edit_distance FROM feedback WHERE draft_id = drafts.id ORDER BY number DESC LIMIT 1) "
    "WHERE id IN (SELECT draft_id FROM feedback)"
)
INDEX = "ix_drafts_figures"
# All that figures read: a look at the rows themselves would read the texts.
INDEXED = (
    *("tenant", "created_at", "status", "shown", "escalation", "situation", "prompt_name", "prompt_hash"),
    *("failed_checks", "total_ms", "prompt_tokens", "completion_tokens"),
    *("outcome", "agent_tenure_months", "edit_distance"),
)


def upgrade() -> None:
    """Add the columns, fill them from the feedback and from the results that are still there, and index them."""
    for column in _columns():
        op.add_column("drafts", column)
    connection = op.get_bind()
    for page in _pages(connection):
        connection.execute(UPDATE, [_figures(draft_id, body) for draft_id, body in page])
    connection.execute(REPEAT_LAST_FEEDBACK)
    op.create_index(INDEX, "drafts", INDEXED)


def _columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("shown", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("escalation", sa.Text),
        sa.Column("failed_checks", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("agent_tenure_months", sa.Integer),
        sa.Column("edit_distance", sa.Double),
    )


def _pages(connection: sa.Connection) -> Iterator[list[tuple[str, str]]]:
    page = sa.text(
        "SELECT id, result_json FROM drafts WHERE id > :after AND result_json IS NOT NULL ORDER BY id LIMIT :most"
    )
    after = ""
    while rows := connection.execute(page, {"after": after, "most": AT_ONCE}).all():
        after = rows[-1][0]
        yield [(row[0], row[1]) for row in rows]


def _figures(draft_id: str, body: str) -> dict[str, object]:
    result = json.loads(body)
    verdicts = result.get("verdicts") or []
    failed = " ".join(each["check"] for each in verdicts if not each["passed"])
    escalate = result.get("escalate")
    return {
        "id": draft_id,
        "shown": result.get("draft") is not None or bool(result.get("alternatives")),
        "escalation": escalate.partition(":")[0] if escalate else None,
        "failed_checks": failed if verdicts else None,
    }
