"""Writes amends_client/generated anew from openapi.yaml; with an argument, into another folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CONTRACT = HERE.parents[1] / "openapi.yaml"


def generate(folder: Path) -> None:
    """Write the code into a folder, which is emptied before.

    Raises:
        subprocess.CalledProcessError: the generator cannot take all of the contract; it has said why.
    """
    shutil.rmtree(folder, ignore_errors=True)
    command = ["openapi-python-client", "generate", "--path", CONTRACT, "--config", HERE / "generator.yaml"]
    subprocess.run([*command, "--meta", "none", "--output-path", folder, "--fail-on-warning"], check=True)  # noqa: S603 - nothing of it comes from outside


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "amends_client" / "generated")
