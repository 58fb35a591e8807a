"""Batches over HTTP, in a real database: how they come in, how they are watched, read and cancelled."""

from __future__ import annotations

import asyncio
import gzip
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import Message

from guardrails import limits
from service.api.batches import BatchParts, batches_router
from service.api.door import Door
from service.api.problems import install_problems, problem_of
from service.api.uploads import Uploads
from service.batches.intake import BatchIntake
from service.batches.standing import BatchStandings
from service.errors import EndpointBusy, InvalidField
from service.hosts import Hosts
from service.idempotency import OnceOnly
from service.jobs.queue import ChunkJob, DraftJob
from service.jobs.stages import Begun
from service.passes import Desk
from service.schemas import Case
from service.store.batch_lines import BatchLines
from service.store.batch_work import BatchWork
from service.store.batches import BatchRepository
from service.store.database import open_database
from service.store.idempotency import KeyRepository
from service.store.jobs import JobRepository
from tests.service.admitted import admitting_all
from tests.service.api.calling import CASE
from tests.service.keys import HELD, KEPT
from tests.service.parts import ATTEMPT, NOW, NotedQueue, make_result
from tests.service.passing import MemoryPasses

GOOD = json.dumps(CASE).encode()
JSONL = {"content-type": "application/jsonl"}
KEY = JSONL | {"idempotency-key": "key-1"}
MEGABYTE = 1024 * 1024


def only_default(case: Case) -> None:
    """Know one policy."""
    if case.options and case.options.policy not in (None, "default"):
        raise InvalidField("there is no such policy; known are default", "options.policy")


@dataclass(frozen=True, slots=True)
class Site:
    """The routes over a real database."""

    client: httpx2.AsyncClient
    engine: AsyncEngine
    queue: NotedQueue
    stopped: list[str]

    async def post(self, body: bytes | AsyncIterator[bytes], headers: dict[str, str] | None = None) -> httpx2.Response:
        """Upload a batch."""
        return await self.client.post("/v1/batches", content=body, headers=JSONL if headers is None else headers)

    async def draft(self, draft_id: str, draft: str | None = "We are sorry.") -> None:
        """Make a draft; None where it fails."""
        jobs = JobRepository(self.engine)
        begun = await jobs.begin(draft_id)
        assert isinstance(begun, Begun)
        result = make_result(draft_id, begun.case, draft)
        if draft is None:
            result = result.model_copy(update={"problem": problem_of(InvalidField("is too long", "complaint.text"))})
        assert await jobs.finish(begun, result, (ATTEMPT,), NOW)

    async def results(self, batch: str) -> list[dict[str, Any]]:
        """What became of each line."""
        answer = await self.client.get(f"{batch}/results")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jsonl")
        return [json.loads(line) for line in answer.text.splitlines()]

    async def count(self, table: str) -> object:
        """How many rows a table has."""
        async with self.engine.connect() as connection:
            return await connection.scalar(text(f"SELECT count(*) FROM {table}"))


def with_site(folder: Path, use: Callable[[Site], Awaitable[None]], uploads: Uploads | None = None) -> None:
    """Use the routes over a new database."""

    async def run() -> None:
        async with open_database(f"sqlite+aiosqlite:///{folder / 'a.db'}") as engine:
            queue, stopped = NotedQueue(), list[str]()
            intake = BatchIntake(BatchRepository(engine), queue, only_default, problem_of, lambda: NOW)
            standings = BatchStandings(BatchLines(engine), BatchWork(engine), stopped.append, lambda: NOW)
            once = OnceOnly(KeyRepository(engine), lambda: NOW, held=HELD, kept=KEPT, wait_s=5)
            app = FastAPI()
            admitting = admitting_all()
            desk = Desk(MemoryPasses(), admitting.caller_of, lambda: NOW)
            app.add_middleware(Door, admitting=admitting, hosts=Hosts(), desk=desk)
            install_problems(app)
            app.include_router(batches_router(BatchParts(intake, standings, uploads or Uploads()), once))
            transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx2.AsyncClient(transport=transport, base_url="http://amends.invalid") as client:
                await use(Site(client, engine, queue, stopped))

    asyncio.run(run())


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    """A body without a length."""
    for each in given:
        yield each


