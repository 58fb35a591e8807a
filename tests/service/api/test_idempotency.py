"""The header Idempotency-Key over HTTP, at every route that takes a POST."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from service.accepting import Accepting
from service.api.app import Resources, create_app
from service.api.passes import DeskParts
from service.checking import DraftChecker
from service.drafting import Outcome
from service.erasing import Eraser
from service.errors import EndpointFailed
from service.idempotency import DEFAULT_TENANT, OnceOnly
from service.intake import Intake
from service.progress import Listener, Spending, unheard, unspent
from service.schemas import Case
from service.store.audit import AuditRepository
from service.store.database import open_database
from service.store.erasure import ErasureRepository
from service.store.idempotency import KeyRepository
from service.store.jobs import JobRepository
from service.store.listing import ListingRepository
from service.store.repository import DraftRepository
from service.store.scrubbing import Scrubber
from service.traces import Traces
from tests.service.admitted import admitting_all
from tests.service.api.calling import ANY, CASE, DRAFT, make_batches, uncounted
from tests.service.keys import HELD, KEPT
from tests.service.parts import NOW, GivenDrafter, NotedQueue, make_checks
from tests.service.passing import MemoryPasses
from tests.service.webhooks.memory import memory_webhooks

KEY = {"Idempotency-Key": "key-1"}
WATCHED = {"Accept": "text/event-stream"}
LATER = {"Prefer": "respond-async"}
SECRET = "Zyxwv-4929"


class SlowDrafter(GivenDrafter):
    """A drafter that takes a while, so that others come in the middle."""

    async def draft(
        self,
        draft_id: str,
        case: Case,
        now: datetime,
        tell: Listener = unheard,
        *,
        tenant: str = DEFAULT_TENANT,
        spend: Spending = unspent,
    ) -> Outcome:
        """What was given, after a while."""
        await asyncio.sleep(0.1)
        return await super().draft(draft_id, case, now, tell, tenant=tenant, spend=spend)


@dataclass(frozen=True, slots=True)
class Site:
    """A service over a real database."""

    client: httpx2.AsyncClient
    drafter: SlowDrafter
    engine: AsyncEngine

    async def post(self, body: object = CASE, path: str = "/v1/drafts", **headers: str) -> httpx2.Response:
        """Send a body with the key."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.client.post(path, content=content, headers=KEY | headers)

    async def count(self, table: str) -> object:
        """How many rows a table has."""
        async with self.engine.connect() as connection:
            return await connection.scalar(text(f"SELECT count(*) FROM {table}"))


def _app(engine: AsyncEngine, drafter: SlowDrafter, wait_s: float) -> FastAPI:
    def now() -> datetime:
        return NOW

    async def ready() -> None:
        """It always is."""

    once = OnceOnly(KeyRepository(engine), now, held=HELD, kept=KEPT, wait_s=wait_s)
    intake = Intake(drafter, DraftRepository(engine), now, 40)
    drafts, jobs = DraftRepository(engine), JobRepository(engine)
    accepting = Accepting(jobs, drafts, NotedQueue(), now, refuse=lambda _: None, stop=lambda _: None)
    eraser = Eraser(ErasureRepository(engine), Traces(Scrubber(engine)), now, lambda _: None)
    return create_app(
        Resources(
            admitting=admitting_all(),
            hosts=ANY,
            intake=intake,
            accepting=accepting,
            desk=DeskParts(MemoryPasses(), lambda: NOW),
            listing=ListingRepository(engine),
            batches=make_batches(),
            checker=DraftChecker(make_checks(), now),
            once=once,
            eraser=eraser,
            trail=AuditRepository(engine),
            webhooks=memory_webhooks(),
            figures=uncounted(),
            ready=ready,
        )
    )


