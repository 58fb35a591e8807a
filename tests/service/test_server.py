"""`amends serve` as a process: it answers over a socket, says what it does, and stops when told."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from service.admitting import LASTS_S
from service.errors import ConfigurationError
from service.server import listen, serve_forever
from service.settings import Settings
from tests.databases import rows, sqlite_url
from tests.fake_endpoint import FakeEndpoint, after, says
from tests.service.commands import amends
from tests.service.serving import serving

SECRET = "Zyxwv-4929"
CASE = {
    "complaint": {"text": f"My kettle broke, {SECRET}.", "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}},
    "options": {"delivery": "flagged"},
}


def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """A draft is made and read over HTTP, the parts are stopped, and no customer's word is in the logs."""
    with FakeEndpoint(says(f"I am sorry, {SECRET}.")) as endpoint, serving(tmp_path, endpoint.url) as running:
        url = running.ready()
        with httpx2.Client(base_url=url) as client:
            made = client.post("/v1/drafts", json=CASE)
            read = client.get(f"/v1/drafts/{made.json()['id']}")
            ready = client.get("/readyz")
        assert (made.status_code, ready.status_code) == (200, 200)
        assert made.json()["draft"] == f"I am sorry, {SECRET}."
        assert read.content == made.content
        code = running.stop(signal.SIGTERM)
    assert running.logged[-1]["event"] == "service.stopped"
    assert code == 0
    assert SECRET not in json.dumps(running.logged)


