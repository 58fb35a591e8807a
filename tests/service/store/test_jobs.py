"""Accepted cases in the database: taken, put back, cancelled, and turned into drafts once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.audit import OPERATOR
from service.errors import DraftNotFound, DraftUnmade, KeyInUse
from service.gate import Urgency
from service.idempotency import DEFAULT_TENANT, Answer, Claim, Kept
from service.jobs.stages import Accepted, Begun, Standing, Unreadable
from service.schemas import NO_USAGE, Problem
from service.store.database import open_database
from service.store.idempotency import KeyRepository
from service.store.jobs import JobRepository
from service.store.repository import DraftRepository
from tests.databases import rows
from tests.service.keys import ASKED, HELD, KEPT
from tests.service.parts import ATTEMPT, COMPLAINT, NOW, make_case, make_result

TENANT = "default"
CASE = make_case(NOW)
PROBLEM = Problem(type="urn:amends:problem:x", title="X", status=502, detail="x")

LISTENING = """
    INSERT INTO webhooks (id, tenant, created_at, url, events_json, secret)
    VALUES ('w', 'default', '2025-01-01', 'https://x.invalid', '["draft.finished"]', 's')
"""


def with_jobs(url: str, work: Callable[[AsyncEngine, JobRepository], Awaitable[None]]) -> None:
    """Do something with the jobs of a database."""

    async def run() -> None:
        async with open_database(url) as engine:
            await work(engine, JobRepository(engine))

    asyncio.run(run())


def accepted(draft_id: str = "id-1") -> Accepted:
    """A case, just accepted."""
    return Accepted(draft_id, TENANT, CASE, NOW)


async def begin(jobs: JobRepository, draft_id: str = "id-1") -> Begun:
    """Take one that is there."""
    begun = await jobs.begin(draft_id)
    assert isinstance(begun, Begun)
    return begun


def test_from_accepted_to_drafted(database_url: str) -> None:
    """Each stage is seen; at the end the case stands with the draft alone."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        await jobs.accept(accepted())
        assert await jobs.standing(TENANT, "id-1") == Standing("id-1", "ticket-7", "queued", 0)
        begun = await begin(jobs)
        assert begun == Begun("id-1", TENANT, CASE, NOW, tries=1, faults=0)
        assert await jobs.standing(TENANT, "id-1") == Standing("id-1", "ticket-7", "running", 1)
        result = make_result("id-1", CASE)
        assert await jobs.finish(begun, result, [ATTEMPT], NOW)
        assert await jobs.standing(TENANT, "id-1") == Standing("id-1", "ticket-7", "done", 1)
        assert await DraftRepository(engine).get(DEFAULT_TENANT, "id-1") == result
        assert await jobs.begin("id-1") is None

    with_jobs(database_url, use)
    assert rows(database_url, "SELECT case_json, problem_json, finished_at IS NULL FROM jobs") == [(None, None, False)]
    assert COMPLAINT in str(rows(database_url, "SELECT case_json FROM drafts"))


def test_how_urgent_a_job_is(database_url: str) -> None:
    """As long as there is something to be done, and without beginning it."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        await jobs.accept(accepted())
        await jobs.accept(accepted("id-2"))
        async with engine.begin() as connection:
            batch = "'b-1', 'default', '2025-01-01', 'accepted', 1, 0, TRUE"
            columns = "id, tenant, created_at, status, lines, faulty, enqueued"
            await connection.execute(text(f"INSERT INTO batches ({columns}) VALUES ({batch})"))
            await connection.execute(text("UPDATE jobs SET batch_id = 'b-1', line = 1 WHERE id = 'id-2'"))
        asked = [await jobs.urgency(each) for each in ("id-1", "id-2", "id-3")]
        assert asked == [Urgency.ASYNCHRONOUS, Urgency.BATCH, None]
        assert await jobs.standing(TENANT, "id-1") == Standing("id-1", "ticket-7", "queued", 0)
        begun = await begin(jobs)
        assert await jobs.urgency("id-1") == Urgency.ASYNCHRONOUS
        assert await jobs.finish(begun, make_result("id-1", CASE), [ATTEMPT], NOW)
        assert await jobs.urgency("id-1") is None

    with_jobs(database_url, use)


def test_what_is_not_made_yet_is_no_unknown_id(database_url: str) -> None:
    """Who asks for the draft of an accepted case learns that it will come, or not; others learn nothing."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        drafts = DraftRepository(engine)
        await jobs.accept(accepted())
        with pytest.raises(DraftUnmade, match="not made yet"):
            await drafts.get_made(TENANT, "id-1")
        with pytest.raises(DraftNotFound, match="no draft with this id"):
            await drafts.get_made("another", "id-1")
        await jobs.cancel(TENANT, "id-1", OPERATOR, NOW)
        with pytest.raises(DraftUnmade, match="was cancelled"):
            await drafts.get_made(TENANT, "id-1")

    with_jobs(database_url, use)


