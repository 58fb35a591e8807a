"""Writes amends_client/generated anew from openapi.yaml; with an argument, into another folder."""

from __future__ import annotations

import os
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
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # the generator calls ruff
    command = [
        sys.executable,
        "-m",
        "openapi_python_client",
        "generate",
        "--path",
        CONTRACT,
        "--config",
        HERE / "generator.yaml",
    ]
    command += ["--meta", "none", "--output-path", folder, "--fail-on-warning"]
    subprocess.run(command, check=True, env=os.environ | {"PATH": tools})  # noqa: S603  # nosec B603 # nothing comes from outside


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "amends_client" / "generated")
