"""Idempotency keys at running services: many at once, two processes on one file, a death, and a restart."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import threading
from collections import Counter
from pathlib import Path

import httpx2
import pytest

from tests.fake_endpoint import FakeEndpoint, Handler, hangs, says
from tests.service.serving import serving

REQUESTS, KEYS = 200, 20
CASE = {
    "complaint": {"text": "My kettle broke.", "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}},
    "options": {"delivery": "flagged"},
}
MANY = {"AMENDS_MAX_DRAFTS": "64"}


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives, or does, to the database of a folder."""
    connection = sqlite3.connect(folder / "a.db")
    with connection:
        found = connection.execute(statement).fetchall()
    connection.close()
    return found


def post(url: str, key: str, **more: object) -> httpx2.Response:
    """Ask for a draft with a key."""
    return httpx2.post(f"{url}/v1/drafts", json=CASE | more, headers={"Idempotency-Key": key}, timeout=60)


def hung_up_on(url: str) -> None:
    """Ask, and get no answer."""
    with pytest.raises(httpx2.HTTPError):
        post(url, "k")


async def post_many(*urls: str) -> list[tuple[str, int, bytes]]:
    """Key, status and body of many requests at once, by turns to each of the services."""
    limits = httpx2.Limits(max_connections=REQUESTS)
    async with httpx2.AsyncClient(limits=limits, timeout=60) as client:

        async def one(number: int) -> tuple[str, int, bytes]:
            key = str(number % KEYS)
            url = f"{urls[number // KEYS % len(urls)]}/v1/drafts"
            answer = await client.post(url, json=CASE, headers={"Idempotency-Key": key})
            return key, answer.status_code, answer.content

        return await asyncio.gather(*map(one, range(REQUESTS)))


def slowly(handler: Handler) -> None:
    """Answer after a while, so that others come in the middle."""
    handler.endpoint.closing.wait(0.3)
    says("I am sorry.")(handler)


def test_two_hundred_at_once(tmp_path: Path) -> None:
    """Twenty keys at two services on one file: twenty calls, twenty drafts, and equal answers."""
    with (
        FakeEndpoint(slowly) as endpoint,
        serving(tmp_path, endpoint.url, **MANY) as first,
        serving(tmp_path, endpoint.url, **MANY) as second,
    ):
        answers = asyncio.run(post_many(first.ready(), second.ready()))
        assert endpoint.calls == KEYS
    assert {status for _, status, _ in answers} == {200}
    assert set(Counter(answers).values()) == {REQUESTS // KEYS}
    assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(KEYS,)]


def test_another_process_takes_over(tmp_path: Path) -> None:
    """After kill -9 in the middle: the second service waits for the claim's time, then makes the draft once."""
    called = threading.Event()

    def hangs_first(handler: Handler) -> None:
        called.set()
        hangs(handler)

    with FakeEndpoint(hangs_first, says("I am sorry.")) as endpoint:
        with serving(tmp_path, endpoint.url) as first:
            url = first.ready()
            asking = threading.Thread(target=hung_up_on, args=(url,))
            asking.start()
            assert called.wait(30)
            first.process.send_signal(signal.SIGKILL)
            asking.join(30)
        assert rows(tmp_path, "SELECT status, (SELECT count(*) FROM drafts) FROM idempotency_keys") == [(None, 0)]
        with serving(tmp_path, endpoint.url, AMENDS_DEADLINE_S="1") as second:
            url = second.ready()
            waited = post(url, "k")
            assert (waited.status_code, waited.headers["retry-after"], endpoint.calls) == (409, "5", 1)
            # As if the time of the claim, a draft's deadline and some seconds, had passed.
            rows(tmp_path, "UPDATE idempotency_keys SET until = '2025-10-21 09:05:00.000000'")
            taken = post(url, "k")
            assert (taken.status_code, post(url, "k").content) == (200, taken.content)
        assert endpoint.calls == 2
    assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(1,)]


def test_the_same_answer_after_a_restart(tmp_path: Path) -> None:
    """Byte for byte and without a call, after kill -9 too; another body is refused; an expired key is free."""
    with FakeEndpoint(says("I am sorry.")) as endpoint:
        with serving(tmp_path, endpoint.url) as running:
            first = post(running.ready(), "k")
            running.stop(signal.SIGKILL)
        with serving(tmp_path, endpoint.url, AMENDS_IDEMPOTENCY_HOURS="0.5") as running:
            url = running.ready()
            again = post(url, "k")
            other = post(url, "k", id="7")
            assert (again.status_code, again.content, endpoint.calls) == (200, first.content, 1)
            assert (other.status_code, json.loads(other.content)["status"]) == (422, 422)
            rows(tmp_path, "UPDATE idempotency_keys SET until = '2025-10-21 09:05:00.000000'")
            assert post(url, "k", id="7").json()["ref"] == "7"
            assert endpoint.calls == 2
    span = "SELECT round((julianday(until) - julianday('now')) * 24, 1) FROM idempotency_keys"
    assert rows(tmp_path, span) == [(0.5,)]
