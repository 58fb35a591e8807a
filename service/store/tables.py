"""The tables: drafts with attempts, verdicts and feedback; work that waits; keys of two kinds; webhooks; and more.

A text of a customer or for one stands only in columns that may be null: they are emptied where texts are deleted, and
the figures beside them stay.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import sqlalchemy
from sqlalchemy import BigInteger, DateTime, Dialect, Double, ForeignKey, Index, String, TypeDecorator, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SURROGATES = re.compile("[\ud800-\udfff]")
# Old texts are found without a look at those that are gone, of which there will be many more.
UNERASED = text("erased_at IS NULL")
UNFINISHED_JOBS = text("status IN ('queued', 'running')")
UNTAKEN_DELIVERIES = text("status IN ('pending', 'dead')")
WAITING = text("outcome IS NULL AND erased_at IS NULL")  # for an agent
UNKNOWN = "\ufffd"  # what Unicode has in place of a character that cannot be shown


class Text(TypeDecorator[str]):
    """A text as every database can keep it.

    PostgreSQL keeps no NUL, and nobody keeps half of a surrogate pair. Bodies in JSON have them escaped.
    """

    impl = sqlalchemy.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        """On the way into the database, and into comparisons."""
        return storable(value) if value else value


class Name(TypeDecorator[str]):
    """An id, kept like a text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        """On the way into the database, and into comparisons."""
        return storable(value) if value else value


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


def storable(text: str) -> str:
    """A text with a mark for each character that a database refuses."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = SURROGATES.sub(UNKNOWN, text)
    return text.replace("\0", UNKNOWN)


class Table(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {str: Name}  # noqa: RUF012 - SQLAlchemy declares it so


class DraftRow(Table):
    """One case and its result; `case_json` and `result_json` are the bodies as read and as answered.

    `best_attempt` numbers the attempt that the result's verdicts are about, and `total_ms` is in milliseconds: they
    and the tokens are kept beside the result, because figures outlive texts. So are whether any text was `shown` to
    the caller, the kind of `escalation`, and `failed_checks`: the names of the checks that the best attempt failed,
    with blanks between them; null where nothing was checked. `outcome`, `agent_tenure_months` and `edit_distance`
    repeat the last feedback, for figures of many drafts. `erased_at` is when the texts, the caller's reference
    and the customer's were deleted.
    """

    __tablename__ = "drafts"
    # All that figures read: a look at the rows themselves would read the texts.
    __table_args__ = (
        Index(
            "ix_drafts_figures",
            *("tenant", "created_at", "status", "shown", "escalation", "situation", "prompt_name", "prompt_hash"),
            *("failed_checks", "total_ms", "prompt_tokens", "completion_tokens"),
            *("outcome", "agent_tenure_months", "edit_distance"),
        ),
        Index("ix_drafts_unerased", "created_at", sqlite_where=UNERASED, postgresql_where=UNERASED),
        Index("ix_drafts_waiting", "tenant", "created_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(Text, server_default="default")
    ref: Mapped[str | None] = mapped_column(Text, index=True)
    customer_ref: Mapped[str | None] = mapped_column(Text, index=True)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    status: Mapped[str] = mapped_column(Text)
    situation: Mapped[str] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(Text)
    policy: Mapped[str] = mapped_column(Text)
    prompt_name: Mapped[str] = mapped_column(Text)
    prompt_hash: Mapped[str] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(Text)
    endpoint: Mapped[str | None] = mapped_column(Text)
    best_attempt: Mapped[int | None]
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    total_ms: Mapped[float | None]
    case_json: Mapped[str | None] = mapped_column(Text)
    result_json: Mapped[str | None] = mapped_column(Text)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    shown: Mapped[bool] = mapped_column(server_default=false())
    escalation: Mapped[str | None] = mapped_column(Text)
    failed_checks: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    agent_tenure_months: Mapped[int | None]
    edit_distance: Mapped[float | None]


class AttemptRow(Table):
    """One text that the model gave, the first one numbered 1."""

    __tablename__ = "attempts"

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    endpoint: Mapped[str] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)


class VerdictRow(Table):
    """One verdict on one attempt; `verdict_json` holds findings and advice."""

    __tablename__ = "verdicts"

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    check: Mapped[str] = mapped_column("check_name", Text, primary_key=True)
    passed: Mapped[bool]
    blocking: Mapped[bool]
    level: Mapped[int | None]
    verdict_json: Mapped[str | None] = mapped_column(Text)


class FeedbackRow(Table):
    """What an agent did with a draft; the first is numbered 1, and the last one counts.

    `edit_distance` is kept beside the text, because figures outlive texts; a reason may quote a customer.
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
    it is deleted with the draft, or with what was to become one.
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
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)


class BatchRow(Table):
    """A file of cases: `receiving` until every line was read, then `accepted`, or `cancelled`.

    `lines` counts all, `faulty` those that hold no case. `finished_at` is when the last draft ended.
    `enqueued` says whether the engine has heard of it. `erased_at` is when what was said of its faulty lines was
    deleted.
    """

    __tablename__ = "batches"

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    status: Mapped[str] = mapped_column(Text)
    lines: Mapped[int]
    faulty: Mapped[int]
    enqueued: Mapped[bool]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)


