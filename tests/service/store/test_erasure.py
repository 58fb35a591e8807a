"""Deleting texts: nothing of them is left in any table, figures are, and the trail says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from service.audit import OPERATOR
from service.erasing import NOTHING, Portion
from service.errors import DraftDeleted, DraftNotFound, StoreError
from service.feedback import Heard
from service.idempotency import DEFAULT_TENANT, Asked, Claim
from service.store.audit import AuditRepository
from service.store.batch_lines import BatchLines
from service.store.edits import EditReader
from service.store.erasure import ErasureRepository
from service.store.idempotency import KeyRepository
from service.store.repository import DraftRepository
from service.store.tables import JobRow
from tests.databases import rows, sqlite_url
from tests.service.parts import NOW
from tests.service.store.marked import (
    CUSTOMER,
    LATER,
    MARK,
    TENANT,
    erasing,
    keep_batch,
    keep_draft,
    keep_job,
    keep_many,
    rows_with,
)

HEARD = Heard("sent", "x", None, None, 0)


def with_database(url: str, use: Callable[[AsyncEngine, ErasureRepository], Awaitable[None]]) -> None:
    """Do something with a database and with what deletes from it."""

    async def run() -> None:
        async with erasing(url) as (engine, texts):
            await use(engine, texts)

    asyncio.run(run())


async def trail(engine: AsyncEngine) -> list[tuple[str, str, str | None, dict[str, int]]]:
    """The audit trail, the oldest first."""
    page = await AuditRepository(engine).page(TENANT, None, 1_000)
    return [(each.actor, each.action, each.about, each.figures) for each in reversed(page.entries)]


def test_nothing_of_a_deleted_draft_is_left(database_url: str) -> None:
    """In no row of any table, while another draft stays as it is."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_draft(engine, "id-1")
        before = await rows_with(engine, MARK)
        assert sorted(before) == [
            "attempts",
            "drafts",
            "feedback",
            "idempotency_keys",
            "jobs",
            "verdicts",
            "webhook_deliveries",
        ]
        await keep_draft(engine, "id-2")
        assert await texts.erase_draft(TENANT, "id-1", OPERATOR, LATER)
        assert await rows_with(engine, MARK) == before
        assert (await DraftRepository(engine).get(DEFAULT_TENANT, "id-2")).id == "id-2"
        assert await texts.erase_draft(TENANT, "id-2", OPERATOR, LATER)
        assert await rows_with(engine, MARK) == {}

    with_database(database_url, use)


def test_figures_stay(database_url: str) -> None:
    """All that says how good the draft was, and what it cost."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_draft(engine, "id-1")
        await texts.erase_draft(TENANT, "id-1", OPERATOR, LATER)

    with_database(database_url, use)
    figures = "status, situation, policy, prompt_name, prompt_hash, model, endpoint, prompt_tokens, completion_tokens"
    assert rows(database_url, f"SELECT {figures}, best_attempt, total_ms FROM drafts") == [
        ("ready", "general", "default", "reply/general", "abc", "queue", "fake", 10, 5, 1, 1.5)
    ]
    assert rows(database_url, "SELECT number, endpoint FROM attempts") == [(1, "fake")]
    assert rows(database_url, "SELECT attempt, check_name, level FROM verdicts WHERE passed AND blocking") == [
        (1, "apology", 2)
    ]
    assert rows(database_url, "SELECT number, outcome, agent_tenure_months, edit_distance FROM feedback") == [
        (1, "edited", 3, 0.5)
    ]
    assert rows(database_url, "SELECT status, tries FROM jobs") == [("done", 1)]
    ((body,),) = rows(database_url, "SELECT body FROM webhook_deliveries WHERE status = 'pending'")
    assert json.loads(str(body))["data"] == {"id": "id-1", "ref": None, "status": "ready"}


def test_a_deleted_draft_says_when(database_url: str) -> None:
    """To who reads it, who gives feedback, and who sends its request again; and it is no edit to learn from."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_draft(engine, "id-1")
        await texts.erase_draft(TENANT, "id-1", OPERATOR, LATER)
        drafts = DraftRepository(engine)
        with pytest.raises(DraftDeleted, match=r"deleted at 2025-10-22T09:05:00Z\."):
            await drafts.get(DEFAULT_TENANT, "id-1")
        with pytest.raises(DraftDeleted):
            await drafts.add_feedback(DEFAULT_TENANT, "id-1", HEARD, LATER)
        again = Claim(Asked(TENANT, "POST /drafts", "key-id-1", "f"), "another")
        standing = await KeyRepository(engine).claim(again, NOW, LATER)
        assert standing
        assert (standing.answer, standing.deleted_at) == (None, LATER)
        assert [edit async for edit in EditReader(engine).edits(DEFAULT_TENANT)] == []

    with_database(database_url, use)


