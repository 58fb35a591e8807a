"""Carries out the Dockerfile without Docker, starts what it makes, and says how that went: `python -m tests.deploy`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from tests.deploy.container import made_key, started
from tests.deploy.context import make_builder
from tests.deploy.dockerfile import DockerfileError, read_dockerfile
from tests.deploy.files import DOCKERFILE
from tests.deploy.rooms import missing, scratch

START_SECONDS = 60.0


def main() -> int:
    """0 where every step works and the health check passes, else 1; 2 where this machine cannot try."""
    if reason := missing():
        click.echo(f"The Dockerfile cannot be carried out on this machine: {reason}", err=True)
        return 2
    with scratch() as folder:
        begun = time.monotonic()
        try:
            image = make_builder(Path(folder)).build(read_dockerfile(DOCKERFILE.read_text(encoding="utf-8")))
        except DockerfileError as error:
            click.echo(error, err=True)
            return 1
        click.echo(f"built in {time.monotonic() - begun:.0f} s")
        room = Path(folder, "container")
        room.mkdir()
        made_key(image, room)
        begun = time.monotonic()
        with started(image, room) as container:
            healthy = container.healthy(START_SECONDS)
            click.echo(container.said(), nl=False, err=True)
            click.echo(f"{'healthy' if healthy else 'NOT healthy'} after {time.monotonic() - begun:.1f} s")
            return 0 if healthy and container.stop() == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
