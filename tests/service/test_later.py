"""Accepted drafts at running processes: killed, stopped, cancelled, down for a while, and two at once."""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx2
import pytest

from tests.fake_endpoint import FakeEndpoint, Handler, fails, hangs, says
from tests.service.serving import serving, working

CASE = {
    "complaint": {"text": "My kettle broke.", "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}},
    "options": {"delivery": "flagged"},
}
LATER = {"Prefer": "respond-async"}
SECONDS = 60
UNFINISHED = ("queued", "running")


def rows(folder: Path, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives, or does, to the database of a folder."""
    connection = sqlite3.connect(folder / "a.db", timeout=20)
    with connection:
        found = connection.execute(statement).fetchall()
    connection.close()
    return found


def accept(url: str, **headers: str) -> str:
    """Have a case accepted, and give its id."""
    answer = httpx2.post(f"{url}/v1/drafts", json=CASE, headers=LATER | headers, timeout=SECONDS)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def ask(url: str, draft_id: str) -> dict[str, object]:
    """Where a draft stands."""
    found = httpx2.get(f"{url}/v1/drafts/{draft_id}", timeout=SECONDS).json()
    assert isinstance(found, dict)
    return found


def until(holds: Callable[[], bool]) -> None:
    """Wait for what processes do."""
    give_up = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def finished(url: str, draft_id: str) -> dict[str, object]:
    """A draft, once it is there."""
    until(lambda: ask(url, draft_id)["status"] not in UNFINISHED)
    return ask(url, draft_id)


def let_them_be_dead(folder: Path) -> None:
    """As if the time had passed after which a process counts as dead."""
    rows(folder, "UPDATE processes SET beat_at = '2025-10-21 09:05:00.000000'")


class Held:
    """An endpoint's behaviour: it answers nothing until it is let go, and counts who waits."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked = threading.Semaphore(0)
        self.hung_up = threading.Semaphore(0)

    def __call__(self, handler: Handler) -> None:
        """Answer one request."""
        self.asked.release()
        self.go.wait(SECONDS)
        try:
            says("I am sorry.")(handler)
        except OSError:
            self.hung_up.release()


@contextmanager
def endpoint_of(*behaviours: Callable[[Handler], None]) -> Iterator[FakeEndpoint]:
    """An endpoint that behaves so."""
    with FakeEndpoint(*behaviours) as endpoint:
        yield endpoint


def test_killed_in_the_middle(tmp_path: Path) -> None:
    """Kill -9 with calls under way and others waiting: another process makes every draft, and each once."""
    held = Held()
    with endpoint_of(held) as endpoint:
        with serving(tmp_path, endpoint.url, AMENDS_WORKERS="3") as first:
            url = first.ready()
            ids = [accept(url, **{"Idempotency-Key": str(number)}) for number in range(10)]
            for _ in range(3):
                assert held.asked.acquire(timeout=SECONDS)
            first.stop(signal.SIGKILL)
        held.go.set()
        assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(0,)]
        let_them_be_dead(tmp_path)
        with serving(tmp_path, endpoint.url) as second:
            url = second.ready()
            assert {str(finished(url, each)["draft"]) for each in ids} == {"I am sorry."}
            assert [accept(url, **{"Idempotency-Key": str(number)}) for number in range(10)] == ids
            assert second.wait_for("process.adopted")["workflows"] == 3
        assert endpoint.calls == 13, "the three that were under way are made again"
    assert rows(tmp_path, "SELECT count(*), count(DISTINCT id) FROM drafts") == [(10, 10)]
    assert rows(tmp_path, "SELECT status, count(*), sum(tries) FROM jobs GROUP BY 1") == [("done", 10, 13)]


@pytest.mark.parametrize("enqueued", [0, 1], ids=["not told", "lost"])
def test_a_case_that_the_engine_knows_nothing_of(tmp_path: Path, enqueued: int) -> None:
    """Its process was killed before it could tell, or the engine's file was lost: the sweep tells."""
    with endpoint_of(says("I am sorry.")) as endpoint:
        with serving(tmp_path, endpoint.url, AMENDS_WORK="false") as first:
            draft_id = accept(first.ready())
            first.stop(signal.SIGKILL)
        for suffix in ("", "-wal", "-shm"):
            (tmp_path / f"a.engine.db{suffix}").unlink(missing_ok=True)
        rows(tmp_path, f"UPDATE jobs SET enqueued = {enqueued}, accepted_at = '2025-10-21 09:05:00.000000'")
        with serving(tmp_path, endpoint.url) as second:
            assert finished(second.ready(), draft_id)["draft"] == "I am sorry."


def test_two_workers_and_a_service_that_only_accepts(tmp_path: Path) -> None:
    """The workers share the work, and nothing is done twice; the service makes drafts of its own meanwhile."""
    with (
        endpoint_of(says("I am sorry.")) as endpoint,
        serving(tmp_path, endpoint.url, AMENDS_WORK="false") as service,
        working(tmp_path, endpoint.url, AMENDS_WORKERS="2") as one,
        working(tmp_path, endpoint.url, AMENDS_WORKERS="2") as two,
    ):
        url = service.ready()
        one.wait_for("worker.started")
        two.wait_for("worker.started")
        ids = [accept(url) for _ in range(20)]
        assert httpx2.post(f"{url}/v1/drafts", json=CASE, timeout=SECONDS).status_code == 200
        for each in ids:
            assert finished(url, each)["draft"] == "I am sorry."
        assert [each.stop(signal.SIGTERM) for each in (one, two)] == [0, 0]
        done = [sum(line["event"] == "draft.checked" for line in each.logged) for each in (one, two)]
        assert endpoint.calls == 21
    assert sum(done) == 20
    assert min(done) > 0
    assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(21,)]
    assert rows(tmp_path, "SELECT count(*) FROM processes") == [(0,)]