class BatchFaultRow(Table):
    """A line of a batch that holds no case; `problem_json` says why. Lines count from 1."""

    __tablename__ = "batch_faults"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str | None] = mapped_column(Text)
    problem_json: Mapped[str] = mapped_column(Text)


class JobRow(Table):
    """An accepted case; its `id` is that of the draft that it becomes.

    `status` is `queued`, `running`, `cancelled`, or `done` once the draft is stored. `tries` counts how often the
    work was begun, `faults` how often it was put back. `enqueued` says whether the engine has heard of it.
    `problem_json` is the last error of a draft that failed. `erased_at` is when its texts were deleted, whether or not
    it had become a draft. `payer` is by whom its tokens are counted.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_batch_id_line", "batch_id", "line"),
        Index("ix_jobs_enqueued_accepted_at", "enqueued", "accepted_at"),
        Index("ix_jobs_unerased", "accepted_at", sqlite_where=UNERASED, postgresql_where=UNERASED),
        Index("ix_jobs_unfinished", "status", sqlite_where=UNFINISHED_JOBS, postgresql_where=UNFINISHED_JOBS),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    ref: Mapped[str | None] = mapped_column(Text)
    customer_ref: Mapped[str | None] = mapped_column(Text, index=True)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"))
    line: Mapped[int | None]
    status: Mapped[str] = mapped_column(Text)
    case_json: Mapped[str | None] = mapped_column(Text)
    accepted_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int]
    enqueued: Mapped[bool]
    problem_json: Mapped[str | None] = mapped_column(Text)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    payer: Mapped[str | None] = mapped_column(Text)
    faults: Mapped[int] = mapped_column(server_default=text("0"))


class ProcessRow(Table):
    """A process that works through jobs, and when it last said so."""

    __tablename__ = "processes"

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(Moment)
    beat_at: Mapped[datetime] = mapped_column(Moment, index=True)


class WebhookRow(Table):
    """A URL that hears of events; `events_json` lists which. The secret signs, so that it is kept as it is.

    One that was renewed signs along with the new one until `old_secret_until`.
    """

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    url: Mapped[str] = mapped_column(Text)
    events_json: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(Text)
    old_secret: Mapped[str | None] = mapped_column(Text)
    old_secret_until: Mapped[datetime | None] = mapped_column(Moment)


class DeliveryRow(Table):
    """An event on its way to a webhook: `pending`, `delivered`, or `dead` when nobody took it in time.

    `about` is the id of the draft or batch, `body` what is sent. `next_at` is when it is tried next, or when it was
    settled; while `owner` tries it, that and `until` are when others may. `fault` says how the last try ended.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_webhook_id_status", "webhook_id", "status", "next_at"),
        Index("ix_webhook_deliveries_tenant_status", "tenant", "status", "created_at", "id"),
        Index(
            *("ix_webhook_deliveries_untaken", "status"),
            sqlite_where=UNTAKEN_DELIVERIES,
            postgresql_where=UNTAKEN_DELIVERIES,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text, index=True)
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(Text)
    tries: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(Moment)
    owner: Mapped[str | None] = mapped_column(Text)
    until: Mapped[datetime | None] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    fault: Mapped[str | None] = mapped_column(Text)


class AuditRow(Table):
    """Something that was done to what is kept: who, what, to what; `figures_json` holds counts, never a text."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    tenant: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(Text)
    figures_json: Mapped[str] = mapped_column(Text)


class PassRow(Table):
    """What lets an agent's browser in for a while; `id` is a hash, `drafts` are ids with blanks between."""

    __tablename__ = "passes"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(Text)
    drafts: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class AccessKeyRow(Table):
    """What lets a caller in: of its secret only the hash; `scopes` have blanks between them.

    The old secret is taken, too, until `old_secret_until`. `limits_json` has its own limits.
    """

    __tablename__ = "access_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    scopes: Mapped[str] = mapped_column(Text)
    secret_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    old_secret_hash: Mapped[str | None] = mapped_column(Text)
    old_secret_until: Mapped[datetime | None] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    limits_json: Mapped[str | None] = mapped_column(Text)


class TokenCountRow(Table):
    """The tokens that a payer's drafts took on a day of UTC, as `2025-10-21`; the payer is a key's id, or `open`."""

    __tablename__ = "token_counts"

    payer: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[int] = mapped_column(BigInteger)


class RateCountRow(Table):
    """The requests of a bucket in the window of the last one, which came `at` a second since 1970, and the one before.

    Used in PostgreSQL alone, where the table is not logged.
    """

    __tablename__ = "rate_counts"

    bucket: Mapped[str] = mapped_column(Text, primary_key=True)
    seconds: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[float] = mapped_column(Double)
    earlier: Mapped[int] = mapped_column(BigInteger)
    latest: Mapped[int] = mapped_column(BigInteger)
