"""Lists drafts, and reads the cases that they were made for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from service.errors import DraftDeleted, DraftNotFound, DraftUnmade, InvalidField
from service.listing import EXCERPT_CHARACTERS, DraftList, ListedDraft, ListQuery
from service.schemas import Case, FeedbackList, StoredFeedback
from service.store.database import READS, explained_errors
from service.store.owned import owned
from service.store.repository import NO_DRAFT
from service.store.tables import DraftRow, FeedbackRow, JobRow

NO_CASE = "There is no case to this draft: its line of a batch held none."
CANCELLED = "This draft was cancelled, and its case is no longer kept."


class ListingRepository:
    """The drafts of one database, to be chosen from. Deleted ones are in no list."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**READS)

    async def page(self, tenant: str, query: ListQuery) -> DraftList:
        """The drafts of a tenant that a query asks for, the newest first.

        Raises:
            InvalidField: `before` is none of the tenant's drafts.
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._reading.connect() as connection:
                last = None
                if query.before is not None:
                    mark = select(DraftRow.created_at, DraftRow.id).where(owned(DraftRow, tenant, query.before))
                    last = (await connection.execute(mark)).one_or_none()
                    if last is None:
                        raise InvalidField("is not the `next` of a page: leave it out to begin anew", "before")
                rows = (await connection.execute(_listed(tenant, query, last))).all()
        shown = rows[: query.limit]
        # Cases of the largest size take a moment, in which others should be answered.
        drafts = await asyncio.to_thread(lambda: tuple(map(_draft, shown)))
        return DraftList(drafts=drafts, next=drafts[-1].id if len(rows) > len(shown) else None)

    async def case(self, tenant: str, draft_id: str) -> Case:
        """What was asked for, also where it is not drafted yet.

        Raises:
            DraftNotFound: there is no such draft, or no case to it.
            DraftUnmade: it was cancelled, and its case is no longer kept.
            DraftDeleted: its texts were deleted.
            StoreError: the database failed.
        """
        drafts = select(DraftRow.case_json, DraftRow.erased_at).where(owned(DraftRow, tenant, draft_id))
        jobs = select(JobRow.case_json, JobRow.erased_at).where(owned(JobRow, tenant, draft_id))
        with explained_errors(self._engine):
            async with self._reading.connect() as connection:
                # The job first: when it is done, its draft is there.
                job = (await connection.execute(jobs)).one_or_none()
                draft = (await connection.execute(drafts)).one_or_none()
        row = draft or job
        if row is None:
            raise DraftNotFound(NO_DRAFT)
        if row.erased_at:
            raise DraftDeleted(row.erased_at)
        if row.case_json is None:
            raise DraftNotFound(NO_CASE) if draft else DraftUnmade(CANCELLED)
        return Case.model_validate_json(row.case_json)

    async def feedback(self, tenant: str, draft_id: str) -> FeedbackList:
        """What was stored of the feedback on a draft, in order; none as long as it is not made.

        Raises:
            DraftNotFound: there is no such draft.
            DraftDeleted: its texts were deleted.
            StoreError: the database failed.
        """
        row = FeedbackRow
        columns = (row.draft_id, row.number, row.at, row.outcome, row.edit_distance, row.agent_tenure_months)
        given = select(*columns).where(row.draft_id == draft_id).order_by(row.number)
        drafts = select(DraftRow.erased_at).where(owned(DraftRow, tenant, draft_id))
        jobs = select(JobRow.erased_at).where(owned(JobRow, tenant, draft_id))
        with explained_errors(self._engine):
            async with self._reading.connect() as connection:
                job = (await connection.execute(jobs)).one_or_none()
                draft = (await connection.execute(drafts)).one_or_none() or job
                rows = (await connection.execute(given)).mappings().all()
        if draft is None:
            raise DraftNotFound(NO_DRAFT)
        if draft.erased_at:
            raise DraftDeleted(draft.erased_at)
        return FeedbackList(feedback=tuple(StoredFeedback.model_validate(dict(each)) for each in rows))


def _listed(tenant: str, query: ListQuery, last: Row[datetime, str] | None) -> Select[*tuple[Any, ...]]:
    row = DraftRow
    columns = (row.id, row.ref, row.created_at, row.status, row.situation, row.policy, row.channel, row.case_json)
    more = (row.escalation, row.shown, row.failed_checks, row.outcome, row.edit_distance)
    wanted = (row.tenant == tenant, row.erased_at.is_(None), *_conditions(query))
    found = select(*columns, *more).where(*wanted).order_by(row.created_at.desc(), row.id.desc())
    if last is not None:
        found = found.where(tuple_(row.created_at, row.id) < (last.created_at, last.id))
    return found.limit(query.limit + 1)


def _conditions(query: ListQuery) -> Sequence[ColumnElement[bool]]:
    row = DraftRow
    equal = {row.status: query.status, row.channel: query.channel, row.situation: query.situation}
    equal |= {row.policy: query.policy, row.ref: query.ref}
    conditions = [column == value for column, value in equal.items() if value is not None]
    if query.feedback in ("none", "given"):
        conditions.append(row.outcome.is_(None) if query.feedback == "none" else row.outcome.is_not(None))
    elif query.feedback:
        conditions.append(row.outcome == query.feedback)
    if query.since:
        conditions.append(row.created_at >= query.since)
    if query.until:
        conditions.append(row.created_at < query.until)
    return conditions


def _draft(row: Row[Any]) -> ListedDraft:
    complaint = json.loads(row.case_json)["complaint"] if row.case_json else {}
    text = complaint.get("text")
    return ListedDraft(
        id=row.id,
        ref=row.ref,
        created_at=row.created_at,
        status=row.status,
        situation=row.situation,
        policy=row.policy,
        channel=row.channel,
        customer_name=complaint.get("customer_name"),
        complaint=" ".join(text[: 2 * EXCERPT_CHARACTERS].split())[:EXCERPT_CHARACTERS] if text else None,
        escalation=row.escalation,
        shown=row.shown,
        failed_checks=tuple((row.failed_checks or "").split()),
        feedback=row.outcome,
        edit_distance=row.edit_distance,
    )
