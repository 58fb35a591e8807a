"""A short run of what `make fuzz` does at length."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.run import run_once, service, statuses

SEED, EXAMPLES, LEAST = 7, 7, 150
PHASES = ["--phases", "fuzzing,stateful"]  # the third phase tries the same each time, and takes longest


@pytest.mark.parametrize("keyed", [False, True], ids=["open", "with a key"])
def test_the_service_keeps_its_contract(tmp_path: Path, *, keyed: bool) -> None:
    """Whatever schemathesis thinks of is answered as the contract says, operations on each other's ids too."""
    with service(tmp_path, keyed=keyed) as (started, url, headers):
        done = run_once(url, SEED, EXAMPLES, [*headers, *PHASES])
        assert done.passed, done.output
        assert done.cases >= LEAST
        assert max(statuses(started)) < 500