def test_the_way_of_a_batch(tmp_path: Path) -> None:
    """Accepted with its faults named, watched, and read line by line, whatever state each line is in."""

    async def use(site: Site) -> None:
        unknown = json.dumps(CASE | {"id": "bad", "options": {"policy": "lax"}}).encode()
        answer = await site.post(b"\xef\xbb\xbf" + b"\r\n".join([GOOD, unknown, b"", GOOD, GOOD, b"x" * 300 * 1024]))
        body = answer.json()
        assert answer.status_code == 202
        assert (body["status"], body["lines"], body["finished_at"]) == ("running", 5, None)
        assert [(fault["line"], fault["id"]) for fault in body["faults"]] == [(2, "bad"), (6, None)]
        first, second = body["faults"]
        assert first["error"]["errors"][0]["field"] == "options.policy"
        assert (second["error"]["type"], "262,144 bytes" in second["error"]["detail"]) == (
            "urn:amends:problem:too-large",
            True,
        )
        where = answer.headers["location"]
        assert (where, answer.headers["retry-after"]) == (f"/v1/batches/{body['id']}", "5")
        assert (await site.client.get(where)).json() == body
        assert site.queue.jobs == [ChunkJob(body["id"], 1, 5)]

        one, _, four, five, _ = await site.results(where)
        assert [one["status"], four["status"]] == ["queued", "queued"]
        await site.draft(str(one["draft_id"]))
        await site.draft(str(four["draft_id"]), None)
        one, bad, four, five, long = await site.results(where)
        assert list(one) == ["line", "id", "draft_id", "status", "result"]
        assert one["result"] == json.loads(make_result(str(one["draft_id"]), Case.model_validate(CASE)).to_json())
        assert (bad["status"], bad["draft_id"], bad["error"]) == ("faulty", None, first["error"])
        assert list(four) == ["line", "id", "draft_id", "status", "error"]
        assert (four["status"], four["error"]["detail"]) == ("failed", "complaint.text: is too long")
        assert five == {"line": 5, "id": "ticket-7", "draft_id": five["draft_id"], "status": "queued"}
        assert (long["line"], long["status"]) == (6, "faulty")
        counts = (await site.client.get(where)).json()["counts"]
        assert {name: count for name, count in counts.items() if count} == {
            "ready": 1,
            "failed": 1,
            "queued": 1,
            "faulty": 2,
        }

    with_site(tmp_path, use)


def test_progress_has_a_tag(tmp_path: Path) -> None:
    """Where nothing moved, the answer is short; when it is finished, nobody is told to come again."""

    async def use(site: Site) -> None:
        answer = await site.post(GOOD)
        where, (line,) = answer.headers["location"], await site.results(answer.headers["location"])
        seen = await site.client.get(where)
        again = await site.client.get(where, headers={"if-none-match": seen.headers["etag"]})
        assert (again.status_code, again.content, again.headers["retry-after"]) == (304, b"", "5")
        await site.draft(str(line["draft_id"]))
        moved = await site.client.get(where, headers={"if-none-match": seen.headers["etag"]})
        assert (moved.status_code, moved.json()["counts"]["ready"]) == (200, 1)
        assert await BatchWork(site.engine).finish(answer.json()["id"], NOW + timedelta(seconds=9))
        done = await site.client.get(where)
        assert (done.json()["status"], "retry-after" in done.headers) == ("finished", False)
        assert done.json()["finished_at"] == "2025-10-21T09:05:09Z"

    with_site(tmp_path, use)


def test_a_batch_of_faults_alone(tmp_path: Path) -> None:
    """It is accepted like any other, and finished."""

    async def use(site: Site) -> None:
        answer = await site.post(b"{\n{")
        assert (answer.status_code, answer.json()["status"]) == (202, "finished")
        assert "retry-after" not in answer.headers
        assert [line["status"] for line in await site.results(answer.headers["location"])] == ["faulty", "faulty"]

    with_site(tmp_path, use)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        JSONL,
        {"content-type": "Application/JSONL; charset=utf-8"},
        {"content-type": "application/x-ndjson"},
        {"content-type": "application/x-jsonlines"},
        JSONL | {"content-encoding": "identity"},
    ],
    ids=range(6),
)
def test_lines_are_known_by_their_type(tmp_path: Path, headers: dict[str, str]) -> None:
    """By each of its names; without one, it is assumed."""

    async def use(site: Site) -> None:
        assert (await site.post(GOOD, headers)).status_code == 202

    with_site(tmp_path, use)