def test_a_draft_is_stored_once(database_url: str) -> None:
    """Two that did the same work, as after an adoption: the first to come is kept."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        del engine
        await jobs.accept(accepted())
        both = [await begin(jobs), await begin(jobs)]
        assert [each.tries for each in both] == [1, 2]
        results = [make_result("id-1", CASE, text) for text in ("one", "two")]
        ends = (jobs.finish(begun, result, [ATTEMPT], NOW) for begun, result in zip(both, results, strict=True))
        assert sorted(await asyncio.gather(*ends)) == [False, True]

    with_jobs(database_url, use)
    assert rows(database_url, "SELECT count(*) FROM drafts") == [(1,)]


def test_case_and_answer_are_kept_together(database_url: str) -> None:
    """A case whose claim is another's is not accepted."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        keys = KeyRepository(engine)
        mine = Claim(ASKED, "mine")
        await keys.claim(mine, NOW, NOW + HELD)
        with pytest.raises(KeyInUse):
            await jobs.accept(accepted(), Kept(Claim(ASKED, "other"), Answer(202, "{}"), NOW + KEPT))
        assert await jobs.standing(TENANT, "id-1") is None
        await jobs.accept(accepted(), Kept(mine, Answer(202, "{}"), NOW + KEPT))

    with_jobs(database_url, use)
    assert rows(database_url, "SELECT count(*) FROM jobs, idempotency_keys WHERE idempotency_keys.status = 202") == [
        (1,)
    ]


def test_a_cancelled_case_is_gone(database_url: str) -> None:
    """Whether it waited or was worked on; what comes of the work is thrown away, and the text with it."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        del engine
        for draft_id in ("id-1", "id-2"):
            await jobs.accept(accepted(draft_id))
        begun = await begin(jobs)
        for draft_id in ("id-1", "id-2", "id-2"):
            assert (await jobs.cancel(TENANT, draft_id, OPERATOR, NOW)).status == "cancelled"
        assert not await jobs.finish(begun, make_result("id-1", CASE), [ATTEMPT], NOW)
        assert not await jobs.put_back(begun, "{}", NO_USAGE, NOW)
        assert await jobs.begin("id-1") is None
        assert await jobs.begin("id-2") is None

    with_jobs(database_url, use)
    assert rows(database_url, "SELECT status, case_json, problem_json FROM jobs") == [("cancelled", None, None)] * 2
    assert rows(database_url, "SELECT count(*) FROM drafts") == [(0,)]


def test_cancelling_is_in_the_trail(database_url: str) -> None:
    """Once, as it deletes a case; not where there was nothing to cancel."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        del engine
        for draft_id in ("id-1", "id-2"):
            await jobs.accept(accepted(draft_id))
        assert await jobs.finish(await begin(jobs, "id-2"), make_result("id-2", CASE), [], NOW)
        for draft_id in ("id-1", "id-1", "id-2"):
            await jobs.cancel(TENANT, draft_id, OPERATOR, NOW)

    with_jobs(database_url, use)
    trail = rows(database_url, "SELECT tenant, actor, action, about, figures_json FROM audit")
    assert trail == [(TENANT, "operator", "draft.cancelled", "id-1", "{}")]


def test_what_is_done_is_not_cancelled(database_url: str) -> None:
    """Nor what is not there, or another tenant's."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        del engine
        await jobs.accept(accepted())
        assert await jobs.finish(await begin(jobs), make_result("id-1", CASE), [], NOW)
        assert (await jobs.cancel(TENANT, "id-1", OPERATOR, NOW)).status == "done"
        assert await jobs.standing("other", "id-1") is None
        for tenant, draft_id in ((TENANT, "none"), ("other", "id-1")):
            with pytest.raises(DraftNotFound):
                await jobs.cancel(tenant, draft_id, OPERATOR, NOW)

    with_jobs(database_url, use)


def test_putting_back(database_url: str) -> None:
    """It waits again with the reason, which a draft that comes about in the end does not keep."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        del engine
        await jobs.accept(accepted())
        assert await jobs.put_back(await begin(jobs), PROBLEM.model_dump_json(), NO_USAGE, NOW)
        assert await jobs.standing(TENANT, "id-1") == Standing("id-1", "ticket-7", "queued", 1)
        assert rows(database_url, "SELECT problem_json FROM jobs") == [(PROBLEM.model_dump_json(),)]
        assert await jobs.finish(await begin(jobs), make_result("id-1", CASE), [], NOW)

    with_jobs(database_url, use)
    assert rows(database_url, "SELECT tries, faults, problem_json FROM jobs") == [(2, 1, None)]


