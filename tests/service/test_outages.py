"""`amends serve` over PostgreSQL: restarted, standing still and cut off, it answers 503 and then goes on by itself."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
from sqlalchemy import make_url

from tests.databases import rows
from tests.fake_endpoint import FakeEndpoint, Handler, says
from tests.postgres import PostgresServer
from tests.service.serving import serving

SECRET = "Zyxwv-4929"
CASE = {
    "complaint": {"text": f"My kettle broke, {SECRET}.", "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}},
    "options": {"delivery": "flagged"},
}
KEYS = 10


def refused(answer: httpx2.Response) -> bool:
    """Whether it is a 503 that says when to come again; anything else must be a success."""
    if answer.status_code == 503:
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["type"] == "urn:amends:problem:store-unavailable"
        return True
    assert answer.status_code == 200, answer.text
    return False


def test_a_restart_of_the_database(tmp_path: Path, postgres: PostgresServer, postgres_url: str) -> None:
    """While it is down: 503 with Retry-After, not ready, alive; with it up: drafts, and the old ones too."""
    with (
        FakeEndpoint(says(f"I am sorry, {SECRET}.")) as endpoint,
        serving(tmp_path, endpoint.url, AMENDS_DATABASE_URL=postgres_url) as running,
        httpx2.Client(base_url=running.ready(), timeout=30) as client,
    ):
        made = client.post("/v1/drafts", json=CASE, headers={"Idempotency-Key": "before"})
        assert not refused(made)
        postgres.stop()
        try:
            for headers in ({}, {"Idempotency-Key": "before"}, {"Idempotency-Key": "during"}):
                assert refused(client.post("/v1/drafts", json=CASE, headers=headers))
            assert refused(client.get(f"/v1/drafts/{made.json()['id']}"))
            assert refused(client.get("/readyz"))
            assert client.get("/healthz").status_code == 200
        finally:
            postgres.start()
        assert not refused(client.get("/readyz"))
        for key in ("before", "during"):
            again = client.post("/v1/drafts", json=CASE, headers={"Idempotency-Key": key})
            assert (refused(again), again.content == made.content) == (False, key == "before")
        assert client.get(f"/v1/drafts/{made.json()['id']}").content == made.content
        assert running.stop(signal.SIGTERM) == 0
    assert rows(postgres_url, "SELECT count(*) FROM drafts") == [(2,)]
    assert SECRET not in json.dumps(running.logged)


def slowly(handler: Handler) -> None:
    """Answer after a while, so that the database is away before."""
    handler.endpoint.closing.wait(0.5)
    says("I am sorry.")(handler)


def test_accepted_drafts_outlive_a_restart(tmp_path: Path, postgres: PostgresServer, postgres_url: str) -> None:
    """Whether they waited or were worked on; while the database is away none is accepted."""
    with (
        FakeEndpoint(slowly) as endpoint,
        serving(tmp_path, endpoint.url, AMENDS_DATABASE_URL=postgres_url, AMENDS_WORKERS="2") as running,
        httpx2.Client(base_url=running.ready(), timeout=30, headers={"Prefer": "respond-async"}) as client,
    ):
        accepted = [client.post("/v1/drafts", json=CASE) for _ in range(6)]
        assert {each.status_code for each in accepted} == {202}
        postgres.stop()
        try:
            assert refused(client.post("/v1/drafts", json=CASE))
            time.sleep(1)  # in which drafts come about that cannot be stored
        finally:
            postgres.start()
        give_up = time.monotonic() + 60
        while {read_status(client, each.json()["id"]) for each in accepted} != {"needs_review"}:
            assert time.monotonic() < give_up
            time.sleep(0.1)
    assert rows(postgres_url, "SELECT count(*) FROM drafts") == [(6,)]


def read_status(client: httpx2.Client, draft_id: str) -> str:
    """Where a draft stands."""
    return str(client.get(f"/v1/drafts/{draft_id}").json()["status"])


def test_a_database_that_stands_still_for_a_while(tmp_path: Path, postgres: PostgresServer, postgres_url: str) -> None:
    """Shorter than our patience, nobody hears of it."""
    with (
        FakeEndpoint(says("I am sorry.")) as endpoint,
        serving(tmp_path, endpoint.url, AMENDS_DATABASE_URL=postgres_url) as running,
        httpx2.Client(base_url=running.ready(), timeout=30) as client,
    ):
        assert not refused(client.post("/v1/drafts", json=CASE))
        with ThreadPoolExecutor() as pool:
            with postgres.frozen():
                asked = [pool.submit(client.post, "/v1/drafts", json=CASE) for _ in range(3)]
                time.sleep(1)
            assert not any(refused(each.result()) for each in asked)
    assert rows(postgres_url, "SELECT count(*) FROM drafts") == [(4,)]


async def ask_until_answered(urls: list[str], key: str) -> tuple[bytes, int]:
    """The answer to a key, and how often it was asked for before it came."""
    async with httpx2.AsyncClient(timeout=60) as client:
        for number in range(1_000):
            url = f"{urls[number % len(urls)]}/v1/drafts"
            answer = await client.post(url, json=CASE, headers={"Idempotency-Key": key})
            if answer.status_code == 200:
                return answer.content, number
            assert answer.status_code in (409, 503)
            await asyncio.sleep(0.05)
    raise AssertionError(key)


async def ask_all(urls: list[str]) -> list[tuple[bytes, int]]:
    """Ask for a draft with each of many keys at once."""
    return await asyncio.gather(*(ask_until_answered(urls, str(number)) for number in range(KEYS)))


async def ask_under_cuts(postgres: PostgresServer, database: str, urls: list[str]) -> list[tuple[bytes, int]]:
    """As `ask_all`, while every connection to the database is cut again and again."""
    asking = asyncio.create_task(ask_all(urls))
    for _ in range(40):
        await asyncio.to_thread(postgres.cut, database)
        await asyncio.sleep(0.02)
    return await asking


def test_connections_that_are_cut_again_and_again(tmp_path: Path, postgres: PostgresServer, postgres_url: str) -> None:
    """Each key is answered in the end, alike by both services, and has one draft."""
    settings = {"AMENDS_DATABASE_URL": postgres_url, "AMENDS_MAX_DRAFTS": "64"}
    with (
        FakeEndpoint(says("I am sorry.")) as endpoint,
        serving(tmp_path, endpoint.url, **settings) as first,
        serving(tmp_path, endpoint.url, **settings) as second,
    ):
        urls = [first.ready(), second.ready()]
        answers = asyncio.run(ask_under_cuts(postgres, str(make_url(postgres_url).database), urls))
        again = asyncio.run(ask_all(urls[::-1]))
    assert sum(tries for _, tries in answers) > 0
    assert [body for body, _ in again] == [body for body, _ in answers]
    assert rows(postgres_url, "SELECT count(*) FROM drafts") == [(KEYS,)]
