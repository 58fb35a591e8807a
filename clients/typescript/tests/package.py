"""The TypeScript client as a package that others install, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

CLIENT = Path(__file__).parents[1]
SECONDS = 300  # for what takes 24 on an idle machine: it once took more than 120 on a loaded one


def run(*command: str | Path, folder: Path = CLIENT, **variables: str) -> str:
    """Run to the end, and give what is printed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def compile_with(*options: str | Path) -> None:
    """Have the compiler of TypeScript read a project."""
    run("node", CLIENT / "node_modules" / "typescript" / "bin" / "tsc", *options)


def install(folder: Path) -> None:
    """Build the client into a folder's node_modules, beside what it needs."""
    modules = folder / "node_modules"
    client = modules / "amends-client"
    compile_with("--project", "tsconfig.build.json", "--outDir", client / "dist")
    shutil.copy(CLIENT / "package.json", client)
    for each in (CLIENT / "node_modules").iterdir():
        if not each.name.startswith("."):
            (modules / each.name).symlink_to(each)
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
