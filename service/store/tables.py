"""The tables: drafts, their attempts, the verdicts on each attempt, the feedback of agents, and idempotency keys."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, ForeignKey, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """A time with its zone, kept as UTC: SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """On the way into the database."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """On the way out of it."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Table(DeclarativeBase):
    """Base of all tables."""


class DraftRow(Table):
    """One case and its result; `case_json` and `result_json` are the bodies as read and as answered."""

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str | None] = mapped_column(Text, index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    status: Mapped[str] = mapped_column(Text)
    situation: Mapped[str] = mapped_column(Text)
    policy: Mapped[str] = mapped_column(Text)
    prompt_name: Mapped[str] = mapped_column(Text)
    prompt_hash: Mapped[str] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(Text)
    endpoint: Mapped[str | None] = mapped_column(Text)
    case_json: Mapped[str] = mapped_column(Text)
    result_json: Mapped[str] = mapped_column(Text)


class AttemptRow(Table):
    """One text that the model gave, the first one numbered 1."""

    __tablename__ = "attempts"

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    endpoint: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


class VerdictRow(Table):
    """One verdict on one attempt; `verdict_json` holds findings and advice."""

    __tablename__ = "verdicts"

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    check: Mapped[str] = mapped_column("check_name", Text, primary_key=True)
    passed: Mapped[bool]
    blocking: Mapped[bool]
    level: Mapped[int | None]
    verdict_json: Mapped[str] = mapped_column(Text)


class FeedbackRow(Table):
    """What an agent did with a draft; the first is numbered 1, and the last one counts.

    `edit_distance` is kept beside the text, because figures outlive texts.
    """

    __tablename__ = "feedback"

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    outcome: Mapped[str] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    agent_tenure_months: Mapped[int | None]
    edit_distance: Mapped[float | None]


class IdempotencyRow(Table):
    """An idempotency key: claimed while its request is worked on, then with the answer.

    `until` is when the claim may be taken over, or when the answer expires. The answer repeats a draft's texts:
    it is deleted with the draft.
    """

    __tablename__ = "idempotency_keys"

    tenant: Mapped[str] = mapped_column(Text, primary_key=True)
    route: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime] = mapped_column(Moment, index=True)
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Text)
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), index=True)
