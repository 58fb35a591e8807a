"""Takes a case in, has it drafted, keeps what came of it and what the agent made of it, and gives it back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from service.drafting import Outcome
from service.errors import EndpointBusy, ModelError
from service.feedback import Heard, heard
from service.idempotency import DEFAULT_TENANT, Kept, unkept
from service.progress import Listener, unheard
from service.schemas import Attempt, Case, Feedback, Result, StoredFeedback

BUSY_RETRY_S = 5.0  # about the time of one draft


class Drafter(Protocol):
    """Who drafts."""

    async def draft(
        self, draft_id: str, case: Case, now: datetime, tell: Listener = unheard, *, tenant: str = DEFAULT_TENANT
    ) -> Outcome:
        """The outcome of one case; `tell` hears how it comes about."""


class Drafts(Protocol):
    """Where drafts are kept."""

    async def add(
        self,
        tenant: str,
        case: Case,
        result: Result,
        attempts: Sequence[Attempt],
        created_at: datetime,
        *,
        kept: Kept | None = None,
        payer: str | None = None,
    ) -> None:
        """Store one draft, and with it the answer to keep."""

    async def get_made(self, tenant: str, draft_id: str) -> Result:
        """Read one draft that exists by now."""

    async def add_feedback(
        self, tenant: str, draft_id: str, heard: Heard, at: datetime, keep: Callable[[int], Kept | None] = unkept
    ) -> int:
        """Store one feedback and number it, and with it the answer to keep."""


class Intake:
    """The way of one draft from request to answer; at most `max_drafts` are under way at once."""

    def __init__(self, drafter: Drafter, drafts: Drafts, clock: Callable[[], datetime], max_drafts: int) -> None:
        self._drafter = drafter
        self._drafts = drafts
        self._clock = clock
        self._max_drafts = max_drafts
        self._under_way = 0

    async def create(
        self,
        tenant: str,
        case: Case,
        tell: Listener = unheard,
        keep: Callable[[Result], Kept | None] = unkept,
        *,
        payer: str | None = None,
    ) -> Result:
        """Draft a reply and store it with what `keep` makes of it; `tell` hears of the attempts.

        Its tokens are counted for the `payer`.

        Raises:
            InputError: the case asks for something that does not exist.
            ModelError: no text was obtained; the failed draft is stored under the error's `draft_id`.
            StoreError: the draft could not be stored.
            KeyInUse: the answer could not be kept, and the draft was not stored either.
        """
        if self._under_way >= self._max_drafts:
            raise EndpointBusy(f"{self._under_way} drafts are under way, as many as are allowed", BUSY_RETRY_S)
        self._under_way += 1
        try:
            return await self._create(tenant, case, str(uuid.uuid4()), tell, keep, payer=payer)
        finally:
            self._under_way -= 1

    async def _create(
        self,
        tenant: str,
        case: Case,
        draft_id: str,
        tell: Listener,
        keep: Callable[[Result], Kept | None],
        *,
        payer: str | None,
    ) -> Result:
        created_at = self._clock()
        case = with_now(case, created_at)
        outcome = await self._drafter.draft(draft_id, case, case.context.now or created_at, tell, tenant=tenant)
        kept = None if outcome.fault else keep(outcome.result)
        await self._drafts.add(tenant, case, outcome.result, outcome.attempts, created_at, kept=kept, payer=payer)
        if outcome.fault:
            raise _named(outcome.fault, draft_id)
        return outcome.result

    async def take_feedback(
        self, tenant: str, draft_id: str, feedback: Feedback, keep: Callable[[StoredFeedback], Kept | None] = unkept
    ) -> StoredFeedback:
        """Store what an agent did with a draft, with what `keep` makes of it.

        Raises:
            InvalidField: the draft was never shown, so that it cannot have been sent as it is.
            DraftNotFound, KeyInUse, StoreError: see the repository.
        """
        result = await self._drafts.get_made(tenant, draft_id)
        # Two texts of the largest size take a moment, in which others should be answered.
        known = await asyncio.to_thread(heard, feedback, result)
        at = self._clock()

        def stored(number: int) -> StoredFeedback:
            return known.as_stored(draft_id, number, at)

        return stored(await self._drafts.add_feedback(tenant, draft_id, known, at, lambda number: keep(stored(number))))


def with_now(case: Case, now: datetime) -> Case:
    """The case with the moment that its dates count from, so that it can be replayed."""
    if case.context.now:
        return case
    return case.model_copy(update={"context": case.context.model_copy(update={"now": now})})


def _named(fault: ModelError, draft_id: str) -> ModelError:
    fault.draft_id = draft_id
    return fault
