"""What is committed in service/desk is what the sources build."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_built_desk_is_that_of_the_sources(tmp_path: Path) -> None:
    """Byte for byte; `make desk` builds it anew."""
    subprocess.run(["node", "build.mjs", str(tmp_path)], cwd=ROOT / "desk", check=True, capture_output=True)
    built, committed = (
        {path.name: path.read_bytes() for path in folder.iterdir()} for folder in (tmp_path, ROOT / "service" / "desk")
    )
    assert built == committed


def test_the_sources_keep_to_their_types() -> None:
    """As the compiler of TypeScript sees them."""
    done = subprocess.run(["npx", "tsc", "--noEmit"], cwd=ROOT / "desk", check=False, capture_output=True)
    assert done.returncode == 0, done.stdout.decode()
