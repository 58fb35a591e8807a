"""Reads what agents sent in place of drafts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from service.store.database import READS, explained_errors
from service.store.tables import DraftRow, FeedbackRow

PAGE = 100  # rows read at once: a store may hold more texts than the memory
CHANGED = ("edited", "rejected")


@dataclass(frozen=True, slots=True)
class AgentEdit:
    """The last feedback on a draft with texts, with the stored bodies of the case and of the result."""

    draft_id: str
    outcome: str
    text: str | None
    at: datetime
    created_at: datetime
    case_json: str
    result_json: str


class EditReader:
    """The edits of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(**READS)

    async def edits(self, tenant: str, since: datetime | None = None) -> AsyncIterator[AgentEdit]:
        """Every draft of a tenant whose last feedback is an edit or a rejection, in order of that feedback.

        Raises:
            StoreError: the database failed.
        """
        after = (since or datetime.min.replace(tzinfo=UTC), "")
        while page := await self._page(tenant, after):
            for edit in page:
                yield edit
            after = (page[-1].at, page[-1].draft_id)

    async def _page(self, tenant: str, after: tuple[datetime, str]) -> list[AgentEdit]:
        # A connection for each page: whoever works long on one keeps no transaction open.
        with explained_errors(self._engine):
            async with self._engine.connect() as connection:
                rows = await connection.execute(_statement(tenant, *after))
                return [AgentEdit(*row) for row in rows]


def _statement(tenant: str, at: datetime, draft_id: str) -> Select[str, str, str | None, datetime, datetime, str, str]:
    last = (
        select(FeedbackRow.draft_id, func.max(FeedbackRow.number).label("number"))
        .group_by(FeedbackRow.draft_id)
        .subquery()
    )
    return (
        select(
            FeedbackRow.draft_id,
            FeedbackRow.outcome,
            FeedbackRow.text,
            FeedbackRow.at,
            DraftRow.created_at,
            # Never null here, which types cannot say.
            func.coalesce(DraftRow.case_json, ""),
            func.coalesce(DraftRow.result_json, ""),
        )
        .join(last, and_(last.c.draft_id == FeedbackRow.draft_id, last.c.number == FeedbackRow.number))
        .join(DraftRow, DraftRow.id == FeedbackRow.draft_id)
        .where(DraftRow.tenant == tenant)
        .where(FeedbackRow.outcome.in_(CHANGED), DraftRow.erased_at.is_(None), DraftRow.case_json.is_not(None))
        .where(or_(FeedbackRow.at > at, and_(FeedbackRow.at == at, FeedbackRow.draft_id > draft_id)))
        .order_by(FeedbackRow.at, FeedbackRow.draft_id)
        .limit(PAGE)
    )
