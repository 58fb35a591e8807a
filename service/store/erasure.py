"""Deletes texts and leaves figures: of one draft, of a customer, or of all that is old, a portion at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import CursorResult, Update, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from service.audit import RETENTION, Action
from service.erasing import NOTHING, Portion
from service.errors import DraftNotFound
from service.jobs.stages import UNFINISHED
from service.store.audit import record
from service.store.database import explained_errors
from service.store.owned import owned
from service.store.repository import NO_DRAFT
from service.store.tables import (
    AttemptRow,
    BatchFaultRow,
    BatchRow,
    DeliveryRow,
    DraftRow,
    FeedbackRow,
    IdempotencyRow,
    JobRow,
    VerdictRow,
)
from service.store.webhooks import announce
from service.webhooks.events import draft_finished

PORTION = 100  # drafts in one transaction: others want to write too
ERASED_FAULT = "What was wrong with this line was deleted with the texts of its batch."


class Deed(NamedTuple):
    """Who deletes what, when, as the audit trail has it."""

    tenant: str
    actor: str
    action: Action
    about: str | None
    at: datetime


class ErasureRepository:
    """Deletes the texts of one database; every deed is in the audit trail, in its own transaction."""

    def __init__(self, engine: AsyncEngine, portion: int = PORTION) -> None:
        self._engine = engine
        self._portion = portion

    async def erase_draft(self, tenant: str, draft_id: str, actor: str, at: datetime) -> bool:
        """Delete the texts of a draft, or of the case that was to become one; False where they were already.

        What waits or is worked on is cancelled.

        Raises:
            DraftNotFound: there is no such draft.
            StoreError: nothing was deleted.
        """
        deed = Deed(tenant, actor, "draft.erased", draft_id, at)
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                if (await _erase(connection, deed, [draft_id])).erased:
                    return True
                for row in (DraftRow, JobRow):
                    known = select(row.id).where(owned(row, tenant, draft_id))
                    if await connection.scalar(known):
                        return False
        raise DraftNotFound(NO_DRAFT)

    async def erase_customer(self, tenant: str, customer_ref: str, about: str, actor: str, at: datetime) -> Portion:
        """Delete a portion of what is known of a customer.

        Raises:
            StoreError: nothing of the portion was deleted.
        """
        deed = Deed(tenant, actor, "customer.erased", about, at)
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                ids: set[str] = set()
                for row in (JobRow, DraftRow):
                    theirs = select(row.id).where(row.customer_ref == customer_ref, row.tenant == tenant)
                    ids.update(await connection.scalars(theirs.limit(self._portion)))
                return await _erase(connection, deed, sorted(ids))

    async def note_nothing(self, tenant: str, about: str, actor: str, at: datetime) -> None:
        """Write down that somebody asked for a customer of whom nothing was known.

        Raises:
            StoreError: the database failed.
        """
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                await record(connection, tenant, actor, "customer.erased", about, figures={"drafts": 0}, at=at)

    async def erase_older(self, than: datetime, at: datetime) -> Portion:
        """Delete a portion of the texts from before a moment, except of work that was not finished then.

        A draft is dated by its request, and may have waited for long before it was made: somebody is to read it.

        Raises:
            StoreError: nothing of the portion was deleted.
        """
        drafts = select(DraftRow.tenant, DraftRow.id).where(DraftRow.erased_at.is_(None), DraftRow.created_at < than)
        jobs = select(JobRow.tenant, JobRow.id).where(JobRow.erased_at.is_(None), JobRow.accepted_at < than)
        made_since = exists().where(JobRow.id == DraftRow.id, JobRow.finished_at >= than)
        candidates = (
            drafts.where(~made_since).order_by(DraftRow.created_at).limit(self._portion),
            # Those that never became drafts, or whose draft is gone already.
            jobs.where(JobRow.finished_at < than).order_by(JobRow.accepted_at).limit(self._portion),
        )
        with explained_errors(self._engine):
            async with self._engine.begin() as connection:
                for statement in candidates:
                    portion = await _erase_each(connection, (await connection.execute(statement)).all(), at)
                    if portion.found:
                        return portion
                return await _erase_faults(connection, than, at)


async def _erase_each(connection: AsyncConnection, found: Sequence[tuple[str, str]], at: datetime) -> Portion:
    """Delete the texts of these drafts of any tenants."""
    by_tenant: dict[str, list[str]] = {}
    for tenant, draft_id in found:
        by_tenant.setdefault(tenant, []).append(draft_id)
    erased = 0
    for tenant, ids in by_tenant.items():
        deed = Deed(tenant, RETENTION, "retention.erased", None, at)
        erased += (await _erase(connection, deed, sorted(ids))).erased
    return Portion(len(found), erased)


async def _erase(connection: AsyncConnection, deed: Deed, ids: Sequence[str]) -> Portion:
    """Delete the texts of these drafts and jobs, and give how many of them still had any.

    Everybody who deletes locks the jobs first, then the drafts, both in order: so nobody waits for somebody who waits
    for him, and a job that is just becoming a draft is found as that draft.
    """
    of_tenant = (JobRow.id.in_(ids), JobRow.tenant == deed.tenant, JobRow.erased_at.is_(None))
    locked = select(JobRow.id, JobRow.status).where(*of_tenant).order_by(JobRow.id).with_for_update()
    stood = {row.id: row.status for row in await connection.execute(locked)}
    jobs = set(stood)
    unerased = (DraftRow.id.in_(ids), DraftRow.tenant == deed.tenant, DraftRow.erased_at.is_(None))
    drafts = set(await connection.scalars(select(DraftRow.id).where(*unerased).order_by(DraftRow.id).with_for_update()))
    found = sorted(jobs | drafts)
    if not found:
        return Portion(len(ids), 0)
    for statement in _statements(sorted(jobs), sorted(drafts), deed.at):
        await connection.execute(statement)
    key = IdempotencyRow
    about = or_(key.draft_id.in_(found), key.job_id.in_(found))
    keys = update(key).where(about, key.body.is_not(None)).values(body=None)
    answers = cast("CursorResult[tuple[()]]", await connection.execute(keys))
    figures = {
        "drafts": len(drafts),
        "jobs": len(jobs - drafts),
        "answers": answers.rowcount,
        "deliveries": await _unname(connection, found),
    }
    await record(connection, deed.tenant, deed.actor, deed.action, deed.about, figures=figures, at=deed.at)
    await _announce_cancelled(connection, deed, [draft_id for draft_id in stood if stood[draft_id] in UNFINISHED])
    running = tuple(draft_id for draft_id in stood if stood[draft_id] == "running")
    return Portion(len(ids), len(found), running)


async def _announce_cancelled(connection: AsyncConnection, deed: Deed, ids: Sequence[str]) -> None:
    """Tell of what was to become a draft and will not, as whoever cancels does; without the caller's reference."""
    if not ids:
        return
    async with AsyncSession(connection) as session:
        for draft_id in ids:
            await announce(session, deed.tenant, draft_finished(draft_id, None, "cancelled", deed.at))
        await session.flush()


