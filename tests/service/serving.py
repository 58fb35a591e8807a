"""Runs `amends serve` and `amends worker` as processes and reads their logs."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from queue import Queue

from tests.service.commands import PROGRAM, SECONDS, environment


class Serving:
    """A running service: its URL, and the log lines that it has written."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.logged: list[dict[str, object]] = []
        self._events: Queue[str] = Queue()
        self._reads = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.logged.append(json.loads(line))
            self._events.put(str(self.logged[-1]["event"]))
            if not self._reads:
                self.process.stderr.close()
                return

    def stop_reading(self) -> None:
        """Read one more line of its log, and then leave it to nobody."""
        self._reads = False

    def ready(self) -> str:
        """The URL, once it answers."""
        return str(self.wait_for("service.started")["url"])

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


def serving(folder: Path, url: str, **more: str) -> AbstractContextManager[Serving]:
    """The service in front of an endpoint, with its database in the folder."""
    return _started("serve", folder, url, more)


def working(folder: Path, url: str, **more: str) -> AbstractContextManager[Serving]:
    """A worker, as `serving`; it has no URL."""
    return _started("worker", folder, url, more)


@contextmanager
def _started(command: str, folder: Path, url: str, more: Mapping[str, str]) -> Iterator[Serving]:
    settings = {
        "AMENDS_MODEL_URL": url,
        "AMENDS_MODEL_NAME": "fake",
        "AMENDS_PORT": "0",
        "AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'a.db'}",
        "AMENDS_MAX_ATTEMPTS": "1",
    } | dict(more)
    process = subprocess.Popen(
        [PROGRAM, command],
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
