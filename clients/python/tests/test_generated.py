"""What is committed is what the generator makes of the contract."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).parents[1]


def files(folder: Path) -> dict[str, str]:
    """What stands in a folder."""
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}


def test_the_generated_code_is_that_of_the_contract(tmp_path: Path) -> None:
    """Byte for byte; `make clients` writes it anew."""
    made = tmp_path / "generated"
    subprocess.run([sys.executable, CLIENT / "generate.py", made], check=True, capture_output=True)
    assert files(made) == files(CLIENT / "amends_client" / "generated")
