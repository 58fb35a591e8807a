"""The real child process with the real weights."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from service.embedded.server import Address, EmbeddedServer
from service.embedded.weights import find_weights
from service.errors import EmbeddedModelFailed

PARENT = """
import asyncio, sys
from pathlib import Path
from service.embedded.server import EmbeddedServer
from service.embedded.weights import find_weights

async def main():
    server = EmbeddedServer(find_weights(), Path(sys.argv[1]))
    address = await server.start()
    print(server.pid, address.base_url, flush=True)
    if sys.argv[2] == "wait":
        await asyncio.sleep(60)

asyncio.run(main())
"""


def small_server(folder: Path, **changes: float) -> EmbeddedServer:
    """A server that leaves memory and cores to the others."""
    weights, log = find_weights(), folder / "logs" / "model.log"
    return EmbeddedServer(weights, log, context_tokens=512, threads=1, start_seconds=changes.get("seconds", 20))


def call(address: Address, path: str, key: str | None, body: object = None, **headers: str) -> tuple[int, Message]:
    """The status and the headers of one request."""
    request = urllib.request.Request(address.base_url + path, headers=headers)
    if body is not None:
        request.data = json.dumps(body).encode()
    if key is not None:
        request.add_header("authorization", f"Bearer {key}")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers


def readable_by_others(pid: int | None) -> bytes:
    """The command line and the environment of a process; empty where the system does not show them."""
    files = [Path(f"/proc/{pid}/{name}") for name in ("cmdline", "environ")]
    return b"".join(file.read_bytes() for file in files if file.exists())


def listens(base_url: str) -> bool:
    """Whether anybody accepts connections there."""
    parts = urlsplit(base_url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=1).close()
    except OSError:
        return False
    return True


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not yet collected does not."""
    status = Path(f"/proc/{pid}/stat")
    if status.parent.parent.joinpath("self").exists():
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def ends_soon(pid: int, base_url: str) -> bool:
    """Whether the child is gone and its port closed within five seconds."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if not is_alive(pid) and not listens(base_url):
            return True
        time.sleep(0.02)
    return False


def test_serves_with_a_key_and_stops(tmp_path: Path) -> None:
    """It answers nobody without its key, lets no web page in, and is gone after stop."""

    async def run() -> None:
        server = small_server(tmp_path)
        address = await server.start()
        assert await server.start() == address
        assert server.running
        pid, key = server.pid, address.api_key.get_secret_value()
        assert pid is not None
        assert urlsplit(address.base_url).hostname == "127.0.0.1"
        question = {"messages": [{"role": "user", "content": "Say yes."}], "max_tokens": 2}
        for wrong in (None, "", "wrong"):
            assert call(address, "/chat/completions", wrong, question)[0] == 401
        status, headers = call(address, "/chat/completions", key, question, Origin="https://evil.example")
        assert (status, headers["access-control-allow-origin"]) == (200, "")
        await server.stop()
        await server.stop()
        assert not server.running
        assert ends_soon(pid, address.base_url)

    asyncio.run(run())


def test_keeps_its_key_to_itself(tmp_path: Path) -> None:
    """The key is in no command line, environment or log, and is new every time."""

    async def run() -> None:
        keys = set()
        server = small_server(tmp_path)
        for _ in range(2):
            async with server as address:
                key = address.api_key.get_secret_value()
                keys.add(key)
                assert key.encode() not in readable_by_others(server.pid)
                assert key not in server.log.read_text()
                assert key not in repr(address)
        assert len(keys) == 2
        assert server.log.stat().st_mode & 0o077 == 0

    asyncio.run(run())


def test_two_at_once_do_not_collide(tmp_path: Path) -> None:
    """Two servers that start together get a port each, share a log, and refuse the other's key."""

    async def run() -> None:
        first, second = small_server(tmp_path), small_server(tmp_path)
        one, two = await asyncio.gather(first.start(), second.start())
        assert one.base_url != two.base_url
        assert call(one, "/models", one.api_key.get_secret_value())[0] == 200
        assert call(one, "/models", two.api_key.get_secret_value())[0] == 401
        await asyncio.gather(first.stop(), second.stop())

    asyncio.run(run())


@pytest.mark.parametrize("how", ["wait", "leave"])
def test_ends_with_its_parent(tmp_path: Path, how: str) -> None:
    """The child is gone when its parent is killed with -9, and when it ends without a stop."""
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log"), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid, base_url = parent.stdout.readline().split()
        if how == "wait":
            assert is_alive(int(pid))
            assert listens(base_url)
            parent.send_signal(signal.SIGKILL)
        assert parent.wait(timeout=10) == (-signal.SIGKILL if how == "wait" else 0)
        assert ends_soon(int(pid), base_url)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_outlives_signals_to_the_group(tmp_path: Path, sent: signal.Signals) -> None:
    """A Ctrl-C reaches the whole group; the parent decides when the child is no longer needed."""

    async def run() -> None:
        server = small_server(tmp_path)
        async with server:
            assert server.pid is not None
            os.kill(server.pid, sent)
            assert not await server.has_stopped(within=0.3)

    asyncio.run(run())


def test_says_why_it_did_not_start(tmp_path: Path) -> None:
    """Weights that are none end the start with the log's name, and with a log that holds the reason."""
    weights = tmp_path / "broken.gguf"
    weights.write_bytes(b"GGUF no more")
    server = EmbeddedServer(weights, tmp_path / "model.log")

    async def run() -> None:
        with pytest.raises(EmbeddedModelFailed, match="did not start") as caught:
            await server.start()
        assert str(server.log) in str(caught.value)
        assert "broken.gguf" in server.log.read_text()
        assert not server.running

    asyncio.run(run())


def test_the_last_words_are_those_of_this_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier child wrote explains nothing, and may quote a customer."""
    log = tmp_path / "model.log"
    log.write_text("words of yesterday\n", encoding="utf-8")
    monkeypatch.setattr(sys, "executable", "/bin/false")  # a child that dies without a word
    with pytest.raises(EmbeddedModelFailed, match=r"exit code 1\): it said nothing"):
        asyncio.run(EmbeddedServer(tmp_path / "none.gguf", log).start())


def test_gives_up_a_start_that_takes_too_long(tmp_path: Path) -> None:
    """After its time the start fails and leaves no child behind."""

    async def run() -> None:
        server = small_server(tmp_path, seconds=0.01)
        with pytest.raises(EmbeddedModelFailed, match=r"not ready after 0\.01 s"):
            await server.start()
        assert not server.running
        await server.stop()

    asyncio.run(run())


def test_leaves_no_child_where_the_caller_gives_up(tmp_path: Path) -> None:
    """A cancelled start ends its child, and the next start works."""

    async def run() -> None:
        server = small_server(tmp_path)
        start = asyncio.create_task(server.start())
        await asyncio.sleep(0.1)
        start.cancel()
        with pytest.raises(asyncio.CancelledError):
            await start
        assert not server.running
        async with server as address:
            assert listens(address.base_url)

    asyncio.run(run())


def test_says_that_its_log_cannot_be_written(tmp_path: Path) -> None:
    """A log where a folder stands is named."""
    with pytest.raises(EmbeddedModelFailed, match="cannot be written"):
        asyncio.run(EmbeddedServer(find_weights(), tmp_path).start())


def test_starts_a_long_log_anew(tmp_path: Path) -> None:
    """A log does not grow for ever."""

    async def run() -> None:
        server = small_server(tmp_path)
        server.log.parent.mkdir()
        server.log.write_bytes(b"x" * (1024 * 1024 + 1))
        async with server:
            assert server.log.stat().st_size < 100_000

    asyncio.run(run())
