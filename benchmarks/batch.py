"""Measures one large batch: `python -m benchmarks.batch [CASES [MS]]`, by default 10,000 over an endpoint of 50 ms.

`amends serve` runs with its default settings on SQLite, one text a draft, and every text is another one and is checked.
One line in the middle is faulty. While the batch runs, a client asks for single drafts, with and without waiting for
them, and another one watches progress and memory. What does not come out as it must stops the run.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from benchmarks.batch_service import Service, case, middle, serving, upload
from benchmarks.checks import plain_python, show

CASES, MS = 10_000, 50
WATCH_S, ASK_S = 1.0, 5.0
WARM_UP = 20  # single drafts before the batch
FAULT = 400  # the least status of one
ENDED = ("ready", "needs_review", "failed", "cancelled", "faulty")


@dataclass
class Seen:
    """What was seen of a batch: seconds, ended lines and megabytes at each look."""

    looks: list[tuple[float, int, float]] = field(default_factory=list)

    def show(self, cases: int) -> None:
        """How the memory went."""
        for share in (0.1, 0.25, 0.5, 0.75, 1):
            second, ended, megabytes = next(look for look in self.looks if look[1] >= share * cases)
            show(f"  at {ended:,} lines, after {second:.0f} s", f"{megabytes:.0f} MB")
        show("most memory at any look", f"{max(look[2] for look in self.looks):.0f} MB")
        show("looks at the progress, none behind the one before", f"{len(self.looks):,}")


@dataclass
class Singles:
    """How long single drafts took, in seconds: those that a client waited for, and the asynchronous ones."""

    waited: list[float] = field(default_factory=list)
    asynchronous: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def ask(self, client: httpx2.Client, number: int) -> None:
        """Ask for one draft in one of the two ways, by turns."""
        began = time.perf_counter()
        asked = client.post("/v1/drafts", json=case(number), headers={} if number % 2 else {"Prefer": "respond-async"})
        if asked.status_code >= FAULT:
            self.refused.append(asked.text)
            return
        if number % 2:
            self.waited.append(time.perf_counter() - began)
            return
        where = asked.raise_for_status().headers["Location"]
        while client.get(where).raise_for_status().json()["status"] in ("queued", "running"):
            time.sleep(0.02)
        self.asynchronous.append(time.perf_counter() - began)

    def show(self, when: str) -> None:
        """Two rows."""
        for name, took in (("a draft waited for", self.waited), ("an asynchronous draft", self.asynchronous)):
            if took:
                middle_s, worst = statistics.median(took), max(took)
                show(f"{name}, {when}: median, worst of {len(took)}", f"{middle_s:.2f} s, {worst:.2f} s")
        for text in self.refused:
            show(f"refused, {when}", text)


def watch(service: Service, client: httpx2.Client, batch: str, began: float, seen: Seen) -> dict[str, object]:
    """Look until the batch is finished; the progress must never go back, and no line be lost on the way."""
    before = 0
    while True:
        body = client.get(batch).raise_for_status().json()
        counts = body["counts"]
        ended = sum(counts[name] for name in ENDED)
        assert sum(counts.values()) == body["lines"], counts
        assert ended >= before, (before, counts)
        before = ended
        seen.looks.append((time.perf_counter() - began, ended, service.megabytes()))
        sys.stderr.write(f"\r{ended:,} of {body['lines']:,} lines, {seen.looks[-1][2]:.0f} MB ")
        if body["finished_at"]:
            assert ended == body["lines"], counts
            return dict(body)
        time.sleep(WATCH_S)


def ask_meanwhile(service: Service, singles: Singles, stop: threading.Event) -> None:
    """Ask for single drafts, one in ASK_S seconds."""
    number = 1_000_000
    with httpx2.Client(base_url=service.url, timeout=120) as client:
        while not stop.wait(ASK_S):
            singles.ask(client, number)
            number += 1


@dataclass
class Results:
    """What the results say: lines by status, bytes in all, milliseconds in the checks.

    `for_persons` counts cases that Amends left to a person, so that the model was not asked.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    size: int = 0
    checks_ms: list[float] = field(default_factory=list)
    for_persons: int = 0

    def show(self) -> None:
        """Two rows."""
        show("results", ", ".join(f"{count:,} {status}" for status, count in sorted(self.statuses.items())))
        show("time in the checks, as the results have it: mean", f"{statistics.mean(self.checks_ms):.0f} ms")