@asynccontextmanager
async def site_over(path: Path, wait_s: float) -> AsyncIterator[Site]:
    """A service over a file."""
    drafter = SlowDrafter(f"We are sorry, {SECRET}.")
    async with open_database(f"sqlite+aiosqlite:///{path}") as engine:
        transport = httpx2.ASGITransport(app=_app(engine, drafter, wait_s), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://amends.invalid") as client:
            yield Site(client, drafter, engine)


def with_site(path: Path, use: Callable[[Site], Awaitable[None]], wait_s: float = 5) -> None:
    """Do something with a service over a file."""

    async def run() -> None:
        async with site_over(path, wait_s) as site:
            await use(site)

    asyncio.run(run())


def same(*answers: httpx2.Response) -> bool:
    """Whether status, body and kind are alike in all."""
    return len({(each.status_code, each.content, each.headers["content-type"]) for each in answers}) == 1


def test_a_draft_is_made_once(tmp_path: Path) -> None:
    """At once and again: equal answers, one draft, and each answer with its own request id."""

    async def use(site: Site) -> None:
        answers = await asyncio.gather(*(site.post() for _ in range(20)))
        assert same(*answers, await site.post())
        assert (answers[0].status_code, answers[0].json()["ref"]) == (200, CASE["id"])
        assert len({each.headers["x-request-id"] for each in answers}) == 20
        assert (len(site.drafter.seen), await site.count("drafts")) == (1, 1)

    with_site(tmp_path / "a.db", use)


def test_without_a_key_drafts_are_two(tmp_path: Path) -> None:
    """Nothing is kept that nobody asked for."""

    async def use(site: Site) -> None:
        for _ in range(2):
            await site.client.post("/v1/drafts", json=CASE)
        assert (await site.count("drafts"), await site.count("idempotency_keys")) == (2, 0)

    with_site(tmp_path / "a.db", use)


def test_feedback_is_stored_once(tmp_path: Path) -> None:
    """With the number and the time of the first; the same key on another draft is another request."""

    async def use(site: Site) -> None:
        paths = []
        for key in ("a", "b"):
            made = await site.post(**{"Idempotency-Key": key})
            paths.append(f"/v1/drafts/{made.json()['id']}/feedback")
        body = {"outcome": "sent"}
        answers = await asyncio.gather(*(site.post(body, paths[0]) for _ in range(5)))
        assert same(*answers, await site.post(body, paths[0]))
        assert (answers[0].status_code, answers[0].json()["number"]) == (201, 1)
        refused = await site.post(body, paths[1])
        assert (refused.status_code, await site.count("feedback")) == (422, 1)

    with_site(tmp_path / "a.db", use)


def test_a_check_is_answered_once(tmp_path: Path) -> None:
    """Its answer is kept as well; the key of a draft is free at another route."""

    async def use(site: Site) -> None:
        await site.post()
        assert same(await site.post(DRAFT, "/v1/checks"), await site.post(DRAFT, "/v1/checks"))
        other = await site.post(DRAFT | {"id": "c-2"}, "/v1/checks")
        assert other.json()["type"] == "urn:amends:problem:idempotency-key-reused"
        assert await site.count("idempotency_keys") == 2

    with_site(tmp_path / "a.db", use)


def test_another_body_is_a_problem(tmp_path: Path) -> None:
    """White space and order do not make another one."""

    async def use(site: Site) -> None:
        first = await site.post()
        assert same(first, await site.post(json.dumps(dict(reversed(CASE.items())), indent=4).encode()))
        answer = await site.post(CASE | {"id": "ticket-8"})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert answer.json()["type"] == "urn:amends:problem:idempotency-key-reused"
        assert "Idempotency-Key" in answer.json()["detail"]
        assert len(site.drafter.seen) == 1

    with_site(tmp_path / "a.db", use)


def test_a_refused_body_leaves_the_key_free(tmp_path: Path) -> None:
    """What is no JSON, no case, or too large claims nothing: corrected, it works with the same key."""

    async def use(site: Site) -> None:
        for body, status in ((b"{", 400), ({}, 422), (b" " * 300_000, 413)):
            assert (await site.post(body)).status_code == status
        assert (await site.post({"outcome": "sent"}, "/v1/drafts/%00none/feedback")).status_code == 404
        assert await site.count("idempotency_keys") == 0
        assert (await site.post()).status_code == 200

    with_site(tmp_path / "a.db", use)


@pytest.mark.parametrize(("fault", "status"), [(EndpointFailed("down"), 502), (RuntimeError(SECRET), 500)], ids=str)
def test_a_fault_of_ours_is_not_kept(tmp_path: Path, fault: Exception, status: int) -> None:
    """The next one with the key works."""

    async def use(site: Site) -> None:
        site.drafter.given = fault
        assert (await site.post()).status_code == status
        site.drafter.given = "We are sorry."
        assert (await site.post()).json()["draft"] == "We are sorry."
        assert await site.count("idempotency_keys") == 1

    with_site(tmp_path / "a.db", use)


def test_a_wait_that_is_too_long_is_a_conflict(tmp_path: Path) -> None:
    """409 with the time to come again; the first one goes on."""

    async def use(site: Site) -> None:
        first, second = await asyncio.gather(site.post(), site.post())
        assert (first.status_code, second.status_code) == (200, 409)
        assert second.json()["type"] == "urn:amends:problem:idempotency-key-in-use"
        assert int(second.headers["retry-after"]) >= 1
        assert same(first, await site.post())

    with_site(tmp_path / "a.db", use, wait_s=0.01)


def test_who_watches_gets_the_last_event(tmp_path: Path) -> None:
    """An answer in one form is given again in the other; another body is a plain problem."""

    async def use(site: Site) -> None:
        answers = await asyncio.gather(site.post(), *(site.post(**WATCHED) for _ in range(3)))
        plain, *watched = [*answers, await site.post(**WATCHED)]
        assert same(*watched)
        assert watched[0].headers["content-type"].startswith("text/event-stream")
        assert watched[0].text.strip() == f"event: result\ndata: {plain.text}"
        refused = await site.post(CASE | {"id": "8"}, **WATCHED)
        assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
        made = await site.post(**WATCHED, **{"Idempotency-Key": "watched-first"})
        again = await site.post(**{"Idempotency-Key": "watched-first"})
        assert again.text in made.text
        assert len(site.drafter.seen) == 2

    with_site(tmp_path / "a.db", use)


def test_who_hangs_up_finds_the_draft(tmp_path: Path) -> None:
    """A request that is broken off in the middle goes on, and the next one gets its answer."""

    async def use(site: Site) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await site.post()
        assert (await site.post()).status_code == 200
        assert (len(site.drafter.seen), await site.count("drafts")) == (1, 1)

    with_site(tmp_path / "a.db", use)


@pytest.mark.parametrize(
    "fields",
    [[""], ["x" * 256], ["x" * 20_000], ["a", "b"], ["a,b"], ['"'], ["gr\xfc\xdfe"]],
    ids=["empty", "long", "huge", "two", "list", "quote", "umlaut"],
)
@pytest.mark.parametrize("path", ["/v1/drafts", "/v1/checks", "/v1/drafts/1/feedback"])
def test_a_malformed_key_is_named(tmp_path: Path, path: str, fields: list[str]) -> None:
    """Before the body is read."""

    async def use(site: Site) -> None:
        headers = [(b"Idempotency-Key", field.encode("latin-1")) for field in fields]
        answer = await site.client.post(path, content=b"{", headers=headers)
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == ["Idempotency-Key"]

    with_site(tmp_path / "a.db", use)


def test_an_accepted_case_is_answered_once(tmp_path: Path) -> None:
    """The same ticket with the same headers, also where the second one would wait; nothing is accepted twice."""

    async def use(site: Site) -> None:
        first = await site.post(**LATER)
        answers = [await site.post(**LATER), await site.post(), *await asyncio.gather(*(site.post(**LATER),) * 5)]
        assert same(first, *answers)
        assert (first.status_code, first.json()["status"]) == (202, "queued")
        for each in (first, *answers):
            assert each.headers["location"] == f"/v1/drafts/{first.json()['id']}"
            assert (each.headers["preference-applied"], each.headers["retry-after"]) == ("respond-async", "2")
        refused = await site.post(CASE | {"id": "8"}, **LATER)
        assert refused.json()["type"] == "urn:amends:problem:idempotency-key-reused"
        assert (await site.count("jobs"), len(site.drafter.seen)) == (1, 0)

    with_site(tmp_path / "a.db", use)


def test_every_post_takes_a_key(tmp_path: Path) -> None:
    """A route that came later without one would be found here."""

    async def use(site: Site) -> None:
        document = (await site.client.get("/openapi.json")).json()
        posts = [methods["post"] for methods in document["paths"].values() if "post" in methods]
        assert len(posts) >= 3
        for each in posts:
            assert "Idempotency-Key" in [one["name"] for one in each["parameters"]], each["operationId"]
            assert "409" in each["responses"], each["operationId"]

    with_site(tmp_path / "a.db", use)


def test_no_key_is_logged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key may be made of a customer's name."""

    async def use(site: Site) -> None:
        for body in (CASE, CASE | {"id": "8"}, {}):
            await site.post(body, **{"Idempotency-Key": SECRET})

    with_site(tmp_path / "a.db", use)
    shown = capsys.readouterr()
    assert SECRET not in shown.out + shown.err
