"""Deleting over HTTP: what is answered then and afterwards, and that no file holds what was deleted."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx2
import pytest

from service.errors import StoreError
from service.jobs.stages import Begun
from service.schemas import NO_USAGE, Case
from service.store.jobs import JobRepository
from tests.databases import rows, sqlite_url
from tests.service.api.calling import CASE, call, make_app
from tests.service.api.test_idempotency import SECRET, Site, with_site
from tests.service.erased import GivenTexts, make_eraser
from tests.service.parts import NOW

CUSTOMER = f"customer-{SECRET}"
SECRET_CASE = CASE | {"id": SECRET, "context": {**CASE["context"], "customer_ref": CUSTOMER}}  # type: ignore[dict-item]  # a dict


def files_with(path: Path, word: str) -> list[str]:
    """The files of a database in which a word can be found."""
    return sorted(each.name for each in path.parent.iterdir() if word.encode() in each.read_bytes())


async def delete(site: Site, path: str) -> httpx2.Response:
    """Delete a draft."""
    return await site.client.delete(path)


def gone(answer: httpx2.Response) -> bool:
    """Whether an answer says that a draft was deleted, and when."""
    body = answer.json()
    told = body["type"] == "urn:amends:problem:draft-deleted" and "2025-10-21T09:05:00Z" in body["detail"]
    return answer.status_code == 410 and told and "retry-after" not in answer.headers


def test_a_deleted_draft_is_gone(tmp_path: Path) -> None:
    """It answers 410 with the time, its feedback too, and so does the request that it was made for."""

    async def use(site: Site) -> None:
        made = (await site.post(SECRET_CASE)).json()["id"]
        path = f"/v1/drafts/{made}"
        feedback = {"outcome": "edited", "text": f"Dear {SECRET}"}
        assert (await site.post(feedback, f"{path}/feedback")).status_code == 201
        answer = await delete(site, path)
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await delete(site, path)).status_code == 204
        assert gone(await site.client.get(path))
        assert gone(await site.post(feedback, f"{path}/feedback"))
        assert gone(await site.client.post(f"{path}/feedback", json=feedback))
        assert gone(await site.post(SECRET_CASE))
        assert gone(await site.post(SECRET_CASE, accept="text/event-stream"))
        assert site.drafter.seen[1:] == []

    with_site(tmp_path / "a.db", use)


def test_a_case_that_waits_is_cancelled_and_gone(tmp_path: Path) -> None:
    """Whoever works on it stores nothing, and nobody can find it."""

    async def use(site: Site) -> None:
        ticket = (await site.post(SECRET_CASE, prefer="respond-async")).json()
        path = f"/v1/drafts/{ticket['id']}"
        jobs = JobRepository(site.engine)
        begun = await jobs.begin(ticket["id"])
        assert isinstance(begun, Begun)
        assert (await delete(site, path)).status_code == 204
        outcome = await site.drafter.draft(ticket["id"], Case.model_validate(SECRET_CASE), NOW)
        assert not await jobs.finish(begun, outcome.result, outcome.attempts, NOW)
        assert await jobs.begin(ticket["id"]) is None
        assert not await jobs.put_back(begun, f'{{"detail": "{SECRET}"}}', NO_USAGE, NOW)
        assert gone(await site.client.get(path))
        assert gone(await site.client.post(f"{path}/cancel"))
        assert gone(await site.post(SECRET_CASE, prefer="respond-async"))
        assert (await delete(site, path)).status_code == 204
        assert files_with(tmp_path / "a.db", SECRET) == []

    with_site(tmp_path / "a.db", use)
    assert rows(sqlite_url(tmp_path / "a.db"), "SELECT count(*) FROM drafts") == [(0,)]


def test_a_cancelled_case_can_be_deleted(tmp_path: Path) -> None:
    """Its references are still there until then."""

    async def use(site: Site) -> None:
        path = f"/v1/drafts/{(await site.post(SECRET_CASE, prefer='respond-async')).json()['id']}"
        assert (await site.client.post(f"{path}/cancel")).status_code == 200
        assert (await delete(site, path)).status_code == 204
        assert gone(await site.client.get(path))
        assert files_with(tmp_path / "a.db", SECRET) == []

    with_site(tmp_path / "a.db", use)


def test_no_file_holds_a_deleted_customer(tmp_path: Path) -> None:
    """Of drafts and waiting cases, with feedback and kept answers: not even the request to delete leaves one."""
    path = tmp_path / "a.db"

    async def use(site: Site) -> None:
        made = (await site.post(SECRET_CASE)).json()["id"]
        await site.post({"outcome": "rejected", "reason": SECRET}, f"/v1/drafts/{made}/feedback")
        await site.client.post("/v1/drafts", json=SECRET_CASE)
        await site.client.post("/v1/drafts", json=SECRET_CASE, headers={"prefer": "respond-async"})
        assert files_with(path, SECRET) != []
        request = {"customer_ref": CUSTOMER}
        first = await site.post(request, "/v1/deletions")
        assert (first.status_code, first.json()["deleted"]) == (200, 3)
        assert (await site.post(request, "/v1/deletions")).content == first.content
        assert (await site.post({"customer_ref": "other"}, "/v1/deletions")).status_code == 422
        again = await site.client.post("/v1/deletions", json=request)
        assert again.json()["deleted"] == 0
        assert files_with(path, SECRET) == []
        trail = (await site.client.get("/v1/audit")).json()["entries"]
        assert [(each["actor"], each["action"], each["about"], each["figures"]["drafts"]) for each in trail] == [
            ("operator", "customer.erased", again.json()["id"], 0),
            ("operator", "customer.erased", first.json()["id"], 2),
        ]
        assert SECRET not in json.dumps(trail)

    with_site(path, use)


def test_many_delete_at_once(tmp_path: Path) -> None:
    """Each is told that it is deleted, while others are made and read."""
    path = tmp_path / "a.db"

    async def use(site: Site) -> None:
        made = [(await site.client.post("/v1/drafts", json=SECRET_CASE)).json()["id"] for _ in range(5)]
        answers = await asyncio.gather(
            *(delete(site, f"/v1/drafts/{each}") for each in made * 4),
            *(site.client.get(f"/v1/drafts/{each}") for each in made),
            site.client.post("/v1/drafts", json=CASE),
        )
        assert {each.status_code for each in answers[:20]} == {204}
        assert {each.status_code for each in answers[20:]} <= {200, 410}
        assert len((await site.client.get("/v1/audit")).json()["entries"]) == 5

    with_site(path, use)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"customer_ref": ""},
        {"customer_ref": None},
        {"customer_ref": 7},
        {"customer_ref": "x" * 100_000},
        {"ref": "x"},
    ],
    ids=range(6),
)
def test_a_wrong_request_deletes_nothing(body: dict[str, object]) -> None:
    """Least of all everything."""
    texts = GivenTexts()
    answer = call(make_app(eraser=make_eraser(texts)), "POST", "/v1/deletions", body)
    assert (answer.status_code, texts.told) == (422, [])


@pytest.mark.parametrize("draft_id", ["none", "%20", "..", "'", "x" * 5_000])
def test_an_unknown_draft_is_told(draft_id: str) -> None:
    """Whatever it is called."""
    answer = call(make_app(), "DELETE", f"/v1/drafts/{draft_id}")
    assert answer.status_code == 404


def test_a_fault_of_the_database_is_told() -> None:
    """So that whoever deletes asks again."""
    texts = GivenTexts(StoreError("The database a.db failed."))
    answer = call(make_app(eraser=make_eraser(texts)), "POST", "/v1/deletions", {"customer_ref": "customer"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
