"""Keeping drafts: what goes in comes out, all or nothing, also when the disk is full or two write at once."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from guardrails.types import Verdict, VerdictFinding
from service.errors import DraftNotFound, StoreError
from service.feedback import Heard
from service.idempotency import DEFAULT_TENANT
from service.schemas import Attempt, Case, Result, Usage
from service.store.database import open_database
from service.store.repository import DraftRepository
from service.store.tables import Table
from tests.databases import rows, sqlite_url
from tests.service.parts import ATTEMPT, NOW, VERDICT, make_case, make_result

T = TypeVar("T")
WRITE_MANY = """
import asyncio, sys
from service.store.database import open_database
from service.store.repository import DraftRepository
from service.store.tables import Table
from tests.databases import rows, sqlite_url
from tests.service.parts import ATTEMPT, NOW, make_case, make_result

async def main():
    async with open_database(sys.argv[1]) as engine:
        drafts = DraftRepository(engine)
        for number in range(10):
            name = f"{sys.argv[2]}-{number}"
            await drafts.add("default", make_case(), make_result(name, make_case()), [ATTEMPT] * 3, NOW)
            assert (await drafts.get("default", name)).id == name

asyncio.run(main())
"""


@asynccontextmanager
async def kept_in(url: str) -> AsyncIterator[DraftRepository]:
    """The drafts of a database."""
    async with open_database(url) as engine:
        yield DraftRepository(engine)


def with_drafts(url: str, work: Callable[[DraftRepository], Awaitable[T]]) -> T:
    """What a piece of work with the drafts of a database gives."""

    async def run() -> T:
        async with kept_in(url) as drafts:
            return await work(drafts)

    return asyncio.run(run())


def stored(url: str, case: Case, result: Result, *attempts: Attempt) -> Result:
    """A result after it was stored, the database closed, opened, and the result read."""
    with_drafts(url, lambda drafts: drafts.add(DEFAULT_TENANT, case, result, attempts, NOW))
    return with_drafts(url, lambda drafts: drafts.get(DEFAULT_TENANT, result.id))


@pytest.mark.parametrize(
    "draft",
    [
        "We are sorry.",
        "",
        None,
        "null \0 in the middle",
        "😀 \U0010ffff é ﬀ \u2028",
        "\r\n\t\x7f\x1b[2J",
        "'; DROP TABLE drafts; --",
        "x" * 100_000,
    ],
    ids=range(8),
)
def test_what_goes_in_comes_out(database_url: str, draft: str | None) -> None:
    """A result is read as it was answered, character by character; its attempts are, but for what no database keeps."""
    result = make_result("id-1", make_case(), draft)
    attempt = Attempt(draft=draft or "", verdicts=(VERDICT,), endpoint="fake")
    assert stored(database_url, make_case(), result, attempt) == result
    assert rows(database_url, "SELECT text FROM attempts") == [((draft or "").replace("\0", "\ufffd"),)]


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud83d", "\udc00\ud83d", "😀\ud83d😀\0"])
def test_what_no_database_keeps_is_marked(database_url: str, text: str) -> None:
    """A NUL and half of a surrogate pair become U+FFFD, one for one, and are found again as what was asked for."""
    marked = "".join("\ufffd" if each == "\0" or "\ud800" <= each <= "\udfff" else each for each in text)

    async def use(drafts: DraftRepository) -> None:
        await drafts.add(DEFAULT_TENANT, make_case(), make_result("id-1", make_case()), [ATTEMPT], NOW)
        await drafts.add_feedback(DEFAULT_TENANT, "id-1", Heard("rejected", text, text, None, None), NOW)
        await drafts.add(
            DEFAULT_TENANT, make_case(), make_result(text, make_case()).model_copy(update={"id": marked}), (), NOW
        )
        assert (await drafts.get(DEFAULT_TENANT, text)).id == marked

    with_drafts(database_url, use)
    assert rows(database_url, "SELECT text, reason FROM feedback") == [(marked, marked)]


@pytest.mark.parametrize("tokens", [2**31 - 1, 2**31, 10**30])
def test_any_number_of_tokens_is_stored(database_url: str, tokens: int) -> None:
    """An endpoint may claim what it likes: the result keeps it, and its column the most that it can."""
    usage = Usage(prompt_tokens=tokens, completion_tokens=0)
    result = make_result("id-1", make_case()).model_copy(update={"usage": usage})
    assert stored(database_url, make_case(), result).usage.prompt_tokens == tokens
    assert rows(database_url, "SELECT prompt_tokens FROM drafts") == [(2**31 - 1,)]


def test_everything_of_a_result_comes_out(database_url: str) -> None:
    """Findings, advice, skips, errors and attempts survive, and so does the body that was answered."""
    verdict = Verdict(
        check="tone",
        passed=False,
        blocking=True,
        level=2,
        limit=1,
        score=0.25,
        decided_by="model",
        findings=(VerdictFinding(start=0, end=1, excerpt="😀", reason="It is rude."),),
        advice="Be kind.",
        skipped="It was skipped.",
        error="It broke.",
    )
    attempt = Attempt(draft="😀", verdicts=(verdict,), endpoint="fake")
    result = make_result("id-1", make_case()).model_copy(
        update={"verdicts": (verdict,), "attempts": (attempt,), "unverified_constraints": ("Be brief.",)}
    )
    again = stored(database_url, make_case(), result, attempt)
    assert again == result
    assert again.to_json() == result.to_json()


def test_the_case_is_kept_whole(database_url: str) -> None:
    """The stored case reads back as the case that came."""
    case = make_case(datetime(2025, 10, 21, 9, 5, tzinfo=timezone(timedelta(hours=5.5))), max_words=80)
    stored(database_url, case, make_result("id-1", case))
    ((kept,),) = rows(database_url, "SELECT case_json FROM drafts")
    assert Case.model_validate_json(str(kept)) == case


def test_times_are_kept_as_utc(database_url: str) -> None:
    """A moment with another offset is the same moment in the database."""
    moment = datetime(2025, 10, 21, 14, 35, tzinfo=timezone(timedelta(hours=5.5)))
    with_drafts(
        database_url, lambda drafts: drafts.add(DEFAULT_TENANT, make_case(), make_result("1", make_case()), (), moment)
    )
    ((kept,),) = rows(database_url, "SELECT created_at FROM drafts")
    if not isinstance(kept, datetime):  # SQLite has texts
        kept = datetime.strptime(str(kept), "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    assert kept == moment


def test_attempts_and_verdicts_have_rows(database_url: str) -> None:
    """Each attempt is numbered from 1, with its verdicts beside it."""
    second = Attempt(draft="Second.", verdicts=(VERDICT,), endpoint="other")
    stored(database_url, make_case(), make_result("id-1", make_case()), ATTEMPT, second)
    assert rows(database_url, "SELECT draft_id, number, endpoint FROM attempts ORDER BY 2") == [
        ("id-1", 1, "fake"),
        ("id-1", 2, "other"),
    ]
    columns = "attempt, check_name, passed, blocking, level"
    assert rows(database_url, f"SELECT {columns} FROM verdicts ORDER BY 1") == [
        (1, "apology", 1, 1, 2),
        (2, "apology", 1, 1, 2),
    ]


@pytest.mark.parametrize("draft_id", ["none", "", "\0", "x" * 10_000, "' OR 1=1 --"])
def test_an_unknown_id_is_told(database_url: str, draft_id: str) -> None:
    """Whatever is asked for, there is a draft of that id or an error of its own kind."""
    with_drafts(
        database_url, lambda drafts: drafts.add(DEFAULT_TENANT, make_case(), make_result("1", make_case()), (), NOW)
    )
    with pytest.raises(DraftNotFound):
        with_drafts(database_url, lambda drafts: drafts.get(DEFAULT_TENANT, draft_id))


def test_a_draft_is_stored_whole_or_not_at_all(database_url: str) -> None:
    """When a verdict cannot be stored, neither is the draft that it belongs to."""
    twice = Attempt(draft="x", verdicts=(VERDICT, VERDICT), endpoint="fake")
    with pytest.raises(StoreError, match=r"(?i)unique constraint") as caught:
        stored(database_url, make_case(), make_result("id-1", make_case()), ATTEMPT, twice)
    assert make_case().complaint.text not in str(caught.value)
    for table in ("drafts", "attempts", "verdicts"):
        assert rows(database_url, f"SELECT count(*) FROM {table}") == [(0,)]


def test_an_id_stands_once(database_url: str) -> None:
    """A second draft of the same id is refused, and the first one stays."""
    stored(database_url, make_case(), make_result("id-1", make_case(), "First."))
    with pytest.raises(StoreError):
        stored(database_url, make_case(), make_result("id-1", make_case(), "Second."))
    assert with_drafts(database_url, lambda drafts: drafts.get(DEFAULT_TENANT, "id-1")).draft == "First."


def test_attempts_need_their_draft_and_go_with_it(database_url: str) -> None:
    """Foreign keys hold: no attempt without a draft, and a deleted draft leaves nothing behind."""
    stored(database_url, make_case(), make_result("id-1", make_case()), ATTEMPT)

    async def run() -> None:
        async with open_database(database_url) as engine:
            async with engine.begin() as connection:
                await connection.execute(text("DELETE FROM drafts"))
            async with engine.begin() as connection:
                await connection.execute(text("INSERT INTO attempts VALUES ('none', 1, 'fake', 'x')"))

    with pytest.raises(IntegrityError, match=r"(?i)foreign key constraint"):
        asyncio.run(run())
    assert rows(database_url, "SELECT (SELECT count(*) FROM attempts) + (SELECT count(*) FROM verdicts)") == [(0,)]


def limited(engine: AsyncEngine, pages: int) -> None:
    """Let the file of an engine grow no larger than this, as on a full disk."""

    def limit(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count={pages}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", limit)


def test_a_full_disk_is_told_and_harms_nothing(tmp_path: Path) -> None:
    """What does not fit is refused in words, what is there can be read, and with room all goes on."""
    url = sqlite_url(tmp_path / "a.db")
    stored(url, make_case(), make_result("first", make_case()), ATTEMPT)
    large = Attempt(draft="x" * 200_000, verdicts=(), endpoint="fake")

    async def run() -> None:
        async with open_database(url) as engine:
            await engine.dispose()  # the limit is set on new connections
            limited(engine, pages=20)
            drafts = DraftRepository(engine)
            for _ in range(3):
                with pytest.raises(StoreError, match=r"disk under the database .*a\.db is full"):
                    await drafts.add(DEFAULT_TENANT, make_case(), make_result("large", make_case()), [large], NOW)
            assert (await drafts.get(DEFAULT_TENANT, "first")).id == "first"
            await drafts.ping()

    asyncio.run(run())
    assert stored(url, make_case(), make_result("large", make_case()), large).id == "large"


def test_many_at_once_are_all_stored(database_url: str) -> None:
    """Writers of one process wait for each other."""

    async def many(drafts: DraftRepository) -> list[Result]:
        names = [str(number) for number in range(40)]
        await asyncio.gather(
            *(drafts.add(DEFAULT_TENANT, make_case(), make_result(name, make_case()), [ATTEMPT], NOW) for name in names)
        )
        return await asyncio.gather(*(drafts.get(DEFAULT_TENANT, name) for name in names))

    assert len(with_drafts(database_url, many)) == 40


def test_processes_share_a_database(empty_database_url: str) -> None:
    """A service and command lines that start at once on a new database all write to it and lose nothing."""
    url = empty_database_url
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE_MANY, url, name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for name in ("a", "b", "c")
    ]
    assert [process.communicate(timeout=60)[0] for process in processes] == [b""] * 3
    assert rows(url, "SELECT count(*) FROM drafts") == [(30,)]
    assert rows(url, "SELECT count(*) FROM attempts") == [(90,)]


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    """While another process holds the write lock of a file, drafts can be read."""
    path = tmp_path / "a.db"
    result = make_result("id-1", make_case())

    async def read_beside_a_writer(drafts: DraftRepository) -> Result:
        await drafts.add(DEFAULT_TENANT, make_case(), result, (), NOW)
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(5):
            await drafts.ping()
            found = await drafts.get(DEFAULT_TENANT, "id-1")
        holder.close()
        return found

    assert with_drafts(sqlite_url(path), read_beside_a_writer) == result


def test_a_table_that_is_gone_is_no_sign_of_life(database_url: str) -> None:
    """Readiness fails when the drafts cannot be reached."""

    async def gone(drafts: DraftRepository) -> None:
        rows(database_url, *(f"DROP TABLE {each.name}" for each in reversed(Table.metadata.sorted_tables)))
        await drafts.ping()

    with pytest.raises(StoreError, match=r'no such table|"drafts" does not exist'):
        with_drafts(database_url, gone)


EDITED = Heard("edited", "We are so sorry.", "Warmer.", 14, 0.1875)
REJECTED = Heard("rejected", None, "Wrong customer.", None, None)


async def give(drafts: DraftRepository, *given: Heard) -> list[int]:
    """The numbers of feedback on a new draft, one after the other."""
    await drafts.add(DEFAULT_TENANT, make_case(), make_result("id-1", make_case()), (), NOW)
    return [await drafts.add_feedback(DEFAULT_TENANT, "id-1", heard, NOW) for heard in given]


def test_every_feedback_has_a_row(database_url: str) -> None:
    """Numbered from 1, with all that was said, and nothing of the draft changes."""
    assert with_drafts(database_url, lambda drafts: give(drafts, EDITED, REJECTED)) == [1, 2]
    columns = "number, outcome, text, reason, agent_tenure_months, edit_distance"
    assert rows(database_url, f"SELECT {columns} FROM feedback ORDER BY 1") == [
        (1, "edited", "We are so sorry.", "Warmer.", 14, 0.1875),
        (2, "rejected", None, "Wrong customer.", None, None),
    ]
    assert with_drafts(database_url, lambda drafts: drafts.get(DEFAULT_TENANT, "id-1")).draft == "We are sorry."


def test_feedback_needs_its_draft_and_goes_with_it(database_url: str) -> None:
    """None on an unknown draft, and a deleted draft leaves none behind."""
    with pytest.raises(DraftNotFound):
        with_drafts(database_url, lambda drafts: drafts.add_feedback(DEFAULT_TENANT, "none", EDITED, NOW))
    with_drafts(database_url, lambda drafts: give(drafts, EDITED))

    async def delete() -> None:
        async with open_database(database_url) as engine, engine.begin() as connection:
            await connection.execute(text("DELETE FROM drafts"))

    asyncio.run(delete())
    assert rows(database_url, "SELECT count(*) FROM feedback") == [(0,)]


def test_feedback_of_many_at_once_is_all_kept(database_url: str) -> None:
    """Nobody's number is taken twice."""

    async def many(drafts: DraftRepository) -> list[int]:
        await give(drafts)
        return list(
            await asyncio.gather(*(drafts.add_feedback(DEFAULT_TENANT, "id-1", EDITED, NOW) for _ in range(30)))
        )

    assert sorted(with_drafts(database_url, many)) == list(range(1, 31))
