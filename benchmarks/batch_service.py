"""The service that a batch is measured on, and the lines of that batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVE = [str(Path(sys.executable).with_name("amends")), "serve"]
COMPLAINT = "Parcel {} came with a dent, the lid of the kettle in it is cracked, and nobody answers the telephone. "


@dataclass(frozen=True, slots=True)
class Service:
    """A service under measurement."""

    url: str
    endpoint: str
    pid: int

    def megabytes(self) -> float:
        """The memory that it has now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="utf-8").split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 1e6

    def cpu_s(self) -> float:
        """The CPU time that it took so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def case(number: int) -> dict[str, object]:
    """One of many cases."""
    return {
        "id": f"case-{number}",
        "complaint": {"text": COMPLAINT.format(number) * 2, "channel": "email", "customer_name": "Mira"},
        "context": {
            "brand": "Harbourline Home",
            "agent": {"name": "Maya Lindqvist"},
            "facts": [f"Order HL-{number}, one Tern kettle at £42.50, was delivered on Tuesday 21 October 2025."],
            "remedies": [{"id": "new", "text": "a new Tern kettle, delivered free of charge on Thursday 23 October"}],
            "follow_up": {"person": "Priya Nair", "channel": "020 7946 0142", "by": "Wednesday at noon"},
        },
    }


def upload(cases: int) -> Iterator[bytes]:
    """The lines; the one in the middle has a field that no case has."""
    for number in range(1, cases + 1):
        more = {"colour": "red"} if number == middle(cases) else {}
        yield json.dumps(case(number) | more).encode() + b"\n"


def middle(cases: int) -> int:
    """The line that is faulty."""
    return cases // 2 + 1


@contextmanager
def serving(folder: Path, milliseconds: float) -> Iterator[Service]:
    """The service over an endpoint that takes so long."""
    command = [sys.executable, "-m", "benchmarks.batch_endpoint", str(milliseconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as endpoint:
        assert endpoint.stdout is not None
        url = f"http://127.0.0.1:{int(endpoint.stdout.readline())}"
        settings = {
            "AMENDS_MODEL_URL": url,
            "AMENDS_MODEL_NAME": "fake",
            "AMENDS_MAX_ATTEMPTS": "1",
            "AMENDS_PORT": "0",
            "AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'a.db'}",
        }
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(SERVE, cwd=folder, env=os.environ | settings, stderr=log) as process,
        ):
            try:
                yield Service(_started(folder / "log", process), url, process.pid)
            finally:
                process.terminate()
                process.wait()
                endpoint.terminate()


def _started(log: Path, process: subprocess.Popen[bytes]) -> str:
    while process.poll() is None:
        for line in log.read_text(encoding="utf-8").splitlines():
            if '"service.started"' in line:
                return str(json.loads(line)["url"])
        time.sleep(0.1)
    raise SystemExit(log.read_text(encoding="utf-8"))