@pytest.mark.parametrize(
    ("body", "headers", "advice"),
    [
        (GOOD, {"content-type": "application/json"}, "application/jsonl"),
        (GOOD, {"content-type": "text/csv"}, "application/x-ndjson"),
        (GOOD, {"content-type": "multipart/form-data; boundary=x"}, "--data-binary"),
        (gzip.compress(GOOD), JSONL | {"content-encoding": "gzip"}, "compressed"),
        (gzip.compress(GOOD), JSONL, "gzip"),
        (b"[" + GOOD + b"]", JSONL, "JSON array"),
        (b"", JSONL, "empty"),
        (b"\r\n\n", JSONL, "empty"),
    ],
    ids=range(8),
)
def test_another_format_is_refused(tmp_path: Path, body: bytes, headers: dict[str, str], advice: str) -> None:
    """With what to do; nothing is stored."""

    async def use(site: Site) -> None:
        answer = await site.post(body, headers)
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:amends:problem:not-json-lines")
        assert advice in answer.json()["detail"]
        assert (await site.count("batches"), site.queue.jobs) == (0, [])

    with_site(tmp_path, use)


class Endless:
    """A body without an end, which counts the megabytes that were taken of it."""

    def __init__(self) -> None:
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.given += 1
            yield b"x" * MEGABYTE


def test_an_upload_has_a_size_limit(tmp_path: Path) -> None:
    """It is named, and no more than that is read; where the length is told before, nothing is."""

    async def use(site: Site) -> None:
        endless = Endless()
        told = JSONL | {"content-length": str(limits.BATCH_BYTES + 1)}
        for answer in (await site.post(aiter(endless)), await site.post(pieces(b"{}"), told)):
            assert (answer.status_code, answer.json()["type"]) == (413, "urn:amends:problem:too-large")
            assert "67,108,864 bytes" in answer.json()["detail"]
        assert endless.given <= limits.BATCH_BYTES // MEGABYTE + 2
        many = await site.post(b"{}\n" * (limits.BATCH_CASES + 1))
        assert (many.status_code, "10,000 lines" in many.json()["detail"]) == (413, True)
        assert await site.count("batches") == 0

    with_site(tmp_path, use)


def test_a_large_upload_is_read_from_the_disk(tmp_path: Path) -> None:
    """In pieces that are no lines, and more than is kept in memory."""

    async def use(site: Site) -> None:
        body = b"\n".join([GOOD + b" " * 200_000] * 30)
        chunks = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
        answer = await site.post(pieces(*chunks))
        assert answer.json()["counts"]["queued"] == 30

    with_site(tmp_path, use)


