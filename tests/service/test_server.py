"""`amends serve` as a process: it answers over a socket, says what it does, and stops when told."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import httpx2
import pytest

from service.errors import ConfigurationError
from service.server import serve_forever
from service.settings import Settings
from tests.fake_endpoint import FakeEndpoint, says
from tests.service.commands import PROGRAM, SECONDS, environment

SECRET = "Zyxwv-4929"
CASE = {
    "complaint": {"text": f"My kettle broke, {SECRET}.", "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}},
    "options": {"delivery": "flagged"},
}


class Serving:
    """A running service: its URL, and the log lines that it has written."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.logged: list[dict[str, object]] = []
        self._events: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.logged.append(json.loads(line))
            self._events.put(str(self.logged[-1]["event"]))

    def wait_for(self, event: str) -> dict[str, object]:
        """The first log line of this event."""
        while self._events.get(timeout=SECONDS) != event:
            pass
        return next(line for line in self.logged if line["event"] == event)

    def stop(self, number: int) -> int:
        """Send a signal and give the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        return code


@contextmanager
def serving(folder: Path, url: str) -> Iterator[Serving]:
    """The service in front of an endpoint."""
    settings = {
        "AMENDS_MODEL_URL": url,
        "AMENDS_MODEL_NAME": "fake",
        "AMENDS_PORT": "0",
        "AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'a.db'}",
        "AMENDS_MAX_ATTEMPTS": "1",
    }
    process = subprocess.Popen(
        [PROGRAM, "serve"],
        cwd=folder,
        env=environment(folder, **settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield Serving(process)
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """A draft is made and read over HTTP, the parts are stopped, and no customer's word is in the logs."""
    with FakeEndpoint(says(f"I am sorry, {SECRET}.")) as endpoint, serving(tmp_path, endpoint.url) as running:
        url = str(running.wait_for("service.started")["url"])
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
