"""A worker that cannot start; what it does else is tried in test_later.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.commands import amends


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
def test_a_worker_needs_a_database_that_others_see(tmp_path: Path, url: str) -> None:
    """It says so in one line, and does not wait for work that cannot come."""
    ended = amends(tmp_path, "worker", settings={"AMENDS_DATABASE_URL": url})
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.decode().splitlines() == [
        "amends: AMENDS_DATABASE_URL: a worker needs a database that other processes see, a file or PostgreSQL"
    ]
