"""The processes of Amends: started, killed without a warning, and started again as a supervisor would."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

STARTED = b".started"  # is what both kinds of process end their event's name with when they are at work
ADOPTED = '"event": "process.adopted"'
LOOK_EVERY_S = 0.2
PROGRAM = str(Path(sys.executable).with_name("amends"))


@dataclass(slots=True)
class Life:
    """One run of a process, which calls the model by the name `caller`; `killed_at` is in seconds of the clock."""

    caller: str
    process: subprocess.Popen[bytes]
    log: Path
    killed_at: float | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether it has started."""
        return STARTED in self.log.read_bytes()

    def adopted(self) -> list[tuple[int, float]]:
        """The numbers of the processes whose work it took over, and when it did."""
        found = []
        for line in self.log.read_text(encoding="utf-8").splitlines():
            if ADOPTED in line and line.endswith("}"):  # who is killed may leave half a line
                event = json.loads(line)
                number = int(event["process"].split("-")[-2])
                found.append((number, datetime.fromisoformat(event["timestamp"]).timestamp()))
        return found


@dataclass(slots=True)
class Place:
    """Where one process after the other runs; a worker has no URL. `program` is Amends, of this version or another."""

    name: str
    command: str
    url: str | None
    program: Sequence[str] = (PROGRAM,)
    lives: list[Life] = field(default_factory=list)

    @property
    def living(self) -> Life:
        """The process that runs there now."""
        return self.lives[-1]


class Fleet:
    """Processes on one database, which stand side by side: every third one is a worker, the others serve."""

    def __init__(self, folder: Path, processes: int, settings: Mapping[str, str]) -> None:
        self._folder = folder
        self._settings = settings
        self.places = [_place(number, f"p{number}") for number in range(1, processes + 1)]

    @property
    def urls(self) -> list[str]:
        """Where requests may go."""
        return [place.url for place in self.places if place.url]

    @property
    def lives(self) -> list[Life]:
        """Every process that ever ran."""
        return [life for place in self.places for life in place.lives]

    def start(self, place: Place) -> None:
        """Start a process at a place whose last one, if there was any, has ended."""
        caller = f"{place.name}.{len(place.lives) + 1}"
        path = self._folder / f"{caller}.log"
        with path.open("wb") as log:
            place.lives.append(Life(caller, self._open(place, caller, log), path))

    def kill(self, place: Place) -> None:
        """End the process there as a power cut would: it cannot finish, tell or tidy anything."""
        life = place.living
        life.killed_at = time.time()
        life.process.send_signal(signal.SIGKILL)
        life.process.wait()

    def buried(self) -> frozenset[str]:
        """The callers that the others took for dead before they were."""
        adopted = [number for life in self.lives for number in life.adopted()]
        return frozenset(
            life.caller
            for life in self.lives
            for number, at in adopted
            if number == life.process.pid and (life.killed_at is None or at < life.killed_at)
        )

    async def all_at_work(self) -> None:
        """Wait until every process has started."""
        while not all(place.living.is_at_work for place in self.places):  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(LOOK_EVERY_S)

    def died_by_themselves(self) -> list[str]:
        """Processes that ended although nobody killed them."""
        return [life.caller for life in self.lives if life.killed_at is None and life.process.poll() is not None]

    async def supervise(self, ended: asyncio.Event) -> None:
        """Start again what has ended by itself, as a supervisor does."""
        while not ended.is_set():
            for place in self.places:
                if place.living.process.poll() is not None:
                    self.start(place)
            await asyncio.sleep(LOOK_EVERY_S)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """All processes, until the end."""
        try:
            for place in self.places:
                self.start(place)
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        """End every process."""
        for life in self.lives:
            life.process.kill()
            life.process.wait()

    def _open(self, place: Place, caller: str, log: IO[bytes]) -> subprocess.Popen[bytes]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR")}
        port = place.url.rpartition(":")[2] if place.url else "0"
        own = {"AMENDS_PORT": port, "AMENDS_MODEL_API_KEY": caller, "HOME": str(self._folder)}
        return subprocess.Popen(
            [*place.program, place.command],
            cwd=self._folder,
            env=kept | dict(self._settings) | own,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )


def _place(number: int, name: str) -> Place:
    if number % 3 == 0:
        return Place(name, "worker", None)
    return Place(name, "serve", f"http://127.0.0.1:{_free_port()}")


def _free_port() -> int:
    """A port that one process after the other can have."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
