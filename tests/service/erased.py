"""Texts, files and a trail that do what a test wants, for what deletes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from service.audit import AuditEntry, AuditPage
from service.erasing import NOTHING, Eraser, Portion
from service.errors import DraftNotFound, StoreError
from service.traces import Traces
from tests.service.parts import NOW

Answers = Sequence[bool | StoreError]


class GivenFiles:
    """Files that are free or in use, as a test wants; after its last answer they are free."""

    def __init__(self, emptied: Answers = (), rewritten: Answers = ()) -> None:
        self.emptied = list(emptied)
        self.rewritten = list(rewritten)
        self.calls: list[str] = []
        self.entered = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def empty_log(self) -> bool:
        """Wait at the gate, and do as was given."""
        self.calls.append("empty")
        answer = self.emptied.pop(0) if self.emptied else True
        self.entered.set()
        await self.gate.wait()
        if isinstance(answer, StoreError):
            raise answer
        return answer

    async def rewrite(self) -> bool:
        """Do as was given."""
        self.calls.append("rewrite")
        answer = self.rewritten.pop(0) if self.rewritten else True
        if isinstance(answer, StoreError):
            raise answer
        return answer


Told = tuple[str, str, str | None]


class GivenTexts:
    """Texts in portions as a test wants them, one draft that is there, and one that was deleted."""

    def __init__(self, *portions: Portion | StoreError) -> None:
        self.portions = list(portions)
        self.told: list[Told] = []
        self.stopped: list[str] = []

    async def erase_draft(self, tenant: str, draft_id: str, actor: str, at: datetime) -> bool:
        """Delete one."""
        assert at == NOW
        if draft_id not in {"there", "deleted"}:
            raise DraftNotFound("There is no draft with this id.")
        self.told.append((tenant, actor, draft_id))
        return draft_id == "there"

    async def erase_customer(self, tenant: str, customer_ref: str, about: str, actor: str, at: datetime) -> Portion:
        """The next portion."""
        assert (customer_ref, at) == ("customer", NOW)
        self.told.append((tenant, actor, about))
        portion = self.portions.pop(0) if self.portions else NOTHING
        if isinstance(portion, StoreError):
            raise portion
        return portion

    async def note_nothing(self, tenant: str, about: str, actor: str, at: datetime) -> None:
        """Note that."""
        assert at == NOW
        self.told.append((f"nothing of {tenant}", actor, about))


class GivenTrail:
    """A trail of three deeds."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int | None, int]] = []

    async def page(self, tenant: str, before: int | None, limit: int) -> AuditPage:
        """The newest ones."""
        self.asked.append((tenant, before, limit))
        entries = [
            AuditEntry(id=number, at=NOW, actor="operator", action="draft.erased", about="id-1", figures={"drafts": 1})
            for number in (3, 2, 1)
            if before is None or number < before
        ]
        return AuditPage(entries=tuple(entries[:limit]), next=entries[limit - 1].id if len(entries) > limit else None)


def make_eraser(texts: GivenTexts | None = None) -> Eraser:
    """What deletes texts, over files that are never in use."""
    return Eraser(texts or GivenTexts(), Traces(GivenFiles()), lambda: NOW, lambda _: None)
