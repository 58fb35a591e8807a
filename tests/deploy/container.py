"""Starts what an image starts, as `docker run --read-only --tmpfs /tmp --cap-drop ALL` would, and asks it things."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.dockerfile import DockerfileError
from tests.deploy.image import Image
from tests.deploy.rooms import entering, joining, read_only

TMP_MIB = 320  # as deploy/compose.yaml gives it
STOP_SECONDS = 30.0
POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Container:
    """A running one."""

    image: Image
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def first(self) -> int:
        """The number of its first process, seen from outside; 0 where it has none (any more)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        numbers = children.read_text(encoding="ascii").split() if children.exists() else []
        return int(numbers[0]) if numbers else 0

    def run(self, *command: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Another program in it, as `docker exec` has it."""
        line = joining(self.first, self.image.root, self.image.errand(*command))
        return subprocess.run(line, input=given, capture_output=True, text=True, check=False)

    def healthy(self, within: float) -> bool:
        """Whether its health check passes before so many seconds are over, and before its program ends."""
        deadline = time.monotonic() + within
        while self.process.poll() is None and time.monotonic() < deadline:
            if self.first and self.run(*self.image.health).returncode == 0:
                return True
            time.sleep(POLL_SECONDS)
        return False

    def stop(self) -> int:
        """Tell its first process to end, as `docker stop` does, and give the exit code."""
        os.kill(self.first, signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End all of it at once; nothing happens where it has ended."""
        if self.first:
            os.kill(self.first, signal.SIGKILL)  # and all others with it
        self.process.kill()
        self.process.wait()

    def said(self) -> str:
        """What it has written to its standard streams."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def started(image: Image, scratch: Path, *command: str, **settings: str) -> Iterator[Container]:
    """The image's own command or another one, on the volumes in a folder (new if none are there); killed at the end."""
    volumes = {}
    for number, name in enumerate(image.volumes):
        volumes[name] = scratch / f"volume-{number}"
        if not volumes[name].exists():
            copy_volume(image.path(name), volumes[name])
    log = scratch / "log"
    line = entering(image.root, read_only(image.root, volumes, TMP_MIB), image.errand(*command, **settings))
    with log.open("wb") as stream:
        process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
    container = Container(image, process, log)
    try:
        yield container
    finally:
        container.kill()


def copy_volume(source: Path, target: Path) -> None:
    """A new volume begins as what the image has there, with its owner and rights."""
    shutil.copytree(source, target)
    facts = source.stat()
    os.chown(target, facts.st_uid, facts.st_gid)
    target.chmod(facts.st_mode & 0o7777)


def made_key(image: Image, scratch: Path) -> str:
    """An access key in the volumes of a folder: without one, nothing answers at an address that others reach."""
    with started(image, scratch, "amends", "keys", "create", "first") as container:
        container.process.wait()
        found = re.search(r"amends_\S+", container.said())
    if not found:
        raise DockerfileError(f"no access key was made: {container.said()}")
    return found[0]
