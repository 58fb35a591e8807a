"""A backup as docs/running.md says how to take it, and what is there once it is restored."""

from __future__ import annotations

import re
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx2

from tests.fake_endpoint import FakeEndpoint, says
from tests.service.serving import serving
from tests.service.telemetry.watched import wait_until_made
from tests.service.test_later import CASE, accept, rows

PAGE = Path(__file__).parents[2] / "docs" / "running.md"


def back_up(database: Path, backup: Path) -> None:
    """By the statement of the page, while the service runs."""
    found = re.search(r"\"(VACUUM INTO )'backup\.db'\"", PAGE.read_text(encoding="utf-8"))
    assert found
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"{found[1]}'{backup}'")


def test_a_backup_without_the_engines_file(tmp_path: Path) -> None:
    """What was made is there, and what was accepted by then is made, once, after it was restored."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    with FakeEndpoint(says("I am sorry that your kettle broke.")) as endpoint:
        with serving(old, endpoint.url, AMENDS_WORK="false") as service:
            url = service.ready()
            made = httpx2.post(f"{url}/v1/drafts", json=CASE, timeout=60).json()
            accepted = accept(url)
            back_up(old / "a.db", new / "a.db")
            rows(new, "UPDATE jobs SET accepted_at = '2025-10-21 09:05:00.000000'")  # longer than ten minutes ago
            after = accept(url)
            assert service.stop(signal.SIGTERM) == 0
        with serving(new, endpoint.url) as service, httpx2.Client(base_url=service.ready(), timeout=60) as client:
            assert client.get(f"/v1/drafts/{made['id']}").json() == made
            wait_until_made(client, f"/v1/drafts/{accepted}")
            assert client.get(f"/v1/drafts/{accepted}").json()["draft"]
            assert client.get(f"/v1/drafts/{after}").status_code == 404
            assert service.stop(signal.SIGTERM) == 0
        assert endpoint.calls == 2