def test_faults_are_counted_apart(database_url: str) -> None:
    """Once each, however often the database is told of one; a process that died over the work left none."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        del engine
        await jobs.accept(accepted())
        counts = []
        for puts in (0, 0, 2, 1, 0):
            begun = await begin(jobs)
            counts.append((begun.tries, begun.faults))
            for _ in range(puts):
                await jobs.put_back(begun, "{}", NO_USAGE, NOW)
        assert counts == [(1, 0), (2, 0), (3, 0), (4, 1), (5, 2)]

    with_jobs(database_url, use)


def test_a_failed_draft_says_why(database_url: str) -> None:
    """In its row and in its result."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        await jobs.accept(accepted())
        result = make_result("id-1", CASE, None).model_copy(update={"problem": PROBLEM})
        assert await jobs.finish(await begin(jobs), result, [], NOW)
        assert (await DraftRepository(engine).get(DEFAULT_TENANT, "id-1")).problem == PROBLEM

    with_jobs(database_url, use)
    ((problem,),) = rows(database_url, "SELECT problem_json FROM jobs")
    assert json.loads(str(problem))["detail"] == "x"


@pytest.mark.parametrize("case_json", ["", "{}", '{"complaint": {"text": "Zyxwv-4929"}}', "null", '{"id": "Zyx'])
def test_an_unreadable_case_is_ended(database_url: str, case_json: str) -> None:
    """As another version or a repair by hand may have left it: a failed draft that has nothing of it, once."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        await jobs.accept(accepted())
        rows(database_url, f"UPDATE jobs SET case_json = '{case_json.replace(':', chr(92) + ':')}'")
        begun = await jobs.begin("id-1")
        assert begun == Unreadable("id-1", TENANT, "ticket-7", NOW)
        result = make_result("id-1", CASE, None).model_copy(update={"problem": PROBLEM})
        assert await jobs.finish(begun, result, [], NOW)
        assert await jobs.begin("id-1") is None
        assert (await DraftRepository(engine).get(DEFAULT_TENANT, "id-1")).problem == PROBLEM

    with_jobs(database_url, use)
    assert rows(database_url, "SELECT case_json FROM drafts UNION ALL SELECT case_json FROM jobs") == [(None,)] * 2


def test_what_the_engine_has_not_heard_of(database_url: str) -> None:
    """The oldest that are unfinished and stand alone, after a while; a batch looks after its own."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        del engine
        for number in range(6):
            await jobs.accept(Accepted(f"id-{number}", TENANT, CASE, NOW - timedelta(seconds=number)))
        await jobs.mark_enqueued("id-5")
        await jobs.cancel(TENANT, "id-4", OPERATOR, NOW)
        columns = "id, tenant, created_at, status, lines, faulty, enqueued"
        rows(
            database_url,
            f"INSERT INTO batches ({columns}) VALUES ('b', 'default', '2025-01-01', 'accepted', 1, 0, false)",
        )
        rows(database_url, "UPDATE jobs SET batch_id = 'b', line = 1 WHERE id = 'id-3'")
        assert await jobs.not_enqueued(NOW, 10) == ["id-2", "id-1"]
        assert await jobs.not_enqueued(NOW, 1) == ["id-2"]
        await jobs.mark_enqueued("id-1", "id-2")
        assert await jobs.not_enqueued(NOW, 10) == []

    with_jobs(database_url, use)


def test_what_should_be_under_way(database_url: str) -> None:
    """What the engine was told of and is not finished, some at a time."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        del engine
        for number in range(5):
            await jobs.accept(accepted(f"id-{number}"))
        await jobs.mark_enqueued("id-1", "id-2", "id-3", "id-4")
        await jobs.cancel(TENANT, "id-2", OPERATOR, NOW)
        await begin(jobs, "id-3")
        later = NOW + timedelta(seconds=1)
        assert await jobs.unfinished(later, "", 10) == {"id-1": 0, "id-3": 1, "id-4": 0}
        assert await jobs.unfinished(later, "", 2) == {"id-1": 0, "id-3": 1}
        assert await jobs.unfinished(later, "id-3", 2) == {"id-4": 0}
        assert await jobs.unfinished(NOW, "", 10) == {}

    with_jobs(database_url, use)


def test_events_are_stored_with_what_happened(database_url: str) -> None:
    """One for each draft that ended, also by cancelling, and none for what was thrown away."""

    async def use(engine: AsyncEngine, jobs: JobRepository) -> None:
        del engine
        rows(database_url, LISTENING)
        for draft_id in ("id-1", "id-2"):
            await jobs.accept(accepted(draft_id))
        assert await jobs.finish(await begin(jobs), make_result("id-1", CASE), [], NOW)
        begun = await begin(jobs, "id-2")
        for _ in range(2):
            await jobs.cancel(TENANT, "id-2", OPERATOR, NOW)
        await jobs.finish(begun, make_result("id-2", CASE), [], NOW)

    with_jobs(database_url, use)
    bodies = [
        json.loads(str(body))["data"]
        for (body,) in rows(database_url, "SELECT body FROM webhook_deliveries ORDER BY about")
    ]
    assert [(each["id"], each["status"]) for each in bodies] == [("id-1", "ready"), ("id-2", "cancelled")]
