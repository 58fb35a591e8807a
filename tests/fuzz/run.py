"""Tests a running service by its contract: `python -m tests.fuzz.run` for `make fuzz`.

Amends is started on the loopback interface over a fake endpoint, and schemathesis is run against it, each time with
another seed and a new database, until so many test cases were sent.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.service.commands import amends
from tests.service.serving import Serving, serving

ROOT = Path(__file__).parents[2]
PROGRAM = str(Path(sys.executable).with_name("st"))
CASES, EXAMPLES = 20_000, 100
ENDPOINT_MS = "5"  # long enough for a draft to be cancelled while it is made
SERVER_ERROR = 500
UNKNOWN = "0"


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one run of schemathesis: how many cases it made, which excuses it took, and what it wrote."""

    passed: bool
    cases: int
    excused: Counter[str]
    output: str


def run_once(url: str, seed: int, examples: int, more: Sequence[str] = ()) -> Round:
    """Every check in every phase; `examples` is the most for one operation and phase."""
    chosen = ["--checks", "all", "--max-examples", str(examples), "--seed", str(seed), "--no-color", *more]
    command = [PROGRAM, "run", f"{url}/openapi.json", *chosen]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    cases = re.search(r"^  (\d+) generated", done.stdout, re.MULTILINE)
    excused = re.search(r"^excused: (.+)$", done.stdout, re.MULTILINE)
    return Round(
        passed=done.returncode == 0,
        cases=int(cases[1] if cases else UNKNOWN),
        excused=Counter(json.loads(excused[1] if excused else "{}")),
        output=done.stdout + done.stderr,
    )


@contextmanager
def service(folder: Path, *, keyed: bool) -> Iterator[tuple[Serving, str, list[str]]]:
    """A service over an endpoint that always answers: its URL, and what a caller's requests need as well."""
    endpoint = [sys.executable, "-m", "benchmarks.batch_endpoint", ENDPOINT_MS]
    with subprocess.Popen(endpoint, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
            headers = ["--header", f"Authorization: Bearer {make_key(folder)}"] if keyed else []
            with serving(folder, url) as started:
                yield started, started.ready(), headers
        finally:
            process.kill()


def make_key(folder: Path) -> str:
    """An access key for everything, in the database of the service."""
    database = {"AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'a.db'}"}
    made = amends(folder, "keys", "create", "fuzz", "--scope", "admin", settings=database)
    if made.returncode:
        raise SystemExit(made.stderr.decode())
    return made.stdout.decode().strip()


def statuses(started: Serving) -> Counter[int]:
    """How often the service answered what, by its own log."""
    return Counter(int(str(line["status"])) for line in started.logged if line["event"] == "http.request")


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def fuzz(cases: int, examples: int, seed: int, *, keyed: bool) -> bool:
    """Send at least so many cases and say what came of it; whether every check passed and nothing crashed."""
    began, made, number, passed = time.monotonic(), 0, 0, True
    excused: Counter[str] = Counter()
    answered: Counter[int] = Counter()
    while passed and made < cases:
        with (
            tempfile.TemporaryDirectory(prefix="amends-fuzz-") as folder,  # a new one: 20 webhooks are the most
            service(Path(folder), keyed=keyed) as (started, url, headers),
        ):
            done = run_once(url, seed + number, examples, headers)
            answered += statuses(started)
        number, made, passed = number + 1, made + done.cases, done.passed and done.cases > 0
        excused += done.excused
        say(f"round {number}: {made:,} of {cases:,} cases after {time.monotonic() - began:.0f} s")
        if not passed:
            say(done.output)
    crashed = sum(count for status, count in answered.items() if status >= SERVER_ERROR)
    say(f"{made:,} cases generated in {number} rounds from seed {seed} on, {'with' if keyed else 'without'} a key")
    say(f"refused for what no schema can say: {dict(excused.most_common())}")
    say(f"{answered.total():,} requests answered: {dict(sorted(answered.items()))}")
    say("passed" if passed and not crashed else "FAILED")
    return passed and not crashed


def main() -> None:
    """Read the command line and fuzz."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES, help="the least to be sent in all; by default %(default)s")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="the most for each operation in a round")
    parser.add_argument("--seed", type=int, default=1, help="of the first round")
    parser.add_argument("--key", action="store_true", help="make an access key, and send it with each request")
    given = parser.parse_args()
    sys.exit(not fuzz(given.cases, given.examples, given.seed, keyed=given.key))


if __name__ == "__main__":
    main()
