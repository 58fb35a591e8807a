"""Deletes texts where somebody asks for it: one draft's, or all of a customer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from pydantic import Field

from guardrails.types import Contract, NonBlank
from service.traces import Traces


class Portion(NamedTuple):
    """A part of what is to be deleted: how much was found, and how much of it nobody else had deleted meanwhile.

    `running` are the drafts that were worked on; they are cancelled.
    """

    found: int
    erased: int
    running: tuple[str, ...] = ()


NOTHING = Portion(0, 0)


class DeletionRequest(Contract):
    """Whose texts are to be deleted."""

    customer_ref: NonBlank = Field(description="As it was sent in `context.customer_ref`, letter by letter.")


class Deletion(Contract):
    """What was deleted; the audit trail knows it by its `id`."""

    id: str
    deleted: int = Field(ge=0, description="How many drafts, those that were still to be made among them.")


class Texts(Protocol):
    """Where texts are kept."""

    async def erase_draft(self, tenant: str, draft_id: str, actor: str, at: datetime) -> bool:
        """Delete those of a draft; False where they were already."""

    async def erase_customer(self, tenant: str, customer_ref: str, about: str, actor: str, at: datetime) -> Portion:
        """Delete a portion of a customer's."""

    async def note_nothing(self, tenant: str, about: str, actor: str, at: datetime) -> None:
        """Write down that nothing was known of a customer."""


class Eraser:
    """Deletes the texts of drafts, then their traces; `stop` ends the work on a draft where this process does it."""

    def __init__(
        self, texts: Texts, traces: Traces, clock: Callable[[], datetime], stop: Callable[[str], None]
    ) -> None:
        self._texts = texts
        self._traces = traces
        self._clock = clock
        self._stop = stop

    async def erase_draft(self, tenant: str, draft_id: str, actor: str) -> None:
        """Delete the texts of a draft; twice is once.

        Raises:
            DraftNotFound: there is no such draft.
            StoreError: nothing was deleted.
        """
        if await self._texts.erase_draft(tenant, draft_id, actor, self._clock()):
            self._stop(draft_id)
            self._traces.left()
            await self._traces.clean()

    async def erase_customer(self, tenant: str, customer_ref: str, actor: str) -> Deletion:
        """Delete the texts of every draft of a customer, a portion at a time.

        Raises:
            StoreError: not everything was deleted; what was is in the audit trail.
        """
        deletion_id = str(uuid.uuid4())
        at = self._clock()
        deleted = 0
        try:
            while (portion := await self._texts.erase_customer(tenant, customer_ref, deletion_id, actor, at)).found:
                self._traces.left()
                deleted += portion.erased
                for draft_id in portion.running:
                    self._stop(draft_id)
        finally:
            await self._traces.clean()
        if not deleted:
            await self._texts.note_nothing(tenant, deletion_id, actor, at)
        return Deletion(id=deletion_id, deleted=deleted)
