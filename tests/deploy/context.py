"""What travels to the builder of an image, and what stands for the rest of the world there."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.deploy.building import Builder
from tests.deploy.dockerfile import DockerfileError
from tests.deploy.files import FOLDER

PROJECT = FOLDER.parent


def make_context(target: Path, project: Path = PROJECT) -> Path:
    """A copy of what `.dockerignore` lets through: everything is ignored but what it names.

    Raises:
        DockerfileError: the file says something that is not known here.
    """
    lines = (project / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    if rules[:1] != ["*"]:
        raise DockerfileError(".dockerignore must begin with *")
    kept = [rule[1:] for rule in rules[1:] if rule.startswith("!")]
    everywhere = [rule[3:] for rule in rules[1:] if rule.startswith("**/")]
    if len(kept) + len(everywhere) != len(rules) - 1 or any("/" in name or "*" in name for name in kept + everywhere):
        raise DockerfileError(".dockerignore: only *, !NAME and **/NAME are known here")
    target.mkdir()
    for name in kept:
        if (project / name).is_dir():
            shutil.copytree(project / name, target / name, ignore=shutil.ignore_patterns(*everywhere))
        else:
            shutil.copy2(project / name, target / name)
    return target


def make_builder(scratch: Path) -> Builder:
    """What builds ours, in a new folder."""
    program = find_uv()
    images = scratch / "uv"
    images.mkdir()
    shutil.copy2(program, images / "uv")
    cache = subprocess.run([program, "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
    return Builder(
        make_context(scratch / "context"),
        scratch,
        images={"ghcr.io/astral-sh/uv": images},
        caches={"/root/.cache/uv": Path(cache)},
    )


def find_uv() -> Path:
    """The uv that made this environment: from the PATH, or the project's own."""
    found = os.environ.get("UV") or shutil.which("uv") or str(PROJECT / ".uv" / "bin" / "uv")
    if not Path(found).is_file():
        raise DockerfileError("there is no uv: run `make setup`")
    return Path(found)
