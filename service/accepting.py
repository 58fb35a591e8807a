"""Accepts cases that are drafted later, says where they stand, and cancels them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from service.errors import DraftFinished, DraftNotFound, StoreError
from service.idempotency import Kept, unkept
from service.intake import with_now
from service.jobs.queue import DraftJob, JobQueue
from service.jobs.stages import Accepted, Standing
from service.schemas import Case, Result, Ticket

log = structlog.get_logger()


class Jobs(Protocol):
    """Where accepted cases are kept."""

    async def accept(self, accepted: Accepted, kept: Kept | None = None) -> None:
        """Keep a case and the answer to its sender, both or neither."""

    async def mark_enqueued(self, *ids: str) -> None:
        """Note that the engine has heard of these jobs."""

    async def standing(self, tenant: str, draft_id: str) -> Standing | None:
        """Where a job stands; None where there is none."""

    async def cancel(self, tenant: str, draft_id: str, actor: str, at: datetime) -> Standing:
        """Cancel a job unless it is done, and say where it stands after that."""


class Drafts(Protocol):
    """Where drafts are kept."""

    async def get(self, tenant: str, draft_id: str) -> Result:
        """Read one draft."""


class Accepting:
    """The way of a draft that nobody waits for.

    `refuse` raises what would keep a case from ever being drafted, and `stop` ends the work on a cancelled one where
    this process does it.
    """

    def __init__(
        self,
        jobs: Jobs,
        drafts: Drafts,
        queue: JobQueue,
        clock: Callable[[], datetime],
        *,
        refuse: Callable[[Case], None],
        stop: Callable[[str], None],
    ) -> None:
        self._jobs = jobs
        self._drafts = drafts
        self._queue = queue
        self._clock = clock
        self._refuse = refuse
        self._stop = stop

    async def accept(
        self,
        tenant: str,
        case: Case,
        keep: Callable[[Ticket], Kept | None] = unkept,
        *,
        payer: str | None = None,
    ) -> Ticket:
        """Keep a case to be drafted, with what `keep` makes of the ticket; once this returns, it will be.

        Its tokens are counted for the `payer`.

        Raises:
            InvalidField: the case asks for something that does not exist.
            NoAsyncWork: nothing is worked on later here.
            StoreError: the case could not be kept.
            KeyInUse: the answer could not be kept, and the case was not either.
        """
        self._refuse(case)
        at = self._clock()
        accepted = Accepted(str(uuid.uuid4()), tenant, with_now(case, at), at, payer=payer)
        ticket = Ticket(id=accepted.id, ref=case.id, status="queued")
        await self._jobs.accept(accepted, keep(ticket))
        log.info("draft.accepted", draft_id=accepted.id)  # what is logged of it later knows no request
        await self._tell(accepted.id)
        return ticket

    async def read(self, tenant: str, draft_id: str) -> Result | Ticket:
        """The result of a draft, or its ticket until there is one.

        Raises:
            DraftNotFound: there is no such draft.
            DraftDeleted: there was one.
            StoreError: the database failed.
        """
        try:
            return await self._drafts.get(tenant, draft_id)
        except DraftNotFound:
            standing = await self._jobs.standing(tenant, draft_id)
            if standing is None:
                raise
        # Between the two looks it may have been finished, or even deleted.
        return await self._drafts.get(tenant, draft_id) if standing.status == "done" else _ticket(standing)

    async def cancel(self, tenant: str, draft_id: str, actor: str) -> Ticket:
        """Give a draft up, whether it is worked on or not; the audit trail says who did.

        Raises:
            DraftFinished: it was made already.
            DraftNotFound: there is no such draft.
            DraftDeleted: there was one.
            StoreError: the database failed.
        """
        try:
            standing = await self._jobs.cancel(tenant, draft_id, actor, self._clock())
        except DraftNotFound:
            await self._drafts.get(tenant, draft_id)  # it may have been made while its caller waited
            raise _finished() from None
        if standing.status == "done":
            raise _finished()
        self._stop(draft_id)
        return _ticket(standing)

    async def _tell(self, draft_id: str) -> None:
        """Tell the engine; where that fails, the sweep does it later: what is accepted stays so."""
        try:
            await self._queue.enqueue(DraftJob(draft_id))
            await self._jobs.mark_enqueued(draft_id)
        except StoreError as error:
            log.warning("draft.not_enqueued", draft_id=draft_id, detail=str(error))


def _ticket(standing: Standing) -> Ticket:
    assert standing.status != "done"
    return Ticket(id=standing.id, ref=standing.ref, status=standing.status)


def _finished() -> DraftFinished:
    return DraftFinished("The draft is finished; there is nothing left to cancel.")
