"""A short run of what `make fuzz` does at length."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.run import run_once, service, statuses

SEED, EXAMPLES, LEAST = 7, 14, 300
PHASES = ["--phases", "fuzzing,stateful"]  # the third phase tries the same each time, and takes longest


def test_the_service_keeps_its_contract(tmp_path: Path) -> None:
    """Whatever schemathesis thinks of is answered as the contract says, operations on each other's ids too."""
    with service(tmp_path, keyed=False) as (started, url, headers):
        done = run_once(url, SEED, EXAMPLES, [*headers, *PHASES])
        assert done.passed, done.output
        assert done.cases >= LEAST
        assert max(statuses(started)) < 500
