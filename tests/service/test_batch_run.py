"""Batches at running services: worked off behind single drafts, killed in the middle, cancelled, cut off."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.fake_endpoint import FakeEndpoint, Handler, says
from tests.service.commands import SECONDS
from tests.service.serving import serving

CASES, BAD = 40, 21
CASE = {
    "complaint": {"text": "My kettle broke.", "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}},
    "options": {"delivery": "flagged"},
}
ENDED = ("ready", "needs_review", "failed", "cancelled", "faulty")
NARROW = {"AMENDS_MODEL_CALLS": "2"}


def lines(cases: int = CASES) -> bytes:
    """A batch whose middle line is cut short."""
    rows = [json.dumps(CASE | {"id": f"case-{number}"}).encode() for number in range(1, cases + 1)]
    rows[BAD - 1] = rows[BAD - 1][:40]
    return b"\n".join(rows)


def takes(seconds: float) -> Callable[[Handler], None]:
    """An endpoint that answers after a while."""

    def behave(handler: Handler) -> None:
        handler.endpoint.closing.wait(seconds)
        says("I am sorry.")(handler)

    return behave


def post(url: str, body: bytes) -> str:
    """Upload a batch, and give where it is."""
    answer = httpx2.post(f"{url}/v1/batches", content=body, headers={"Content-Type": "application/jsonl"}, timeout=60)
    assert answer.status_code == 202, answer.text
    return f"{url}{answer.headers['location']}"


def ended(counts: dict[str, int]) -> int:
    """How many lines have come to their end."""
    return sum(counts[name] for name in ENDED)


def wait_for(where: str, enough: Callable[[dict[str, Any], dict[str, int]], bool]) -> dict[str, Any]:
    """Watch a batch until it is far enough; it may never go back, and lines may never get lost."""
    before, give_up = 0, time.monotonic() + SECONDS
    while time.monotonic() < give_up:
        body = httpx2.get(where, timeout=60).json()
        counts = body["counts"]
        assert sum(counts.values()) == body["lines"]
        assert ended(counts) >= before
        before = ended(counts)
        if enough(body, counts):
            return dict(body)
        time.sleep(0.05)
    raise AssertionError(body)


def finished(body: dict[str, Any], _: dict[str, int]) -> bool:
    """It has ended."""
    return body["finished_at"] is not None


def results(where: str) -> list[dict[str, Any]]:
    """What became of each line."""
    return [json.loads(line) for line in httpx2.get(f"{where}/results", timeout=60).text.splitlines()]


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives from the database of a folder."""
    connection = sqlite3.connect(folder / "a.db")
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


def test_single_drafts_do_not_wait_behind_a_batch(tmp_path: Path) -> None:
    """Over an endpoint that is busy with a batch all the time: they come next, and the batch is done all the same."""
    with FakeEndpoint(takes(0.25)) as endpoint, serving(tmp_path, endpoint.url, **NARROW) as running:
        url = running.ready()
        where = post(url, lines())
        wait_for(where, lambda _, counts: ended(counts) > 1)
        began = time.monotonic()
        waited = httpx2.post(f"{url}/v1/drafts", json=CASE, timeout=60)
        answer = httpx2.post(f"{url}/v1/drafts", json=CASE, headers={"Prefer": "respond-async"}, timeout=60)
        later = f"{url}{answer.headers['location']}"
        while httpx2.get(later).json()["status"] in ("queued", "running"):
            time.sleep(0.02)
        took = time.monotonic() - began
        body = httpx2.get(where).json()
        assert (waited.status_code, body["finished_at"]) == (200, None)
        assert body["counts"]["queued"] > CASES / 3, f"both took {took:.1f} s"

        body = wait_for(where, finished)
        assert (body["status"], endpoint.calls) == ("finished", CASES - 1 + 2)
        found = results(where)
        assert [line["line"] for line in found] == list(range(1, CASES + 1))
        assert Counter(line["status"] for line in found) == {"needs_review": CASES - 1, "faulty": 1}
        assert found[BAD - 1]["error"]["type"] == "urn:amends:problem:not-json"
        assert running.stop(signal.SIGTERM) == 0


def test_a_batch_outlives_its_process(tmp_path: Path) -> None:
    """Killed in the middle: the next process does what is left, and no draft is stored twice."""
    settings = {"AMENDS_WORKERS": "4"}
    with FakeEndpoint(takes(0.1)) as endpoint:
        with serving(tmp_path, endpoint.url, **settings) as running:
            where = post(running.ready(), lines())
            wait_for(where, lambda _, counts: ended(counts) > CASES / 4)
            running.stop(signal.SIGKILL)
        done = rows(tmp_path, "SELECT count(*) FROM drafts")[0][0]
        # As if the dead process had not been heard of for a while.
        connection = sqlite3.connect(tmp_path / "a.db")
        with connection:
            connection.execute("UPDATE processes SET beat_at = '2025-01-01 00:00:00.000000'")
        connection.close()
        with serving(tmp_path, endpoint.url, **settings) as running:
            again = running.ready() + urlsplit(where).path
            body = wait_for(again, finished)
            assert isinstance(done, int)
            assert CASES / 5 < done < CASES - 1
            assert body["counts"]["needs_review"] == CASES - 1
            assert CASES - 1 <= endpoint.calls <= CASES - 1 + 4, "what was under way is asked for again"
        assert rows(tmp_path, "SELECT count(*), count(DISTINCT id) FROM drafts") == [(CASES - 1, CASES - 1)]


def test_a_cancelled_batch_stops(tmp_path: Path) -> None:
    """At once: the model is asked for nothing more, and nothing more is stored."""
    with FakeEndpoint(takes(0.2)) as endpoint, serving(tmp_path, endpoint.url, **NARROW) as running:
        where = post(running.ready(), lines())
        wait_for(where, lambda _, counts: ended(counts) > 3)
        body = httpx2.post(f"{where}/cancel").json()
        counts = body["counts"]
        assert (body["status"], counts["queued"], counts["running"]) == ("cancelled", 0, 0)
        calls = endpoint.calls
        time.sleep(0.6)
        assert (httpx2.get(where).json(), endpoint.calls <= calls + 2) == (body, True)
        assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(counts["needs_review"],)]


def test_an_upload_that_does_not_come_to_its_end(tmp_path: Path) -> None:
    """Cut off in the middle of a line, or too large while its client still sends: it leaves nothing behind."""
    with FakeEndpoint() as endpoint, serving(tmp_path, endpoint.url) as running:
        url = running.ready()
        with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as connection:
            head = "POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n"
            connection.sendall(head.encode() + lines()[:3000])
        line = running.wait_for("http.request")
        assert (line["route"], line["status"]) == ("/v1/batches", 400)
        answer = httpx2.post(f"{url}/v1/batches", content=(b"x" * 1024 * 1024 for _ in range(70)), timeout=60)
        assert (answer.status_code, "67,108,864 bytes" in answer.json()["detail"]) == (413, True)
        assert rows(tmp_path, "SELECT count(*) FROM batches") == [(0,)]
        wait_for(post(url, lines()), finished)
