"""Deleting where somebody asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from service.erasing import Deletion, Eraser, Portion
from service.errors import DraftNotFound, StoreError
from service.traces import Traces
from tests.service.erased import GivenFiles, GivenTexts
from tests.service.parts import NOW


def erased(texts: GivenTexts, use: Callable[[Eraser], Awaitable[object]]) -> tuple[object, list[str]]:
    """What a deletion gives, and what is done to the files."""
    files = GivenFiles(emptied=[True] * 10)

    async def run() -> object:
        traces = Traces(files)
        await traces.clean()
        files.calls.clear()
        try:
            return await use(Eraser(texts, traces, lambda: NOW, texts.stopped.append))
        finally:
            await traces.aclose()

    return asyncio.run(run()), files.calls


@pytest.mark.parametrize(("draft_id", "calls"), [("there", ["empty"]), ("deleted", [])])
def test_traces_go_with_a_draft(draft_id: str, calls: list[str]) -> None:
    """Where there was something to delete."""
    texts = GivenTexts()
    assert erased(texts, lambda eraser: eraser.erase_draft("t", draft_id, "me")) == (None, calls)
    assert texts.told == [("t", "me", draft_id)]
    assert texts.stopped == ["there"] * len(calls)


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


def test_the_work_on_a_customers_drafts_is_stopped() -> None:
    """Of each portion, also before a fault: no model should go on with a text that was deleted."""
    texts = GivenTexts(Portion(2, 2, ("a", "b")), Portion(2, 2), Portion(1, 1, ("c",)), StoreError("It failed."))
    with pytest.raises(StoreError):
        erased(texts, lambda eraser: eraser.erase_customer("t", "customer", "me"))
    assert texts.stopped == ["a", "b", "c"]


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
            await Eraser(texts, traces, lambda: NOW, texts.stopped.append).erase_customer("t", "customer", "me")
        await traces.aclose()

    asyncio.run(run())
    assert files.calls == ["empty"]
