"""Keys in the database: claimed in one statement, kept with what they answer, and deleted with it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.errors import KeyInUse, StoreError
from service.feedback import Heard
from service.idempotency import DEFAULT_TENANT, Answer, Claim, Kept, Standing
from service.schemas import Attempt
from service.store.database import open_database
from service.store.idempotency import DEAD_AFTER, DELETED_EVERY, MOST_DELETED, KeyRepository
from service.store.repository import DraftRepository
from tests.databases import sqlite_url
from tests.service.keys import ASKED, HELD, KEPT
from tests.service.parts import ATTEMPT, NOW, make_case, make_result
from tests.service.store.test_repository import limited

SECRET = "Zyxwv-4929"
MINE, OTHER = Claim(ASKED, "mine"), Claim(ASKED, "other")
ANSWER = Answer(200, f'"{SECRET}"', "id-1")
HEARD = Heard("sent", "x", None, None, 0)


def with_engine(url: str, work: Callable[[AsyncEngine], Awaitable[None]]) -> None:
    """Do something with a database."""

    async def run() -> None:
        async with open_database(url) as engine:
            await work(engine)

    asyncio.run(run())


async def count(engine: AsyncEngine, table: str) -> object:
    """How many rows a table has."""
    async with engine.connect() as connection:
        return await connection.scalar(text(f"SELECT count(*) FROM {table}"))


def kept(claim: Claim = MINE, answer: Answer = ANSWER) -> Kept:
    """An answer as it is to be kept."""
    return Kept(claim, answer, NOW + KEPT)


def test_one_of_many_gets_the_claim(database_url: str) -> None:
    """Of forty connections at once, one; the others see that somebody works."""

    async def use(engine: AsyncEngine) -> None:
        keys = KeyRepository(engine)
        claims = [Claim(ASKED, str(number)) for number in range(40)]
        found = await asyncio.gather(*(keys.claim(each, NOW, NOW + HELD) for each in claims))
        assert sorted(map(str, found)) == ["None"] + [str(Standing("print", None))] * 39

    with_engine(database_url, use)


def test_draft_and_answer_are_stored_together(database_url: str) -> None:
    """A draft whose claim is another's is not stored, nor is a feedback."""

    async def use(engine: AsyncEngine) -> None:
        keys, drafts = KeyRepository(engine), DraftRepository(engine)
        result = make_result("id-1", make_case())
        await keys.claim(MINE, NOW, NOW + HELD)
        with pytest.raises(KeyInUse):
            await drafts.add(DEFAULT_TENANT, make_case(), result, [ATTEMPT], NOW, kept=kept(OTHER))
        assert (await count(engine, "drafts"), await count(engine, "attempts")) == (0, 0)
        await drafts.add(DEFAULT_TENANT, make_case(), result, [ATTEMPT], NOW, kept=kept())
        assert await keys.claim(OTHER, NOW, NOW + HELD) == Standing("print", ANSWER)
        with pytest.raises(KeyInUse):
            await drafts.add_feedback(
                DEFAULT_TENANT, "id-1", HEARD, NOW, lambda number: kept(OTHER, Answer(201, str(number)))
            )
        assert await count(engine, "feedback") == 0

    with_engine(database_url, use)


def test_an_answer_goes_with_its_draft(database_url: str) -> None:
    """Whoever deletes a draft deletes the texts in the answers that were kept for it."""

    async def use(engine: AsyncEngine) -> None:
        keys, drafts = KeyRepository(engine), DraftRepository(engine)
        second = Claim(replace(ASKED, key="feedback"), "mine")
        for claim in (MINE, second):
            await keys.claim(claim, NOW, NOW + HELD)
        await drafts.add(DEFAULT_TENANT, make_case(), make_result("id-1", make_case()), [ATTEMPT], NOW, kept=kept())
        await drafts.add_feedback(DEFAULT_TENANT, "id-1", HEARD, NOW, lambda _: kept(second))
        assert await count(engine, "idempotency_keys") == 2
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM drafts"))
        assert await count(engine, "idempotency_keys") == 0
        assert await keys.claim(OTHER, NOW, NOW + HELD) is None

    with_engine(database_url, use)