def test_twice_is_once(database_url: str) -> None:
    """The second deletion finds nothing, keeps the first one's time, and leaves no trail."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_draft(engine, "id-1")
        assert await texts.erase_draft(TENANT, "id-1", OPERATOR, LATER)
        assert not await texts.erase_draft(TENANT, "id-1", OPERATOR, LATER + timedelta(days=1))
        with pytest.raises(DraftDeleted, match="2025-10-22"):
            await DraftRepository(engine).get(DEFAULT_TENANT, "id-1")
        figures = {"drafts": 1, "jobs": 0, "answers": 2, "deliveries": 1}
        assert await trail(engine) == [("operator", "draft.erased", "id-1", figures)]
        assert await rows_with(engine, MARK) == {}

    with_database(database_url, use)


def test_many_at_once_delete_it_once(database_url: str) -> None:
    """Whoever comes second sees that it is done, and feedback at the same moment is deleted or refused."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_draft(engine, "id-1")
        drafts = DraftRepository(engine)
        done = await asyncio.gather(
            *(texts.erase_draft(TENANT, "id-1", OPERATOR, LATER) for _ in range(8)),
            *(
                drafts.add_feedback(DEFAULT_TENANT, "id-1", Heard("edited", MARK, MARK, None, 0), LATER)
                for _ in range(8)
            ),
            *(texts.erase_customer(TENANT, CUSTOMER, "deletion", OPERATOR, LATER) for _ in range(4)),
            return_exceptions=True,
        )
        refused = [each for each in done[8:16] if isinstance(each, BaseException)]
        assert all(isinstance(each, DraftDeleted) for each in refused), refused
        assert not [each for each in (*done[:8], *done[16:]) if isinstance(each, BaseException)]
        assert done[:8].count(True) + sum(each.erased for each in done[16:] if isinstance(each, Portion)) == 1
        assert await rows_with(engine, MARK) == {}
        assert len(await trail(engine)) == 1

    with_database(database_url, use)


def test_a_line_of_a_batch_says_that_it_was_deleted(database_url: str) -> None:
    """Whether it had become a draft or not; the others stay, and all are counted as before."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_batch(engine, "batch-1")
        await keep_draft(engine, "id-2")
        await keep_job(engine, "id-3", "queued")
        await keep_draft(engine, "id-4", "other")
        async with engine.begin() as connection:
            number = "CAST(substr(id, 4) AS INTEGER)"
            await connection.execute(text(f"UPDATE jobs SET batch_id = 'batch-1', line = {number}"))
        await texts.erase_customer(TENANT, CUSTOMER, "deletion", OPERATOR, LATER)
        lines = BatchLines(engine)
        faulty, drafted, waited, other = await lines.page(TENANT, "batch-1", 0, 10)
        assert [each.status for each in (faulty, drafted, waited, other)] == ["faulty", "ready", "cancelled", "ready"]
        for each in (drafted, waited):
            assert (each.id, each.result, each.error, each.deleted_at) == (None, None, None, LATER)
        assert other.result
        assert "deleted_at" not in other.to_json()
        assert '"deleted_at":"2025-10-22T09:05:00Z"' in drafted.to_json()
        counts = (await lines.get(TENANT, "batch-1")).counts
        assert (counts.ready, counts.cancelled, counts.faulty) == (2, 1, 1)

    with_database(database_url, use)


FULL = "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"


def test_a_full_disk_deletes_nothing_by_half(tmp_path: Path) -> None:
    """A deed that cannot be written down is not done; with room it is."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_draft(engine, "id-1")
        before = await rows_with(engine, MARK)
        async with engine.begin() as connection:
            await connection.execute(text(f"CREATE TRIGGER full BEFORE INSERT ON audit {FULL}"))
        for erase in (
            texts.erase_draft(TENANT, "id-1", OPERATOR, LATER),
            texts.erase_customer(TENANT, CUSTOMER, "deletion", OPERATOR, LATER),
            texts.erase_older(LATER, LATER),
        ):
            with pytest.raises(StoreError, match="is full: free some space"):
                await erase
        assert await rows_with(engine, MARK) == before
        assert (await DraftRepository(engine).get(DEFAULT_TENANT, "id-1")).id == "id-1"
        async with engine.begin() as connection:
            await connection.execute(text("DROP TRIGGER full"))
        assert await texts.erase_older(LATER, LATER) == Portion(1, 1)

    with_database(sqlite_url(tmp_path / "a.db"), use)