def test_stopped_in_order(tmp_path: Path) -> None:
    """What is under way is ended before the process is; what waits is there for the next."""
    held = Held()
    with endpoint_of(held) as endpoint:
        with serving(tmp_path, endpoint.url, AMENDS_WORKERS="1") as first:
            url = first.ready()
            ids = [accept(url) for _ in range(3)]
            assert held.asked.acquire(timeout=SECONDS)
            threading.Timer(1, held.go.set).start()
            assert first.stop(signal.SIGTERM) == 0
        assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(1,)]
        with serving(tmp_path, endpoint.url) as second:
            url = second.ready()
            for each in ids:
                finished(url, each)
        assert endpoint.calls == 3
    assert rows(tmp_path, "SELECT count(*), sum(tries) FROM jobs WHERE status = 'done'") == [(3, 3)]


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "in a worker"])
def test_cancelling_what_is_under_way(tmp_path: Path, *, elsewhere: bool) -> None:
    """At once; what comes of a call that another process has under way is thrown away."""
    held = Held()
    with (
        endpoint_of(held, hangs) as endpoint,
        serving(tmp_path, endpoint.url, AMENDS_WORK=str(not elsewhere)) as service,
        working(tmp_path, endpoint.url) if elsewhere else nullcontext(service) as other,
    ):
        url = service.ready()
        draft_id = accept(url)
        assert held.asked.acquire(timeout=SECONDS)
        assert ask(url, draft_id)["status"] == "running"
        for _ in range(2):
            answer = httpx2.post(f"{url}/v1/drafts/{draft_id}/cancel", timeout=SECONDS)
            assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        held.go.set()
        if elsewhere:
            other.wait_for("draft.had_ended")
        assert ask(url, draft_id)["status"] == "cancelled"
        assert endpoint.calls == 1
    assert rows(tmp_path, "SELECT count(*) FROM drafts") == [(0,)]
    assert rows(tmp_path, "SELECT case_json FROM jobs") == [(None,)]


def test_an_endpoint_that_is_down_for_a_while(tmp_path: Path) -> None:
    """The draft waits for it, also over a restart, and says meanwhile that it does."""
    with endpoint_of(fails(401), says("I am sorry.")) as endpoint:
        with serving(tmp_path, endpoint.url) as first:
            url = first.ready()
            draft_id = accept(url)
            first.wait_for("draft.postponed")
            until(lambda: ask(url, draft_id)["status"] == "queued")
            first.stop(signal.SIGKILL)
        assert rows(tmp_path, "SELECT tries, problem_json LIKE '%model-failed%' FROM jobs") == [(1, 1)]
        with serving(tmp_path, endpoint.url) as second:
            assert finished(second.ready(), draft_id)["draft"] == "I am sorry."
        assert endpoint.calls == 2
    assert rows(tmp_path, "SELECT tries, problem_json FROM jobs") == [(2, None)]


def test_a_database_in_memory_accepts_nothing(tmp_path: Path) -> None:
    """It says why, and drafts at once as ever."""
    with (
        endpoint_of(says("I am sorry.")) as endpoint,
        serving(tmp_path, endpoint.url, AMENDS_DATABASE_URL="sqlite+aiosqlite://") as service,
    ):
        url = service.ready()
        answer = httpx2.post(f"{url}/v1/drafts", json=CASE, headers=LATER, timeout=SECONDS)
        assert (answer.status_code, answer.json()["type"]) == (501, "urn:amends:problem:no-asynchronous-work")
        assert "AMENDS_DATABASE_URL" in answer.json()["detail"]
        assert httpx2.post(f"{url}/v1/drafts", json=CASE, timeout=SECONDS).status_code == 200
