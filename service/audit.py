"""The audit trail as it is read: who did what to what is kept, and no text of it."""

from __future__ import annotations

from typing import Literal, Protocol

from pydantic import AwareDatetime, Field

from guardrails.types import Contract

Action = Literal[
    "draft.erased",
    "customer.erased",
    "retention.erased",
    "draft.cancelled",
    "batch.cancelled",
    "webhook.created",
    "webhook.secret_renewed",
    "webhook.deleted",
    "delivery.replayed",
    "key.created",
    "key.rotated",
    "key.revoked",
    "key.limited",
]
OPERATOR = "operator"  # whoever runs the service and its commands, or calls it where no access key is needed
RETENTION = "retention"  # the service itself, where texts grew too old
DEFAULT_LIMIT, MOST_LIMIT = 100, 1_000
MOST_ID = 2**31 - 1  # the largest that PostgreSQL keeps as an integer, and refuses more even to compare


class AuditEntry(Contract):
    """One deed."""

    id: int = Field(description="Counts upward, with gaps.")
    at: AwareDatetime
    actor: str = Field(
        description="`key:` and the id of the access key; `operator` is whoever runs commands, or calls the service "
        "where no key is needed; `retention` is the service itself with texts grown old."
    )
    action: str
    about: str | None = Field(description="The id of the draft, batch, webhook, delivery, deletion or access key.")
    figures: dict[str, int] = Field(description="What it was about, counted.")


class AuditQuery(Contract):
    """Which deeds to read."""

    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MOST_LIMIT, description="How many entries a page may have.")
    before: int | None = Field(default=None, ge=1, le=MOST_ID, description="The `next` of the page before this one.")


class AuditPage(Contract):
    """Some deeds, the newest first; `next` is the `before` of the page that follows."""

    entries: tuple[AuditEntry, ...]
    next: int | None


class Trail(Protocol):
    """Where deeds are kept."""

    async def page(self, tenant: str, before: int | None, limit: int) -> AuditPage:
        """At most `limit` deeds, those before the one with this id."""