def test_an_unknown_draft_is_told(database_url: str) -> None:
    """Also one of another tenant's, which stays."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_draft(engine, "id-1")
        for tenant, draft_id in ((TENANT, "id-2"), (TENANT, ""), ("other", "id-1")):
            with pytest.raises(DraftNotFound):
                await texts.erase_draft(tenant, draft_id, OPERATOR, LATER)
        assert await texts.erase_customer("other", CUSTOMER, "deletion", OPERATOR, LATER) == NOTHING
        assert (await DraftRepository(engine).get(DEFAULT_TENANT, "id-1")).id == "id-1"
        assert await trail(engine) == []

    with_database(database_url, use)


@pytest.mark.parametrize("status", ["queued", "running", "cancelled"])
def test_what_is_no_draft_yet_is_deleted_and_cancelled(database_url: str, status: str) -> None:
    """A case that waits, or is worked on, will be no draft any more."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_job(engine, "id-1", status)
        assert await texts.erase_draft(TENANT, "id-1", OPERATOR, LATER)
        assert not await texts.erase_draft(TENANT, "id-1", OPERATOR, LATER)
        assert await rows_with(engine, MARK) == {}
        figures = {"drafts": 0, "jobs": 1, "answers": 0, "deliveries": 0}
        assert await trail(engine) == [("operator", "draft.erased", "id-1", figures)]
        async with engine.connect() as connection:
            state = await connection.execute(text("SELECT status, finished_at IS NULL, erased_at IS NULL FROM jobs"))
            assert [tuple(map(str, row)) for row in state] in (
                [("cancelled", "0", "0")],
                [("cancelled", "False", "False")],
            )

    with_database(database_url, use)


def test_a_deletion_tells_of_what_it_cancels(database_url: str) -> None:
    """What waited and what was worked on, without its reference, and the latter is given back to be stopped."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_draft(engine, "id-0")
        async with engine.begin() as connection:
            await connection.execute(text("""UPDATE webhooks SET events_json = '["draft.finished"]'"""))
            await connection.execute(text("DELETE FROM webhook_deliveries"))
        for number, status in enumerate(("queued", "running", "cancelled"), start=1):
            await keep_job(engine, f"id-{number}", status)
        await keep_job(engine, "id-4", "queued")
        assert await texts.erase_customer(TENANT, CUSTOMER, "deletion", OPERATOR, LATER) == Portion(5, 5, ("id-2",))
        await keep_job(engine, "id-5", "running")
        for _ in range(2):
            await texts.erase_draft(TENANT, "id-5", OPERATOR, LATER)
        assert await rows_with(engine, MARK) == {}

    with_database(database_url, use)
    bodies = [str(body) for (body,) in rows(database_url, "SELECT body FROM webhook_deliveries ORDER BY about")]
    assert [json.loads(body)["data"] for body in bodies] == [
        {"id": f"id-{number}", "ref": None, "status": "cancelled"} for number in (1, 2, 4, 5)
    ]


def test_a_customer_is_deleted_and_nobody_else(database_url: str) -> None:
    """Drafts and jobs with exactly this reference."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_draft(engine, "id-1")
        await keep_draft(engine, "id-2")
        await keep_job(engine, "id-3", "queued")
        others = (None, CUSTOMER.upper(), f"{CUSTOMER} ", "%", "")
        for number, other in enumerate(others):
            await keep_draft(engine, f"other-{number}", other)
        assert await texts.erase_customer(TENANT, CUSTOMER, "deletion", OPERATOR, LATER) == Portion(3, 3)
        assert await texts.erase_customer(TENANT, CUSTOMER, "deletion", OPERATOR, LATER) == NOTHING
        drafts = DraftRepository(engine)
        assert [(await drafts.get(DEFAULT_TENANT, f"other-{number}")).id for number in range(len(others))]
        figures = {"drafts": 2, "jobs": 1, "answers": 4, "deliveries": 2}
        assert await trail(engine) == [("operator", "customer.erased", "deletion", figures)]

    with_database(database_url, use)


