"""Deleting from a running service: no file of it holds what was deleted, the engine's among them."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.databases import rows, sqlite_url
from tests.fake_endpoint import FakeEndpoint, says
from tests.service.commands import SECONDS
from tests.service.serving import serving

MARK = "Zyxwv-4929"
CUSTOMER = f"customer-{MARK}"
CASE = {
    "id": f"ticket-{MARK}",
    "complaint": {"text": f"{MARK} came with a cracked lid.", "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}, "customer_ref": CUSTOMER},
    "options": {"delivery": "flagged", "include_attempts": True},
}


def files_with(folder: Path, word: str) -> list[str]:
    """The files below a folder in which a word can be found."""
    found = [each for each in folder.rglob("*") if each.is_file() and word.encode() in each.read_bytes()]
    return sorted(each.name for each in found)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what a service does by itself."""
    give_up = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.05)


@contextmanager
def service(folder: Path, url: str, **more: str) -> Iterator[httpx2.Client]:
    """A client of a running service, which is stopped in order."""
    with serving(folder, url, **more) as served, httpx2.Client(base_url=served.ready(), timeout=SECONDS) as client:
        yield client
        assert served.stop(signal.SIGTERM) == 0
        assert not [line for line in served.logged if MARK in str(line)]


def test_nothing_of_a_customer_is_left(tmp_path: Path) -> None:
    """Of drafts made at once and later, their feedback, answers and keys; while the service runs, and after it."""
    with FakeEndpoint(says(f"We are sorry, {MARK}.")) as endpoint, service(tmp_path, endpoint.url) as client:
        made = client.post("/v1/drafts", json=CASE, headers={"Idempotency-Key": "a"}).json()["id"]
        feedback = {"outcome": "edited", "text": f"Dear {MARK}"}
        client.post(f"/v1/drafts/{made}/feedback", json=feedback, headers={"Idempotency-Key": "b"})
        later = {"Prefer": "respond-async", "Idempotency-Key": "c"}
        path = client.post("/v1/drafts", json=CASE, headers=later).headers["location"]
        wait_until(lambda: "retry-after" not in client.get(path).headers)
        assert files_with(tmp_path, MARK)
        answer = client.post("/v1/deletions", json={"customer_ref": CUSTOMER}, headers={"Idempotency-Key": "d"})
        assert answer.json()["deleted"] == 2
        wait_until(lambda: files_with(tmp_path, MARK) == [])
        assert [client.get(each).status_code for each in (f"/v1/drafts/{made}", path)] == [410, 410]
        assert {"a.db", "a.engine.db"} <= {each.name for each in tmp_path.iterdir()}
    assert files_with(tmp_path, MARK) == []


def test_old_texts_go_by_themselves(tmp_path: Path) -> None:
    """By a setting, and also those of the time before it was set."""
    url = sqlite_url(tmp_path / "a.db")
    with FakeEndpoint(says(f"We are sorry, {MARK}.")) as endpoint:
        with service(tmp_path, endpoint.url) as client:
            ids = [client.post("/v1/drafts", json=CASE).json()["id"] for _ in range(2)]
        rows(url, f"UPDATE drafts SET created_at = datetime('now', '-2 days') WHERE id = '{ids[0]}'")
        with service(tmp_path, endpoint.url, AMENDS_RETENTION_DAYS="1") as client:
            wait_until(lambda: client.get(f"/v1/drafts/{ids[0]}").status_code == 410)
            assert client.get(f"/v1/drafts/{ids[1]}").json()["id"] == ids[1]
            deeds = client.get("/v1/audit").json()["entries"]
            assert [(each["actor"], each["action"], each["figures"]["drafts"]) for each in deeds] == [
                ("retention", "retention.erased", 1)
            ]
