"""The tests' own PostgreSQL server: the programs that come along serve too, and no server outlives who started it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import PostgresServer, bundled

START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from tests.postgres import PostgresServer, bundled
PostgresServer(bundled(), Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may be let into, as pytest's own may not."""
    with tempfile.TemporaryDirectory(prefix="amends-postgres-") as name:
        yield Path(name)


def test_the_programs_that_come_along_serve_too(folder: Path) -> None:
    """As on a machine where none are installed; what is committed outlives a crash of the server."""
    server = PostgresServer(bundled(), folder)
    server.execute("CREATE TABLE kept AS SELECT 17 AS x")
    server.stop()
    server.start()
    assert server.select("SELECT x FROM kept") == [17]
    with server.frozen():
        pass
    assert server.select("SELECT 1") == [1]
    server.stop()


def test_a_server_ends_with_who_started_it(folder: Path) -> None:
    """Also where that is killed, and can stop nothing any more."""
    command = [sys.executable, "-c", START_AND_DIE, str(folder)]
    assert subprocess.run(command, check=False, timeout=60).returncode == -9
    give_up = time.monotonic() + 20
    while (folder / "data" / "postmaster.pid").exists():
        assert time.monotonic() < give_up
        time.sleep(0.05)
