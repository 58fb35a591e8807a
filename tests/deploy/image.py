"""An image: a folder, and how its program is run, as the instructions of a Dockerfile say it one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template

from tests.deploy.dockerfile import Step
from tests.deploy.rooms import Errand

PATH = "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"


@dataclass(frozen=True, slots=True)
class Image:
    """What a stage makes: a folder, and how its program is run."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=lambda: {"PATH": PATH, "LANG": "C.UTF-8"})
    user: int = 0
    group: int = 0
    folder: str = "/"
    command: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    health_flags: Mapping[str, str] = field(default_factory=dict)
    volumes: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def path(self, inside: str) -> Path:
        """Where a path of the image lies on this machine."""
        return self.root / (self.folder.lstrip("/") if not inside.startswith("/") else "") / inside.lstrip("/")

    def errand(self, *command: str, **settings: str) -> Errand:
        """A program run as this image says, with some variables more."""
        environment = {"HOME": self.home(), **self.environment, **settings}
        return Errand(command or self.command, environment, self.user, self.group, self.folder)

    def home(self) -> str:
        """The user's home by the image's own list."""
        users = [line.split(":") for line in self.path("/etc/passwd").read_text(encoding="utf-8").splitlines()]
        return next((user[5] for user in users if user[2] == str(self.user)), "/")


def configured(step: Step, image: Image) -> Image:
    """The image with one more thing said of how it is run.

    Raises:
        DockerfileError: it is not said as ours says it.
    """
    if step.word not in CONFIGURING:
        raise step.error("is not carried out here")
    if step.word != "HEALTHCHECK":
        step.only()
    return CONFIGURING[step.word](step, image)


def _environment(step: Step, image: Image) -> Image:
    new = {name: Template(value).substitute(image.environment) for name, value in step.pairs().items()}
    return replace(image, environment={**image.environment, **new})


def _folder(step: Step, image: Image) -> Image:
    folder = image.path(step.text)
    folder.mkdir(parents=True, exist_ok=True)
    return replace(image, folder="/" + str(folder.relative_to(image.root)))


def _user(step: Step, image: Image) -> Image:
    user, _, group = step.text.partition(":")
    if not (user.isdecimal() and group.isdecimal()):
        raise step.error("must be two numbers: a cluster cannot tell whether a name is root")
    return replace(image, user=int(user), group=int(group))


def _volume(step: Step, image: Image) -> Image:
    image.path(step.text).mkdir(parents=True, exist_ok=True)
    return replace(image, volumes=(*image.volumes, step.text))


def _health(step: Step, image: Image) -> Image:
    word, _, program = step.text.partition(" ")
    if word != "CMD":
        raise step.error("must be CMD and a list")
    return replace(image, health=tuple(replace(step, text=program).list()), health_flags=dict(step.flags))


CONFIGURING: Mapping[str, Callable[[Step, Image], Image]] = {
    "ENV": _environment,
    "WORKDIR": _folder,
    "USER": _user,
    "VOLUME": _volume,
    "HEALTHCHECK": _health,
    "LABEL": lambda step, image: replace(image, labels={**image.labels, **step.pairs()}),
    "EXPOSE": lambda step, image: replace(image, ports=(*image.ports, int(step.text))),
    "CMD": lambda step, image: replace(image, command=tuple(step.list())),
}
