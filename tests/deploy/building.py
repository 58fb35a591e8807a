"""Carries out a Dockerfile step by step, without Docker: `python -m tests.deploy` does it with ours.

What stands for the images that it names: `rooms.py` for Python's, and the uv that installs the tests for uv's. What
stands for apt-get: `standins/`. What is not carried out (a flag, a destination in /usr) is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.deploy.dockerfile import DockerfileError, Stage, Step
from tests.deploy.image import PATH, Image, configured
from tests.deploy.rooms import entering, make_root, writable

Copying = Callable[[str, str], object]
STAND_INS = Path(__file__).with_name("standins")
BUILDING = {"UV_OFFLINE": "1", "PATH": f"/run/standins:{PATH}"}  # a room has no network: all comes from uv's cache
PACKAGES = "/var/lib/dpkg"


@dataclass(frozen=True, slots=True)
class Builder:
    """Where things come from: the context, other images by name without their tag, and what caches stand for."""

    context: Path
    scratch: Path
    images: Mapping[str, Path]
    caches: Mapping[str, Path]

    def build(self, stages: tuple[Stage, ...]) -> Image:
        """The image of the last stage.

        Raises:
            DockerfileError: a step cannot be carried out, or failed; it names the line.
        """
        done: dict[str, Image] = {}
        image = None
        for number, stage in enumerate(stages):
            root = self.scratch / f"stage-{number}"
            image = self._begin(stage, root, done)
            for step in stage.steps:
                image = self._carry_out(step, image, done)
            done[stage.name or str(number)] = image
        if image is None:
            raise DockerfileError("the Dockerfile is empty")
        return image

    def _begin(self, stage: Stage, root: Path, done: Mapping[str, Image]) -> Image:
        if stage.image in done:
            shutil.copytree(done[stage.image].root, root, symlinks=True, copy_function=os.link)
            return replace(done[stage.image], root=root)
        if stage.image.partition(":")[0] != "python":
            raise DockerfileError(f"Dockerfile, line {stage.line}: nothing stands for the image {stage.image}")
        make_root(root)
        image = Image(root)
        self._run(image, ["ldconfig"], {})
        return image

    def _carry_out(self, step: Step, image: Image, done: Mapping[str, Image]) -> Image:
        match step.word:
            case "RUN":
                step.only("mount")
                said = self._run(image, ["/bin/sh", "-c", step.text], self._cached(step))
                if said.returncode:
                    raise step.error(f"exit code {said.returncode}\n{said.stdout}{said.stderr}")
            case "COPY":
                self._copy(step, image, done)
            case _:
                return configured(step, image)
        return image

    def _run(self, image: Image, command: list[str], binds: Mapping[str, Path]) -> subprocess.CompletedProcess[str]:
        bound = {**binds, "/run/standins": STAND_INS, PACKAGES: Path(PACKAGES)}
        for target in bound:
            image.path(target).mkdir(parents=True, exist_ok=True)
        line = entering(image.root, writable(image.root, bound), image.errand(*command, **BUILDING))
        return subprocess.run(line, capture_output=True, text=True, check=False)

    def _cached(self, step: Step) -> dict[str, Path]:
        binds = {}
        for name, value in step.flags:
            mount = dict(pair.partition("=")[::2] for pair in value.split(","))
            if name != "mount" or mount.keys() != {"type", "target"} or mount["type"] != "cache":
                raise step.error(f"--{name}={value} is not carried out here")
            if mount["target"] not in self.caches:
                raise step.error(f"nothing stands for the cache {mount['target']}")
            binds[mount["target"]] = self.caches[mount["target"]]
        return binds

    def _copy(self, step: Step, image: Image, done: Mapping[str, Image]) -> None:
        step.only("from")
        *sources, target = step.words()
        into = target.endswith("/")
        if not sources or (len(sources) > 1 and not into):
            raise step.error("must name a source and a target; a target of several ends in /")
        if image.path(target).resolve().is_relative_to(image.root / "usr"):
            raise step.error("nothing can be put into /usr here")
        folder, by = self._origin(step, done)
        for name in sources:
            source = folder / name.lstrip("/")
            if not source.exists():
                raise step.error(f"there is no {name} in {step.flag('from') or 'the context'}")
            copy(source, image.path(target), by, into=into)

    def _origin(self, step: Step, done: Mapping[str, Image]) -> tuple[Path, Copying]:
        """Where a copy comes from; what a stage made is shared with it, because it is not changed any more."""
        name = step.flag("from")
        image, _, _ = name.partition(":")
        if not name:
            return self.context, shutil.copy2
        if name in done:
            return done[name].root, os.link
        if image not in self.images:
            raise step.error(f"nothing stands for the image {name}")
        return self.images[image], shutil.copy2


def copy(source: Path, target: Path, by: Copying, *, into: bool) -> None:
    """Copy a file, or what a folder holds; who builds is root, so that it is root's."""
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, copy_function=by)
        return
    target = target / source.name if into or target.is_dir() else target
    target.parent.mkdir(parents=True, exist_ok=True)
    by(str(source), str(target))
