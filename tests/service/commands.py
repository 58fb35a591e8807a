"""Runs the command `amends` as a process of its own, without the settings of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("amends"))
SECONDS = 60


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment with these settings alone, whose home is the folder."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT")}
    homes = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    return kept | homes | settings


def amends(
    folder: Path, *arguments: str, given: bytes = b"", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a folder to its end."""
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=folder,
        env=environment(folder, **(settings or {})),
        input=given,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