def _statements(jobs: Sequence[str], drafts: Sequence[str], at: datetime) -> tuple[Update, ...]:
    """What empties the columns that hold texts or references."""
    ends = case((JobRow.status.in_(UNFINISHED), "cancelled"), else_=JobRow.status)
    references: Mapping[str, None] = {"ref": None, "customer_ref": None, "case_json": None}
    return (
        update(JobRow)
        .where(JobRow.id.in_(jobs))
        .values(
            status=ends,
            finished_at=func.coalesce(JobRow.finished_at, at),
            problem_json=None,
            erased_at=at,
            **references,
        ),
        update(DraftRow).where(DraftRow.id.in_(drafts)).values(result_json=None, erased_at=at, **references),
        update(AttemptRow).where(AttemptRow.draft_id.in_(drafts)).values(text=None),
        update(VerdictRow).where(VerdictRow.draft_id.in_(drafts)).values(verdict_json=None),
        update(FeedbackRow).where(FeedbackRow.draft_id.in_(drafts)).values(text=None, reason=None),
    )


async def _unname(connection: AsyncConnection, ids: Sequence[str]) -> int:
    """Take the caller's reference out of events about these drafts; they are delivered all the same."""
    about = select(DeliveryRow.id, DeliveryRow.body).where(DeliveryRow.about.in_(ids))
    rows = await connection.execute(about.order_by(DeliveryRow.id))  # two in different orders would lock each other out
    changed = 0
    for delivery_id, body in rows.all():
        event = json.loads(body or "{}")
        if event.get("data", {}).get("ref") is None:
            continue
        event["data"]["ref"] = None
        await connection.execute(
            update(DeliveryRow).where(DeliveryRow.id == delivery_id).values(body=json.dumps(event))
        )
        changed += 1
    return changed


async def _erase_faults(connection: AsyncConnection, than: datetime, at: datetime) -> Portion:
    """Delete what was said of the faulty lines of one old batch: it may quote them."""
    old = (BatchRow.erased_at.is_(None), BatchRow.created_at < than)
    oldest = select(BatchRow.id, BatchRow.tenant).where(*old).order_by(BatchRow.created_at).limit(1)
    batch = (await connection.execute(oldest.with_for_update())).one_or_none()
    if batch is None:
        return NOTHING
    await connection.execute(update(BatchRow).where(BatchRow.id == batch.id).values(erased_at=at))
    row = BatchFaultRow
    faults = (await connection.execute(select(row.line, row.problem_json).where(row.batch_id == batch.id))).all()
    for line, problem_json in faults:
        one = update(row).where(row.batch_id == batch.id, row.line == line)
        await connection.execute(one.values(ref=None, problem_json=_without_words(problem_json)))
    if faults:
        figures = {"lines": len(faults)}
        await record(connection, batch.tenant, RETENTION, "retention.erased", batch.id, figures=figures, at=at)
    return Portion(1, 0)


def _without_words(problem_json: str) -> str:
    """The kind of a problem, which is always the same words."""
    problem = json.loads(problem_json)
    kept = {name: problem[name] for name in ("type", "title", "status") if name in problem}
    return json.dumps(kept | {"detail": ERASED_FAULT})