def read_results(client: httpx2.Client, batch: str, cases: int) -> Results:
    """Read the results; every line must be there once, in order, the faulty one named."""
    results, number = Results(), 0
    with client.stream("GET", f"{batch}/results") as answer:
        for text in answer.iter_lines():
            line, number = json.loads(text), number + 1
            assert line["line"] == number, line["line"]
            assert line["id"] == f"case-{number}", line
            if number == middle(cases):
                assert line["error"]["errors"][0]["field"] == "colour", line
            else:
                assert line["result"]["ref"] == line["id"], line
                results.checks_ms.append(line["result"]["timings_ms"]["checks"])
                results.for_persons += line["result"]["escalate"] is not None
            results.statuses[line["status"]] += 1
            results.size += len(text) + 1
    assert number == cases
    return results


def main() -> None:
    """Measure and print."""
    cases = int(sys.argv[1]) if sys.argv[1:] else CASES
    milliseconds = float(sys.argv[2]) if sys.argv[2:] else MS
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), milliseconds) as service,
        httpx2.Client(base_url=service.url, timeout=300) as client,
    ):
        measure(service, client, cases)


def measure(service: Service, client: httpx2.Client, cases: int) -> None:
    """One batch, from the upload to the last result."""
    alone, meanwhile, seen = Singles(), Singles(), Seen()
    for number in range(-WARM_UP, 0):
        alone.ask(client, number)
    alone = Singles(alone.waited[1:], alone.asynchronous[1:], alone.refused)  # the first two are slow
    idle, cpu, began = service.megabytes(), service.cpu_s(), time.perf_counter()
    where = send(client, cases)
    taken_in = time.perf_counter() - began
    stop = threading.Event()
    asking = threading.Thread(target=ask_meanwhile, args=(service, meanwhile, stop))
    asking.start()
    watch(service, client, where, began, seen)
    took, cpu = time.perf_counter() - began, service.cpu_s() - cpu
    stop.set()
    asking.join()
    show("lines, of which one is faulty and named", f"{cases:,}")
    show("uploaded, stored and answered in", f"{taken_in:.1f} s")
    show("all drafted, checked and stored in", f"{took:.0f} s")
    show("drafts a second", f"{cases / took:.1f}")
    show("CPU time of the service for a draft", f"{cpu / cases * 1000:.0f} ms")
    show("memory before the batch", f"{idle:.0f} MB")
    seen.show(cases)
    began = time.perf_counter()
    results = read_results(client, where, cases)
    show(f"{results.size / 1e6:.0f} MB of results read in", f"{time.perf_counter() - began:.1f} s")
    show("memory after that", f"{service.megabytes():.0f} MB")
    results.show()
    show("calls of the model beyond one a draft", str(calls_beyond(service, cases, results, meanwhile)))
    alone.show("before the batch")
    meanwhile.show("meanwhile")
    show("plain Python, a fixed piece of work", f"{statistics.median(plain_python() for _ in range(9)):.1f} ms")


def send(client: httpx2.Client, cases: int) -> str:
    """Upload a batch, see that the faulty line is named, and give where it is."""
    answer = client.post("/v1/batches", content=upload(cases), headers={"Content-Type": "application/jsonl"})
    assert answer.status_code == 202, answer.text
    (fault,) = answer.json()["faults"]
    assert (fault["line"], fault["id"]) == (middle(cases), f"case-{middle(cases)}"), fault
    return str(answer.headers["Location"])


def calls_beyond(service: Service, cases: int, results: Results, meanwhile: Singles) -> int:
    """Calls of the model beyond those that were needed; a single draft that was refused may have made one."""
    calls = int(httpx2.get(f"{service.endpoint}/calls").json())
    singles = WARM_UP + len(meanwhile.waited) + len(meanwhile.asynchronous)
    beyond = calls - (cases - 1 - results.for_persons + singles)
    assert beyond == 0 or meanwhile.refused, (calls, singles, results.for_persons)
    return beyond


if __name__ == "__main__":
    main()
