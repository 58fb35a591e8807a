"""Measures what HTTP and the database add to a draft: `python -m benchmarks.latency [CHECKS [ROUNDS]]`.

One client asks in turn: the loop as a function, the same loop behind `POST /v1/drafts` without and with an
Idempotency-Key, a route that does nothing, and SQLite for one durable row. Each has a process of its own, every case
and draft is different, and the model answers at once; so do the checks where CHECKS is `instant` and not `real`. Turns
are short, so that a busy machine is busy for all alike.
"""

from __future__ import annotations

import http.client
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.checks import CONTEXT, WORDS, drafts, plain_python, show

ROUNDS = 40
WARM_UP = 3  # rounds that do not count
TURN = 10  # requests
SHARES = (0.1, 0.5, 0.9, 0.99)
ARMS = [sys.executable, "-m", "benchmarks.latency_arms"]
ROW_BYTES = 20_000  # about what a draft takes with its attempt, its verdicts and its answer


@dataclass
class Arm:
    """One way to ask: what it took each time in milliseconds, and the CPU time of process `pid`."""

    name: str
    ask: Callable[[], float]
    pid: int
    turn: int = TURN
    took: list[float] = field(default_factory=list)
    cpu: float = 0

    def ask_in_turn(self) -> None:
        """Ask some times; `ask` gives milliseconds."""
        before = cpu_ms(self.pid)
        self.took += [self.ask() for _ in range(self.turn)]
        self.cpu += cpu_ms(self.pid) - before

    def forget(self) -> None:
        """What was measured so far was to warm up."""
        self.took.clear()
        self.cpu = 0

    def show(self) -> None:
        """One row of the table."""
        show(self.name, f"{spread(self.took)} {self.cpu / len(self.took):8.2f}")


def spread(took: list[float]) -> str:
    """What nothing got in the way of, the middle, and the slow ones."""
    return " ".join(f"{sorted(took)[int(len(took) * share)]:8.2f}" for share in SHARES)


def cpu_ms(pid: int) -> float:
    """The CPU time of a process with all its threads, those that ended too; by Linux's number for such a clock."""
    return time.clock_gettime(~pid << 3 | 2) * 1000


def cases() -> Iterator[bytes]:
    """Different cases without end."""
    context = CONTEXT.model_dump(mode="json", exclude_none=True)
    for number, draft in enumerate(drafts(WORDS, seed=2)):
        complaint = {"text": f"{draft.complaint}\nMy number is {number}.", "channel": "email"}
        case = {"complaint": complaint, "context": context, "options": {"delivery": "flagged"}}
        yield json.dumps(case).encode()


def call_loop(process: subprocess.Popen[bytes], given: Iterator[bytes]) -> float:
    """Have the other process draft, which measures itself."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(next(given) + b"\n")
    process.stdin.flush()
    return float(process.stdout.readline())


@dataclass
class Poster:
    """Posts cases on a connection that stays open; `added` is what each took beyond the loop's own time, in ms."""

    port: int
    path: str
    given: Iterator[bytes]
    with_key: bool = False
    added: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def __call__(self) -> float:
        """Post one."""
        body, headers = next(self.given), {"Content-Type": "application/json"}
        if self.with_key:
            headers["Idempotency-Key"] = uuid.uuid4().hex
        began = time.perf_counter()
        self._connection.request("POST", self.path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - began) * 1000
        assert answer.status == http.client.OK, content
        self.added.append(took - json.loads(content).get("timings_ms", {"total": 0})["total"])
        return took


def open_rows(path: Path) -> sqlite3.Connection:
    """A database with the service's pragmas."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE rows (text TEXT)"):
        connection.execute(statement)
    return connection


def commit_row(connection: sqlite3.Connection) -> float:
    """Write one row durably."""
    row = (uuid.uuid4().hex * (ROW_BYTES // 32),)
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO rows VALUES (?)", row)
    connection.execute("COMMIT")
    return (time.perf_counter() - began) * 1000


def start(stack: ExitStack, *arguments: str) -> subprocess.Popen[bytes]:
    """Start one of the processes; its log goes nowhere."""
    pipe, silent = subprocess.PIPE, subprocess.DEVNULL
    process = stack.enter_context(subprocess.Popen([*ARMS, *arguments], stdin=pipe, stdout=pipe, stderr=silent))
    stack.callback(process.kill)
    return process


def measure(checks: str, rounds: int, folder: Path, stack: ExitStack) -> None:
    """Ask in turns and print."""
    loop, service = start(stack, checks, "loop"), start(stack, checks, "service", str(folder))
    assert service.stdout is not None
    port, empty_port = json.loads(service.stdout.readline())
    # The loop is given the same cases as the service, in the same order; and so its model says the same.
    given = cases()
    plain = Poster(port, "/v1/drafts", given)
    keyed = Poster(port, "/v1/drafts", given, with_key=True)
    arms = (
        Arm("the loop as a function", partial(call_loop, loop, cases()), loop.pid, TURN * 2),
        Arm("POST /v1/drafts", plain, service.pid),
        Arm("POST /v1/drafts, with a key", keyed, service.pid),
        Arm("a FastAPI route that does nothing", Poster(empty_port, "/", cases()), service.pid),
        Arm("one durable row in SQLite", partial(commit_row, open_rows(folder / "rows.db")), os.getpid()),
    )
    for number in range(-WARM_UP, rounds):
        for arm in arms:
            arm.ask_in_turn()
            if number < 0:
                arm.forget()
    heads = [f"p{round(share * 100)}" for share in SHARES]
    show(f"{checks} checks, {rounds} rounds", " ".join(f"{head:>8}" for head in (*heads, "CPU ms")))
    for arm in arms:
        arm.show()
    alone = statistics.median(arms[0].took)
    for arm, poster in ((arms[1], plain), (arms[2], keyed)):
        show(f"{arm.name}, beyond the loop's own time", spread(poster.added[WARM_UP * TURN :]))
        show("  and its p50 less that of the function", f"{statistics.median(arm.took) - alone:17.2f}")
    show("plain Python, a fixed piece of work", f"{statistics.median(plain_python() for _ in range(9)):8.2f}")


def main() -> None:
    """Measure in a folder that is gone afterwards."""
    checks = sys.argv[1] if len(sys.argv) > 1 else "real"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    # Not where temporary files live: those may be kept in memory, where nothing is durable.
    with tempfile.TemporaryDirectory(dir=".") as folder, ExitStack() as stack:
        measure(checks, rounds, Path(folder), stack)


if __name__ == "__main__":
    main()
