"""Measures the checks on one thread: `python -m benchmarks.checks [LABELLED.jsonl]`, and prints a table.

Every timed draft is different and was never seen by the process before, so that no cache helps. The last figure of a
run is how long a fixed piece of plain Python took in the same process: compare ratios, since machines differ.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from guardrails.catalog import all_checks
from guardrails.model.reader import OnnxCheckModel
from guardrails.runner import run_checks
from guardrails.support_model.reader import OnnxSupportModel
from guardrails.types import Agent, Check, Context, Draft, FollowUp, Remedy
from service.policies import load_policies
from service.settled import settled

WORDS, DRAFTS, MEMORY_DRAFTS = 150, 200, 5_000
LABELS = Path(__file__).parents[1] / "evals" / "labels"
NOW = datetime(2025, 10, 21, 10, 15, tzinfo=UTC)
CONTEXT = Context(
    brand="Harbourline Home",
    agent=Agent(name="Maya Lindqvist"),
    facts=("Order HL-20418, one Tern kettle at £42.50, was delivered on Tuesday 21 October 2025.",),
    remedies=(Remedy(id="new", text="a new Tern kettle, delivered free of charge on Thursday 23 October"),),
    follow_up=FollowUp(person="Priya Nair", team="Order Care", channel="020 7946 0142", by="Wednesday at noon"),
    constraints=("under 200 words",),
)
START = "import time; t = time.perf_counter(); from guardrails.model.reader import OnnxCheckModel as M; "
START += "from guardrails.catalog import all_checks; M(); print(time.perf_counter() - t)"


def drafts(words: int, seed: int) -> Iterator[Draft]:
    """Different drafts without end, made of the sentences of labelled ones, each of about so many words."""
    pool = [json.loads(line) for path in sorted(LABELS.glob("drafts-*.jsonl")) for line in path.open(encoding="utf-8")]
    sentences = [part.strip() for row in pool for part in row["draft"].split(". ") if len(part) > 20]
    chance = random.Random(seed)
    seen: set[int] = set()
    while True:
        parts: list[str] = []
        while sum(len(part.split()) for part in parts) < words:
            parts.append(chance.choice(sentences).rstrip(".") + ".")
        complaint = chance.choice(pool)["complaint"]
        text = " ".join(" ".join(parts).split()[:words])
        if hash(text) in seen:  # two that begin with the same long sentence
            continue
        seen.add(hash(text))
        yield Draft(text=text, complaint=complaint, channel="email", public=False, context=CONTEXT, now=NOW)


def seconds(checks: Sequence[Check], given: Sequence[Draft]) -> list[float]:
    """How long each draft took, all checks together, run as the service runs them."""
    policy = load_policies(None)["default"]
    took = []
    for draft in given:
        began = time.perf_counter()
        run_checks(checks, draft, policy, timeout_s=60)
        took.append(time.perf_counter() - began)
    return took


def megabytes() -> float:
    """The memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / 1e6


def plain_python() -> float:
    """Milliseconds of a fixed piece of work."""
    began = time.perf_counter()
    sum(index * index for index in range(200_000))
    return (time.perf_counter() - began) * 1000


def show(name: str, value: str) -> None:
    """One row."""
    sys.stdout.write(f"{name:<58} {value}\n")


def main() -> None:
    """Measure and print."""
    started = [float(subprocess.check_output([sys.executable, "-c", START])) for _ in range(3)]
    show("import and load of the check model, median of 3", f"{statistics.median(started):.2f} s")
    checks = all_checks(load_policies(None)["default"], OnnxCheckModel(), OnnxSupportModel())
    source = drafts(WORDS, seed=1)
    seconds(checks, [next(source) for _ in range(10)])
    with settled():  # as whatever serves and works
        _measure(checks, source)


def _measure(checks: Sequence[Check], source: Iterator[Draft]) -> None:
    took = sorted(seconds(checks, [next(source) for _ in range(DRAFTS)]))
    show(f"{WORDS} words, all checks: p50", f"{took[DRAFTS // 2] * 1000:.1f} ms")
    show(f"{WORDS} words, all checks: p99", f"{took[int(DRAFTS * 0.99)] * 1000:.1f} ms")
    for check in checks:
        alone = sorted(seconds([check], [next(source) for _ in range(40)]))
        show(f"  {check.name} alone: p50", f"{alone[20] * 1000:.2f} ms")
    for path in sys.argv[1:]:
        _real_replies(checks, Path(path))
    before = megabytes()
    short = drafts(60, seed=2)
    for _ in range(MEMORY_DRAFTS // 500):
        seconds(checks, [next(short) for _ in range(500)])
    show(f"memory before and after {MEMORY_DRAFTS} further drafts", f"{before:.0f} -> {megabytes():.0f} MB")
    show("plain Python, a fixed piece of work", f"{statistics.median(plain_python() for _ in range(9)):.1f} ms")


def _real_replies(checks: Sequence[Check], path: Path) -> None:
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    given = [Draft(text=row.get("draft") or row["reply"], complaint=row["complaint"], now=NOW) for row in rows]
    began = time.process_time()
    seconds(checks, given)
    show(f"{path.name}, {len(given)} replies: mean CPU", f"{(time.process_time() - began) / len(given) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