@pytest.mark.parametrize("event", ["access.open", "service.started"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_while_it_starts_it_stops_in_order(tmp_path: Path, event: str, number: int) -> None:
    """From when its parts start to when it answers, too; it leaves no process behind that others would wait for."""
    with FakeEndpoint() as endpoint, serving(tmp_path, endpoint.url) as running:
        running.wait_for(event)
        assert running.stop(number) == 0
    assert running.logged[-1]["event"] == "service.stopped"
    assert rows(sqlite_url(tmp_path / "a.db"), "SELECT * FROM processes") == []


def test_the_body_of_an_answer_does_not_wait_for_an_acknowledgement() -> None:
    """Connections send what they are given at once: clients put acknowledgements off for 40 ms."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_clients_that_vanished_are_found_out() -> None:
    """Connections are probed by the system, so that none to a machine that is gone stays open for ever."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_a_header_without_end_is_refused(tmp_path: Path) -> None:
    """Whoever sends it is cut off long before it fills the memory."""
    with FakeEndpoint() as endpoint, serving(tmp_path, endpoint.url) as running:
        host, port = running.ready().removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection, pytest.raises(ConnectionError):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nX-Endless: " + b"a" * 10_000_000)
        assert running.stop(signal.SIGTERM) == 0


def test_what_is_under_way_is_answered_before_it_stops(tmp_path: Path) -> None:
    """Told to stop under load, it takes no more connections, and every draft that was begun is answered."""
    slow = after(0.5, says("I am sorry."))
    with FakeEndpoint(slow) as endpoint, serving(tmp_path, endpoint.url) as running:
        url = running.ready()
        with ThreadPoolExecutor(4) as clients:
            asked = [clients.submit(httpx2.post, f"{url}/v1/drafts", json=CASE, timeout=30) for _ in range(4)]
            while len(endpoint.requests) < 4:
                time.sleep(0.01)
            assert running.stop(signal.SIGTERM) == 0
            assert [each.result().status_code for each in asked] == [200] * 4
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(f"{url}/healthz")
    assert running.logged[-1]["event"] == "service.stopped"


def test_who_sends_nothing_more_does_not_keep_it(tmp_path: Path) -> None:
    """A request that never ends is given up after the time of a draft."""
    with FakeEndpoint() as endpoint, serving(tmp_path, endpoint.url, AMENDS_DEADLINE_S="0.5") as running:
        host, port = running.ready().removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"POST /v1/drafts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n{")
            assert httpx2.get(f"http://{host}:{port}/healthz").status_code == 200
            assert running.stop(signal.SIGTERM) == 0
    assert "service.stopped" in [line["event"] for line in running.logged]


def test_a_port_that_is_taken_is_told() -> None:
    """Before any model is started, in words that name both settings."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"AMENDS_PORT={port}: cannot listen there"):
            asyncio.run(serve_forever(Settings(port=port)))


def test_an_address_that_is_not_ours_is_told() -> None:
    """An address of another machine cannot be listened on."""
    with pytest.raises(ConfigurationError, match=r"AMENDS_HOST=192\.0\.2\.1"):
        asyncio.run(serve_forever(Settings(host="192.0.2.1")))


@pytest.mark.parametrize("host", ["a..b", ".", "x" * 64, "é..b"])
def test_what_is_no_address_is_told(host: str) -> None:
    """Python does not even look such a name up."""
    with pytest.raises(ConfigurationError, match=f"AMENDS_HOST={re.escape(host)}: it is not the name or address"):
        listen(host, 0)


def test_an_address_that_others_reach_needs_a_key(tmp_path: Path) -> None:
    """Without one the start is refused before any model is started, in one line that says what to do."""
    settings = {"AMENDS_HOST": "0.0.0.0", "AMENDS_PORT": "0", "AMENDS_DATABASE_URL": sqlite_url(tmp_path / "a.db")}
    done = amends(tmp_path, "serve", settings=settings)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("amends: there is no access key that works")
    assert "amends keys create NAME" in line


@pytest.mark.parametrize(("more", "warns"), [({"AMENDS_DATABASE_URL": "sqlite+aiosqlite:///"}, True), ({}, False)])
def test_a_database_in_memory_is_told(tmp_path: Path, more: dict[str, str], warns: bool) -> None:  # noqa: FBT001  # a table's column
    """Nothing is left of it after the process, which a mistyped setting should not come to."""
    with FakeEndpoint() as endpoint, serving(tmp_path, endpoint.url, **more) as running:
        assert httpx2.get(f"{running.ready()}/healthz").status_code == 200
        assert running.stop(signal.SIGTERM) == 0
    told = [line for line in running.logged if line["event"] == "database.in_memory"]
    assert [line["level"] for line in told] == ["warning"] * warns


def test_keys_that_are_made_and_revoked_while_it_runs(tmp_path: Path) -> None:
    """An open service says so, is closed by the first key, rotates without a break, and forgets a revoked key."""

    def keys(*arguments: str) -> str:
        settings = {"AMENDS_DATABASE_URL": sqlite_url(tmp_path / "a.db")}
        done = amends(tmp_path, "keys", *arguments, settings=settings)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode().strip()

    with FakeEndpoint() as endpoint, serving(tmp_path, endpoint.url) as running:
        url = running.ready()
        with httpx2.Client(base_url=url) as client:

            def becomes(status: int, key: str | None = None) -> bool:
                """Whether a request gets this answer within the time that is promised."""
                headers = {"Authorization": f"Bearer {key}"} if key else {}
                ends = time.monotonic() + LASTS_S
                while (answer := client.get("/v1/webhooks", headers=headers)).status_code != status:
                    if time.monotonic() > ends:
                        return False
                    assert answer.status_code in (200, 401)
                    time.sleep(0.05)
                return True

            assert client.get("/v1/webhooks").status_code == 200
            assert client.get("/v1/webhooks", headers={"Host": "evil.example"}).status_code == 421
            first = keys("create", "crm", "--scope", "admin")
            assert becomes(401)
            assert becomes(200, first)
            second = keys("rotate", first.split("_")[1])
            assert becomes(200, second)
            assert becomes(200, first)
            keys("revoke", first.split("_")[1])
            assert becomes(401, first)
            assert becomes(401, second)
            assert becomes(401)
        assert running.stop(signal.SIGTERM) == 0
    events = [line["event"] for line in running.logged]
    assert events.index("access.open") < events.index("service.started") < events.index("access.closed")
    assert not any(key in json.dumps(running.logged) for key in (first, second))


def test_an_address_that_others_reach_with_a_key(tmp_path: Path) -> None:
    """It starts, takes the key under any name, and no request without one."""
    settings = {"AMENDS_DATABASE_URL": sqlite_url(tmp_path / "a.db")}
    key = amends(tmp_path, "keys", "create", "crm", settings=settings).stdout.decode().strip()
    with FakeEndpoint() as endpoint, serving(tmp_path, endpoint.url, AMENDS_HOST="0.0.0.0") as running:
        url = running.ready().replace("0.0.0.0", "127.0.0.1")
        headers = {"Host": "amends.example.com", "Authorization": f"Bearer {key}"}
        assert httpx2.get(f"{url}/v1/metrics/drafts", headers=headers).status_code == 200
        assert httpx2.get(f"{url}/v1/metrics/drafts").status_code == 401
        assert httpx2.get(f"{url}/readyz").status_code == 200
        assert running.stop(signal.SIGTERM) == 0