def test_old_texts_are_deleted_a_portion_at_a_time(database_url: str) -> None:
    """The oldest first; what is younger stays, and so does work that is not finished, however old."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        for number in range(3):
            await keep_draft(engine, f"old-{number}", at=NOW - timedelta(days=number + 1))
        await keep_draft(engine, "young")
        await keep_job(engine, "old-cancelled", "cancelled")
        await keep_job(engine, "old-queued", "queued")
        await keep_job(engine, "old-running", "running")
        await keep_batch(engine, "batch-1", NOW - timedelta(days=1))
        await keep_batch(engine, "batch-2", NOW)
        assert await texts.erase_older(NOW, LATER) == Portion(3, 3)
        assert await texts.erase_older(NOW, LATER) == Portion(1, 0)  # a batch
        assert await texts.erase_older(NOW, LATER) == NOTHING
        assert (await rows_with(engine, MARK))["drafts"] == 1
        assert [each[:3] for each in await trail(engine)] == [
            ("retention", "retention.erased", None),
            ("retention", "retention.erased", "batch-1"),
        ]
        after = NOW + timedelta(seconds=1)
        found = [await texts.erase_older(after, LATER) for _ in range(4)]
        assert found == [Portion(1, 1), Portion(1, 1), Portion(1, 0), NOTHING]
        assert await rows_with(engine, MARK) == {"jobs": 2}

    with_database(database_url, use)


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_what_waited_for_long_is_kept_from_its_end(database_url: str, status: str) -> None:
    """A draft that was accepted before the moment and made after it was read by nobody yet; in its time it goes."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        if status == "done":
            await keep_draft(engine, "id-1", at=NOW - timedelta(days=7))
        else:
            await keep_job(engine, "id-1", status)
        async with engine.begin() as connection:
            await connection.execute(update(JobRow).values(accepted_at=NOW - timedelta(days=7), finished_at=NOW))
        assert await texts.erase_older(NOW, LATER) == NOTHING
        assert await texts.erase_older(NOW + timedelta(seconds=1), LATER) == Portion(1, 1)
        assert await rows_with(engine, MARK) == {}

    with_database(database_url, use)


def test_a_faulty_line_keeps_its_kind(database_url: str) -> None:
    """What was wrong with it, in words that quote nothing."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        await keep_batch(engine, "batch-1")
        assert await texts.erase_older(LATER, LATER) == Portion(1, 0)

    with_database(database_url, use)
    ((ref, problem),) = rows(database_url, "SELECT ref, problem_json FROM batch_faults")
    assert ref is None
    assert json.loads(str(problem)) == {
        "type": "urn:x",
        "title": "Wrong",
        "status": 422,
        "detail": "What was wrong with this line was deleted with the texts of its batch.",
    }


def test_many_are_deleted_by_several_at_once(database_url: str) -> None:
    """Each draft is counted once, by one of them, and nobody waits for somebody who waits for him."""
    most = 130

    async def erase_all(texts: ErasureRepository, *, older: bool) -> int:
        erased = 0
        while True:
            portion = await (
                texts.erase_older(LATER, LATER)
                if older
                else texts.erase_customer(TENANT, CUSTOMER, "deletion", OPERATOR, LATER)
            )
            erased += portion.erased
            if not portion.found:
                return erased

    async def use(engine: AsyncEngine, _: ErasureRepository) -> None:
        texts = ErasureRepository(engine, portion=20)
        times = {f"id-{number}": NOW + timedelta(seconds=number * 7919 % most) for number in range(most)}
        await keep_many(engine, times)
        ways = (True, False, True, False)
        assert sum(await asyncio.gather(*(erase_all(texts, older=each) for each in ways))) == most
        assert await rows_with(engine, MARK) == {}
        assert sum(figures["drafts"] for *_, figures in await trail(engine)) == most

    with_database(database_url, use)


def test_events_are_locked_in_one_order(postgres_url: str) -> None:
    """While it waits for the first, a deletion holds none that come after: nobody waits in a circle."""

    async def use(engine: AsyncEngine, texts: ErasureRepository) -> None:
        for name in ("id-2", "id-1"):
            await keep_draft(engine, name)
        rename = "UPDATE webhook_deliveries SET id = 'delivery-a' WHERE about = 'id-2'"  # not the order of the drafts
        lock = "SELECT id FROM webhook_deliveries WHERE id = 'delivery-{}' FOR UPDATE NOWAIT"
        async with engine.begin() as connection:
            await connection.execute(text(rename))
        async with engine.begin() as connection:
            await connection.execute(text(lock.format("a")))
            deleting = asyncio.create_task(texts.erase_customer(TENANT, CUSTOMER, "c", OPERATOR, LATER))
            await asyncio.sleep(0.3)
            assert not deleting.done()
            await connection.execute(text(lock.format("id-1")))
        await deleting
        assert "webhook_deliveries" not in await rows_with(engine, MARK)

    with_database(postgres_url, use)
