"""Serving the labelling page."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from queue import Queue

import httpx2
import pytest

from evals.labelling.app import Labelling
from evals.labelling.server import listen, serve
from evals.labelling.store import LabelFile
from service.errors import InputError
from tests.evals.labelling.rows_made import Clock, make_draft

SECONDS = 30


def test_only_this_machine_is_listened_to() -> None:
    """On the loopback address alone, at a free port."""
    with listen(0) as listener:
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        with pytest.raises(InputError, match=f"--port {port}: cannot listen there"):
            listen(port)


def test_the_browser_is_shown_the_page_that_is_told(tmp_path: Path) -> None:
    """It finds the page there, and a signal ends the serving in order."""
    told: list[str] = []
    seen: Queue[tuple[str, int]] = Queue()

    def show(url: str) -> None:
        seen.put((url, httpx2.get(url, timeout=SECONDS).status_code))
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    drafts = (make_draft(),)
    serve(Labelling(drafts, LabelFile(tmp_path / "l.jsonl", "anna", Clock())), 0, told.append, show)
    url, status = seen.get(timeout=SECONDS)
    assert status == 200
    assert [url in line for line in told] == [True]
