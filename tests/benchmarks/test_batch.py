"""The measurement of a batch, on a small one."""

from __future__ import annotations

import subprocess
import sys

SECONDS = 180


def test_a_small_run() -> None:
    """Every line comes out as it must, which the measurement asserts by itself, and there is a table."""
    command = [sys.executable, "-m", "benchmarks.batch", "40", "1"]
    ran = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    table = ran.stdout.splitlines()
    assert table[0].split()[-1] == "40"
    assert any("1 faulty" in row for row in table)
