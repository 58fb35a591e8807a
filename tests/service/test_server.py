"""`amends serve` as a process: it answers over a socket, says what it does, and stops when told."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from pathlib import Path

import httpx2
import pytest

from service.errors import ConfigurationError
from service.server import listen, serve_forever
from service.settings import Settings
from tests.fake_endpoint import FakeEndpoint, says
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


def test_the_body_of_an_answer_does_not_wait_for_an_acknowledgement() -> None:
    """Connections send what they are given at once: clients put acknowledgements off for 40 ms."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_header_without_end_is_refused(tmp_path: Path) -> None:
    """Whoever sends it is cut off long before it fills the memory."""
    with FakeEndpoint() as endpoint, serving(tmp_path, endpoint.url) as running:
        host, port = running.ready().removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection, pytest.raises(ConnectionError):
            connection.sendall(b"GET /healthz HTTP/1.1\r\nX-Endless: " + b"a" * 10_000_000)
        assert running.stop(signal.SIGTERM) == 0


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
