"""Drafts get a tenant and their figures, and their texts may be deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

AT_ONCE = 500  # drafts read at once: a store may hold more than the memory
LARGEST = 2**31 - 1  # that PostgreSQL keeps as an integer; an endpoint may claim any number of tokens
EMPTIED = (("drafts", ("case_json", "result_json")), ("attempts", ("text",)), ("verdicts", ("verdict_json",)))
UPDATE = sa.text(
    "UPDATE drafts SET customer_ref = :customer_ref, best_attempt = :best_attempt, prompt_tokens = :prompt_tokens, "
    "completion_tokens = :completion_tokens, total_ms = :total_ms WHERE id = :id"
)


def upgrade() -> None:
    """Add the columns, fill them from the texts, and let texts be null."""
    for column in _columns():
        op.add_column("drafts", column)
    connection = op.get_bind()
    for rows in _pages(connection):
        connection.execute(UPDATE, [_figures(connection, *row) for row in rows])
    for table, names in EMPTIED:
        with op.batch_alter_table(table) as altered:
            for name in names:
                altered.alter_column(name, existing_type=sa.Text, nullable=True)
    op.create_index("ix_drafts_customer_ref", "drafts", ["customer_ref"])


def _columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("tenant", sa.Text, nullable=False, server_default="default"),
        sa.Column("customer_ref", sa.Text),
        sa.Column("best_attempt", sa.Integer),
        sa.Column("prompt_tokens", sa.Integer),
        sa.Column("completion_tokens", sa.Integer),
        sa.Column("total_ms", sa.Double),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
    )


def _pages(connection: sa.Connection) -> Iterator[list[tuple[str, str, str]]]:
    page = sa.text("SELECT id, case_json, result_json FROM drafts WHERE id > :after ORDER BY id LIMIT :most")
    after = ""
    while rows := connection.execute(page, {"after": after, "most": AT_ONCE}).all():
        after = rows[-1][0]
        yield [(row[0], row[1], row[2]) for row in rows]


def _figures(connection: sa.Connection, draft_id: str, case_json: str, result_json: str) -> dict[str, object]:
    customer_ref = json.loads(case_json).get("context", {}).get("customer_ref")
    result = json.loads(result_json)
    usage = result.get("usage", {})
    return {
        "id": draft_id,
        # JSON may hold a NUL, which PostgreSQL refuses.
        "customer_ref": customer_ref.replace("\0", "\ufffd") if customer_ref else customer_ref,
        "best_attempt": _best_attempt(connection, draft_id, result.get("verdicts", [])),
        "prompt_tokens": _within(usage.get("prompt_tokens")),
        "completion_tokens": _within(usage.get("completion_tokens")),
        "total_ms": result.get("timings_ms", {}).get("total"),
    }


def _within(tokens: int | None) -> int | None:
    return None if tokens is None else min(tokens, LARGEST)


def _best_attempt(connection: sa.Connection, draft_id: str, verdicts: list[dict[str, object]]) -> int | None:
    """The first attempt with the verdicts of the result."""
    rows = connection.execute(
        sa.text("SELECT attempt, verdict_json FROM verdicts WHERE draft_id = :id"), {"id": draft_id}
    )
    found: dict[int, list[dict[str, object]]] = {}
    for attempt, verdict in rows:
        found.setdefault(attempt, []).append(json.loads(verdict))
    wanted = _sorted(verdicts)
    return next((number for number in sorted(found) if _sorted(found[number]) == wanted), None)


def _sorted(verdicts: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(verdicts, key=lambda verdict: str(verdict.get("check")))
