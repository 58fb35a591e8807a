"""Tokens counted in a database of each kind, with the drafts that took them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from service.audit import OPERATOR
from service.errors import StoreError
from service.jobs.stages import Accepted, Begun
from service.schemas import Result, Usage
from service.store.database import open_database
from service.store.jobs import JobRepository
from service.store.repository import DraftRepository
from service.store.tokens import LARGEST, TokenCounts
from service.store.transactions import open_transactions
from tests.databases import rows
from tests.service.parts import NOW, make_case, make_result

TODAY = NOW.date()


def with_database(url: str, use: Callable[[AsyncEngine], Awaitable[None]]) -> None:
    """Do something with a database."""

    async def run() -> None:
        async with open_database(url) as engine:
            await use(engine)

    asyncio.run(run())


def costing(draft_id: str, prompt: int = 10, completion: int = 5) -> Result:
    """A result that took these tokens."""
    usage = Usage(prompt_tokens=prompt, completion_tokens=completion)
    return make_result(draft_id, make_case()).model_copy(update={"usage": usage})


def test_drafts_are_counted(database_url: str) -> None:
    """Each by its payer, whether many are stored at once or one after the other; and none without a payer."""

    async def use(engine: AsyncEngine) -> None:
        counts = TokenCounts(engine)
        async with open_transactions(engine) as transactions:
            drafts = DraftRepository(engine, transactions)
            adding = (
                drafts.add("shop", make_case(), costing(f"{payer}-{number}"), (), NOW, payer=payer)
                for payer in ("a", "b", None)
                for number in range(10)
            )
            await asyncio.gather(*adding)
        assert [await counts.spent(payer, TODAY) for payer in ("a", "b", "c")] == [150, 150, 0]

    with_database(database_url, use)
    assert rows(database_url, "SELECT count(*) FROM token_counts") == [(2,)]


def test_a_draft_that_is_not_stored(database_url: str) -> None:
    """It is not counted either."""

    async def use(engine: AsyncEngine) -> None:
        drafts = DraftRepository(engine)
        await drafts.add("shop", make_case(), costing("one"), (), NOW, payer="a")
        with pytest.raises(StoreError):
            await drafts.add("shop", make_case(), costing("one"), (), NOW, payer="a")
        assert await TokenCounts(engine).spent("a", TODAY) == 15

    with_database(database_url, use)


def test_midnight(database_url: str) -> None:
    """A day is one of UTC, whatever zone a moment is in."""
    late = datetime(2025, 10, 21, 23, 59, 59, tzinfo=UTC)

    async def use(engine: AsyncEngine) -> None:
        drafts, counts = DraftRepository(engine), TokenCounts(engine)
        for number in range(3):
            await drafts.add("shop", make_case(), costing(f"{number}"), (), late + timedelta(seconds=number), payer="a")
        assert [await counts.spent("a", date(2025, 10, day)) for day in (20, 21, 22)] == [0, 15, 30]
        await counts.delete_old(late + timedelta(days=8))
        assert [await counts.spent("a", date(2025, 10, day)) for day in (21, 22)] == [0, 30]

    with_database(database_url, use)


def test_accepted_drafts_are_counted(database_url: str) -> None:
    """Once, when they are stored, for who handed them in, on the day on which they are made."""

    async def use(engine: AsyncEngine) -> None:
        jobs, counts = JobRepository(engine), TokenCounts(engine)
        await jobs.accept(Accepted("one", "shop", make_case(NOW), NOW, payer="a"))
        begun = await jobs.begin("one")
        assert isinstance(begun, Begun)
        assert begun.payer == "a"
        at = NOW + timedelta(days=1)
        assert await jobs.finish(begun, costing("one"), (), at)
        assert not await jobs.finish(begun, costing("one"), (), at)
        assert [await counts.spent("a", day) for day in (TODAY, at.date())] == [0, 15]

    with_database(database_url, use)


def test_what_never_became_a_draft_is_counted(database_url: str) -> None:
    """A try that is put back, with that; a cancelled job, whoever noticed; and nothing twice."""
    usage = Usage(prompt_tokens=10, completion_tokens=5)

    async def use(engine: AsyncEngine) -> None:
        jobs, counts = JobRepository(engine), TokenCounts(engine)
        for draft_id in ("one", "two"):
            await jobs.accept(Accepted(draft_id, "shop", make_case(NOW), NOW, payer="a"))
        one, two = await jobs.begin("one"), await jobs.begin("two")
        assert isinstance(one, Begun)
        assert isinstance(two, Begun)
        assert await jobs.put_back(one, "{}", usage, NOW)
        assert not await jobs.put_back(one, "{}", usage, NOW)
        await jobs.count_cancelled(one, usage, NOW)
        assert await counts.spent("a", TODAY) == 15
        await jobs.cancel("shop", "two", OPERATOR, NOW)
        assert not await jobs.finish(two, costing("two"), (), NOW)
        await jobs.count_cancelled(two, usage, NOW)
        assert await counts.spent("a", TODAY) == 30

    with_database(database_url, use)


def test_any_number(database_url: str) -> None:
    """What an endpoint claims can be counted, again and again."""

    async def use(engine: AsyncEngine) -> None:
        drafts, counts = DraftRepository(engine), TokenCounts(engine)
        for number in range(5):
            await drafts.add("shop", make_case(), costing(f"{number}", 10**15, 10**15), (), NOW, payer="a")
        await drafts.add("shop", make_case(), costing("nothing", 0, 0), (), NOW, payer="b")
        assert [await counts.spent(payer, TODAY) for payer in ("a", "b")] == [5 * LARGEST, 0]

    with_database(database_url, use)