def test_a_disk_that_cannot_hold_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our fault, and to be tried again."""

    async def use(site: Site) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
        answer = await site.post(b"x" * 2 * MEGABYTE)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "temporary file" in answer.json()["detail"]

    with_site(tmp_path, use)


async def trickling() -> AsyncIterator[bytes]:
    """A body that never ends, and never falls silent."""
    while True:
        yield b" "
        await asyncio.sleep(0.01)


async def stalling() -> AsyncIterator[bytes]:
    """A body whose sender falls silent."""
    yield GOOD + b"\n"
    await asyncio.sleep(60)


def test_a_stalled_upload_is_given_up(tmp_path: Path) -> None:
    """Nothing of it is accepted, and its place is free again."""

    async def use(site: Site) -> None:
        answer = await site.post(stalling())
        assert (answer.status_code, "nothing more of it came" in answer.json()["detail"]) == (400, True)
        assert await site.count("batches") == 0
        assert (await site.post(GOOD)).status_code == 202

    with_site(tmp_path, use, Uploads(stall_s=0.05, most=1))


def test_an_upload_that_trickles_is_given_up(tmp_path: Path) -> None:
    """However little comes each time, its place is free again in the end."""

    async def use(site: Site) -> None:
        answer = await asyncio.wait_for(site.post(trickling()), 5)
        assert (answer.status_code, "not all of it came" in answer.json()["detail"]) == (400, True)
        assert (await site.post(GOOD)).status_code == 202

    with_site(tmp_path, use, Uploads(whole_s=0.2, most=1))


def request_of(body: AsyncIterator[bytes]) -> Request:
    """An upload, not yet read."""

    async def receive() -> Message:
        return {"type": "http.request", "body": await anext(body, b""), "more_body": True}

    return Request({"type": "http", "method": "POST", "path": "/v1/batches", "headers": []}, receive)


def test_no_tenant_keeps_all_others_out() -> None:
    """However many it uploads, there is a place for another; all together have no more than there are."""

    async def run() -> None:
        uploads = Uploads(most=3, most_each=2)
        under_way = [asyncio.create_task(uploads.receive(request_of(stalling()), "shop")) for _ in range(2)]
        await asyncio.sleep(0.01)
        with pytest.raises(EndpointBusy, match="2 of your batches are uploaded"):
            await uploads.receive(request_of(stalling()), "shop")
        under_way.append(asyncio.create_task(uploads.receive(request_of(stalling()), "other")))
        await asyncio.sleep(0.01)
        with pytest.raises(EndpointBusy, match="3 batches are uploaded"):
            await uploads.receive(request_of(stalling()), "third")
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        with pytest.raises(TimeoutError):  # not refused: the places are free again
            await asyncio.wait_for(uploads.receive(request_of(stalling()), "shop"), 0.05)

    asyncio.run(run())


def test_not_too_many_are_uploaded_at_once(tmp_path: Path) -> None:
    """Who comes too many is told when to come again."""

    async def use(site: Site) -> None:
        first = asyncio.create_task(site.post(stalling()))
        await asyncio.sleep(0.05)
        answer = await site.post(GOOD)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert (await first).status_code == 400

    with_site(tmp_path, use, Uploads(stall_s=0.3, most=1))


def test_a_key_is_answered_once(tmp_path: Path) -> None:
    """The same answer to the same bytes, at once and later, and one batch; other bytes are refused."""

    async def use(site: Site) -> None:
        answers = await asyncio.gather(*(site.post(GOOD, KEY) for _ in range(3)))
        answers.append(await site.post(pieces(GOOD[:9], GOOD[9:]), KEY))
        assert len({(each.status_code, each.content, each.headers["location"]) for each in answers}) == 1
        assert answers[0].status_code == 202
        assert (await site.count("batches"), await site.count("jobs")) == (1, 1)
        other = await site.post(GOOD + b"\n", KEY)
        assert (other.status_code, other.json()["type"]) == (422, "urn:amends:problem:idempotency-key-reused")

    with_site(tmp_path, use)


def test_a_refused_upload_leaves_its_key_free(tmp_path: Path) -> None:
    """Corrected, it works with the same key."""

    async def use(site: Site) -> None:
        assert (await site.post(b"[]", KEY)).status_code == 400
        assert (await site.post(GOOD, KEY)).status_code == 202
        wrong = await site.post(GOOD, JSONL | {"idempotency-key": "a b"})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "Idempotency-Key")

    with_site(tmp_path, use)


def test_a_batch_is_cancelled(tmp_path: Path) -> None:
    """What is made stays, the rest is cancelled, and what is worked on here is stopped; again changes nothing."""

    async def use(site: Site) -> None:
        where = (await site.post(b"\n".join([GOOD] * 3))).headers["location"]
        first, second, _ = await site.results(where)
        await site.draft(str(first["draft_id"]))
        await JobRepository(site.engine).begin(str(second["draft_id"]))
        answers = [await site.client.post(f"{where}/cancel", headers=headers) for headers in ({}, {}, KEY, KEY)]
        assert len({(each.status_code, each.content) for each in answers}) == 1
        body = answers[0].json()
        assert (answers[0].status_code, body["status"], body["finished_at"]) == (
            200,
            "cancelled",
            "2025-10-21T09:05:00Z",
        )
        assert (body["counts"]["ready"], body["counts"]["cancelled"]) == (1, 2)
        assert site.stopped == [second["draft_id"]]
        assert [line["status"] for line in await site.results(where)] == ["ready", "cancelled", "cancelled"]

    with_site(tmp_path, use)


def test_a_finished_batch_is_not_cancelled(tmp_path: Path) -> None:
    """There is nothing left to cancel, which the caller should know."""

    async def use(site: Site) -> None:
        where = (await site.post(b"{")).headers["location"]
        answer = await site.client.post(f"{where}/cancel")
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:amends:problem:batch-finished")

    with_site(tmp_path, use)


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/results"), ("POST", "/cancel")])
@pytest.mark.parametrize("batch_id", ["none", "%00", "x" * 5_000])
def test_no_such_batch(tmp_path: Path, method: str, path: str, batch_id: str) -> None:
    """404, wherever it is asked for, and no half of an answer."""

    async def use(site: Site) -> None:
        answer = await site.client.request(method, f"/v1/batches/{batch_id}{path}")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:amends:problem:batch-not-found")

    with_site(tmp_path, use)


def test_many_results_are_streamed(tmp_path: Path) -> None:
    """Page by page, and none is lost between two."""

    async def use(site: Site) -> None:
        where = (await site.post(b"\n".join([GOOD, b"{"] * 120))).headers["location"]
        assert [line["line"] for line in await site.results(where)] == list(range(1, 241))

    with_site(tmp_path, use)


def test_the_queue_is_told_of_chunks_alone(tmp_path: Path) -> None:
    """A line of a batch is no draft by itself: it would not wait behind single ones."""

    async def use(site: Site) -> None:
        await site.post(b"\n".join([GOOD] * 60))
        assert [type(job) for job in site.queue.jobs] == [ChunkJob, ChunkJob]
        assert DraftJob not in map(type, site.queue.jobs)

    with_site(tmp_path, use)
