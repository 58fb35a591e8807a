"""Runs one arm under load, and measures it: what the clients saw, and what its processes took."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from pydantic import BaseModel

from benchmarks.checks import plain_python
from benchmarks.speed.arms import ARMS, OWN, Arm, Place, without_settings
from benchmarks.speed.plan import Plan, Turn

START_S, STOP_S = 120.0, 20.0
LOAD = [sys.executable, "-m", "benchmarks.speed.load"]
ENDPOINT = [sys.executable, "-m", "benchmarks.batch_endpoint"]


class ArmFailed(Exception):
    """An arm that does not run here."""


class Measured(BaseModel):
    """One arm in one round: requests in so many seconds, and milliseconds by the share that took no longer.

    `megabytes` are those of all its processes at the start, a quarter, half, three quarters and the end; `cpu_ms` is
    their time on the processors for a request. `busy` is how much of one processor the load and the endpoint took.
    """

    turn: Turn
    plan: Plan
    requests: int
    seconds: float
    errors: int
    why: dict[str, int]
    repeated: int
    took_ms: dict[str, float]
    cpu_ms: float
    megabytes: list[float]
    busy: dict[str, float]
    plain_python_ms: float
    processors: int

    @property
    def per_second(self) -> float:
        """Requests in a second."""
        return self.requests / self.seconds

    @property
    def is_faultless(self) -> bool:
        """Whether every request was answered with a draft, and each with another one."""
        return not self.errors and not self.repeated


def measure(turn: Turn, plan: Plan, folder: Path, peers: Path) -> Measured:
    """Start the arm over a new endpoint, put it under load, and stop it; `folder` is empty.

    Raises:
        ArmFailed: it does not run, or answers nothing.
        OSError: its program is not there.
    """
    arm = ARMS[turn.arm]
    before = plain_python()
    with _endpoint(turn.delay_ms, folder) as (endpoint, url):
        place = Place(_free_port(), url, folder, plan.clients, peers)
        with _running(arm, place) as server:
            where = f"http://127.0.0.1:{place.port}{arm.path}"
            command = [*LOAD, where, arm.form, plan.model_dump_json(), str(turn.round + 1)]
            with _process(command, folder / "load.log", OWN) as load:
                looks = list(_looks(load, server.pid, endpoint.pid, str(turn)))
    if not looks or "seconds" not in looks[-1].told:
        raise ArmFailed(_last_words(folder / "load.log"))
    first, last = looks[0], looks[-1]
    requests, seconds = last.told["requests"], last.told["seconds"]
    return Measured(
        turn=turn,
        plan=plan,
        **{name: last.told[name] for name in ("requests", "seconds", "errors", "why", "repeated", "took_ms")},
        cpu_ms=(last.cpu_s - first.cpu_s) / requests * 1000,
        megabytes=[look.megabytes for look in looks],
        busy={"load": last.told["cpu_share"], "endpoint": (last.endpoint_cpu_s - first.endpoint_cpu_s) / seconds},
        plain_python_ms=(before + plain_python()) / 2,
        processors=len(os.sched_getaffinity(0)),
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What the load told at a moment, and what the processes had taken until then."""

    told: dict[str, Any]
    cpu_s: float
    megabytes: float
    endpoint_cpu_s: float


def _looks(load: subprocess.Popen[str], server: int, endpoint: int, name: str) -> Iterator[Look]:
    assert load.stdout is not None
    for line in load.stdout:
        told = json.loads(line)
        yield Look(told, cpu_s(server), megabytes_of(server), cpu_s(endpoint))
        sys.stderr.write(f"{name}: {told['at']:4.0%}  {told['requests']:,} requests, {told['errors']} errors\n")


def _last_words(log: Path) -> str:
    return f"see {log}\n{log.read_text(encoding='utf-8')[-1000:]}"


def family(pid: int) -> list[int]:
    """A process and all that it started, and those started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in family(int(child)))]


def cpu_s(pid: int) -> float:
    """The time on the processors of a process and its family."""
    return sum(map(_cpu_s, family(pid)))


def megabytes_of(pid: int) -> float:
    """The memory that a process and its family have now."""
    return sum(map(_megabytes, family(pid)))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")  # with its children that have ended


def _megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextlib.contextmanager
def _endpoint(delay_ms: float, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with _process([*ENDPOINT, str(delay_ms)], folder / "endpoint.log", OWN) as process:
        assert process.stdout is not None
        yield process, f"http://127.0.0.1:{int(process.stdout.readline())}"


@contextlib.contextmanager
def _running(arm: Arm, place: Place) -> Iterator[subprocess.Popen[str]]:
    """The arm, once it answers."""
    command, settings = arm.start(place)
    log = place.folder / "arm.log"
    with _process(command, log, settings, piped=False) as process:
        deadline = time.monotonic() + START_S
        while not _answers(f"http://127.0.0.1:{place.port}{arm.ready}"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise ArmFailed(f"it did not start: {_last_words(log)}")
            time.sleep(0.2)
        yield process


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=5).is_success
    except httpx2.HTTPError:
        return False


@contextlib.contextmanager
def _process(
    command: Sequence[str], log: Path, settings: Mapping[str, str], *, piped: bool = True
) -> Iterator[subprocess.Popen[str]]:
    """A process in the folder of its log, to which it writes, stopped at the end; what is `piped` is read here."""
    with (
        log.open("w", encoding="utf-8") as said,
        subprocess.Popen(
            command,
            cwd=log.parent,
            env={**without_settings(), **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if piped else said,
            stderr=said,
            text=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