def test_a_key_is_given_back_by_its_owner_alone(database_url: str) -> None:
    """And only while it has no answer: a commit whose success nobody heard of stays."""

    async def use(engine: AsyncEngine) -> None:
        keys = KeyRepository(engine)
        await keys.claim(MINE, NOW, NOW + HELD)
        await keys.release(OTHER)
        assert await keys.claim(OTHER, NOW, NOW + HELD) == Standing("print", None)
        await keys.keep(kept(answer=Answer(200, "{}")))
        await keys.release(MINE)
        assert await keys.claim(OTHER, NOW, NOW + HELD) == Standing("print", Answer(200, "{}"))
        await keys.claim(OTHER, NOW + KEPT, NOW + KEPT + HELD)
        await keys.release(OTHER)
        assert await count(engine, "idempotency_keys") == 0

    with_engine(database_url, use)


def test_expired_keys_are_deleted_in_passing(database_url: str) -> None:
    """Some at a time, at a first claim and every so many; of the dead, those that nobody can be working on."""

    async def use(engine: AsyncEngine) -> None:
        dead = Claim(replace(ASKED, key="dead"), "mine")
        await KeyRepository(engine).claim(dead, NOW, NOW)
        async with engine.begin() as connection:
            copies = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MOST_DELETED + 5})"
            answered = (
                "SELECT tenant, route, CAST(i AS TEXT), '', '', until, 200, '{}', NULL, NULL FROM idempotency_keys, n"
            )
            await connection.execute(text(f"INSERT INTO idempotency_keys {copies} {answered}"))
        left: list[object] = []
        for now in (NOW - timedelta(seconds=1), NOW, NOW, NOW + DEAD_AFTER):
            claim = Claim(replace(ASKED, key=f"new-{now}-{len(left)}"), "mine")
            await KeyRepository(engine).claim(claim, now, NOW + DEAD_AFTER * 2)
            left.append(await count(engine, "idempotency_keys"))
        assert left == [MOST_DELETED + 7, 8, 4, 4]
        keys = KeyRepository(engine)
        for number in range(DELETED_EVERY + 1):
            await keys.claim(Claim(replace(ASKED, key=f"short-{number}"), "mine"), NOW, NOW)
            await keys.keep(Kept(Claim(replace(ASKED, key=f"short-{number}"), "mine"), Answer(200, ""), NOW))
        assert await count(engine, "idempotency_keys") == 4 + 1

    with_engine(database_url, use)


def test_a_late_owner_may_end_what_nobody_took_over(database_url: str) -> None:
    """A claim whose time has passed is kept for a while: the work was done, and is good."""

    async def use(engine: AsyncEngine) -> None:
        keys = KeyRepository(engine)
        await keys.claim(MINE, NOW, NOW + HELD)
        await keys.claim(Claim(replace(ASKED, key="another"), "x"), NOW + KEPT, NOW + KEPT + HELD)
        await keys.keep(Kept(MINE, Answer(200, "{}"), NOW + KEPT * 2))
        assert await keys.claim(OTHER, NOW + KEPT, NOW + KEPT + HELD) == Standing("print", Answer(200, "{}"))

    with_engine(database_url, use)


def test_a_full_disk_leaves_the_key_free(tmp_path: Path) -> None:
    """A draft that did not fit is not stored, nor its answer, and the key can be given back and claimed again."""
    path = tmp_path / "a.db"
    with_engine(sqlite_url(path), lambda engine: KeyRepository(engine).release(MINE))
    large = Attempt(draft="x" * 200_000, verdicts=(), endpoint="fake")

    async def use(engine: AsyncEngine) -> None:
        await engine.dispose()  # the limit is set on new connections
        limited(engine, pages=30)
        keys, drafts = KeyRepository(engine), DraftRepository(engine)
        await keys.claim(MINE, NOW, NOW + HELD)
        with pytest.raises(StoreError, match="is full"):
            await drafts.add(DEFAULT_TENANT, make_case(), make_result("id-1", make_case()), [large], NOW, kept=kept())
        assert await keys.claim(OTHER, NOW, NOW + HELD) == Standing("print", None)
        await keys.release(MINE)
        assert await keys.claim(OTHER, NOW, NOW + HELD) is None

    with_engine(sqlite_url(path), use)


def test_a_database_that_is_locked_or_gone_is_told(tmp_path: Path) -> None:
    """In words, and without the answer's text."""
    path = tmp_path / "a.db"

    async def use(engine: AsyncEngine) -> None:
        keys = KeyRepository(engine)
        async with engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=50")
        holder = sqlite3.connect(path)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="busy with another process: try again"):
            await keys.claim(MINE, NOW, NOW + HELD)
        holder.close()
        async with engine.begin() as connection:
            await connection.execute(text("DROP TABLE idempotency_keys"))
        with pytest.raises(StoreError, match="no such table") as caught:
            await keys.keep(kept())
        assert SECRET not in str(caught.value)

    with_engine(sqlite_url(path), use)
