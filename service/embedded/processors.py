"""How many threads the embedded model may keep busy while it reads a prompt."""

from __future__ import annotations

import os
from pathlib import Path

MOST_USEFUL = 8  # a model this small is bound by memory: more threads only wait for each other
CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def default_threads() -> int:
    """One thread per core that this process may use, at least 1 and at most 8."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        limit = CGROUP_LIMIT.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        limit = ""
    return max(1, min(allowed, container_cores(limit) or allowed, MOST_USEFUL))


def container_cores(limit: str) -> int | None:
    """The whole cores of a container's limit ("200000 100000" is two), or None where there is no limit."""
    quota, _, period = limit.strip().partition(" ")
    if not (quota.isdecimal() and period.isdecimal()) or int(period) == 0:
        return None
    return max(1, int(quota) // int(period))
