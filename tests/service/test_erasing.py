"""Deleting where somebody asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from service.erasing import NOTHING, Deletion, Eraser, Portion
from service.errors import DraftNotFound, StoreError
from service.traces import Traces
from tests.service.parts import NOW
from tests.service.test_traces import GivenFiles

Told = tuple[str, str, str | None]


class GivenTexts:
    """Texts in portions as a test wants them, one draft that is there, and one that was deleted."""

    def __init__(self, *portions: Portion | StoreError) -> None:
        self.portions = list(portions)
        self.told: list[Told] = []

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


def erased(texts: GivenTexts, use: Callable[[Eraser], Awaitable[object]]) -> tuple[object, list[str]]:
    """What a deletion gives, and what is done to the files."""
    files = GivenFiles(emptied=[True] * 10)

    async def run() -> object:
        traces = Traces(files)
        await traces.clean()
        files.calls.clear()
        try:
            return await use(Eraser(texts, traces, lambda: NOW))
        finally:
            await traces.aclose()

    return asyncio.run(run()), files.calls


@pytest.mark.parametrize(("draft_id", "calls"), [("there", ["empty"]), ("deleted", [])])
def test_traces_go_with_a_draft(draft_id: str, calls: list[str]) -> None:
    """Where there was something to delete."""
    texts = GivenTexts()
    assert erased(texts, lambda eraser: eraser.erase_draft("t", draft_id, "me")) == (None, calls)
    assert texts.told == [("t", "me", draft_id)]


def test_an_unknown_draft_is_told() -> None:
    """As the store does."""
    with pytest.raises(DraftNotFound):
        erased(GivenTexts(), lambda eraser: eraser.erase_draft("t", "none", "me"))


def test_a_customer_is_deleted_to_the_end() -> None:
    """Also past a portion that somebody else deleted, which is not counted; the trail has one id for all of it."""
    texts = GivenTexts(Portion(200, 200), Portion(200, 0), Portion(3, 2))
    deletion, calls = erased(texts, lambda eraser: eraser.erase_customer("t", "customer", "me"))
    assert isinstance(deletion, Deletion)
    assert (deletion.deleted, calls) == (202, ["empty"])
    assert texts.told == [("t", "me", deletion.id)] * 4


def test_a_customer_of_whom_nothing_is_known_is_noted() -> None:
    """So that the trail shows that it was asked for."""
    texts = GivenTexts()
    deletion, calls = erased(texts, lambda eraser: eraser.erase_customer("t", "customer", "me"))
    assert isinstance(deletion, Deletion)
    assert (deletion.deleted, calls) == (0, [])
    assert texts.told == [("t", "me", deletion.id), ("nothing of t", "me", deletion.id)]


def test_traces_go_with_what_was_deleted_before_a_fault() -> None:
    """Who is told of the fault asks again for the rest."""
    files = GivenFiles()
    texts = GivenTexts(Portion(200, 200), StoreError("The database failed."))

    async def run() -> None:
        traces = Traces(files)
        with pytest.raises(StoreError):
            await Eraser(texts, traces, lambda: NOW).erase_customer("t", "customer", "me")
        await traces.aclose()

    asyncio.run(run())
    assert files.calls == ["empty"]
