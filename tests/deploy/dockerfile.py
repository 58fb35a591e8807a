"""Reads a Dockerfile: the instructions that ours uses, and none else, so that no line is passed over in silence."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

WORDS = {"RUN", "COPY", "ENV", "LABEL", "WORKDIR", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
FROM = re.compile(r"FROM (?P<image>[^\s$]+)(?: AS (?P<name>[a-z0-9-]+))?")
FLAG = re.compile(r"--([a-z-]+)=(\S+)\s+")


class DockerfileError(Exception):
    """What is wrong with a line, or with carrying it out."""


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: `--name=value` before its text, which is a shell's line, words, or a list in JSON."""

    line: int
    word: str
    flags: tuple[tuple[str, str], ...]
    text: str

    def error(self, message: str) -> DockerfileError:
        """An error that names the line."""
        return DockerfileError(f"Dockerfile, line {self.line}, {self.word}: {message}")

    def flag(self, name: str, default: str = "") -> str:
        """The value of a flag."""
        return dict(self.flags).get(name, default)

    def only(self, *names: str) -> None:
        """Refuse flags that would change what this does without anybody noticing."""
        for name, _ in self.flags:
            if name not in names:
                raise self.error(f"--{name} is not carried out here")

    def words(self) -> list[str]:
        """The text as words; quotes hold together."""
        return shlex.split(self.text)

    def pairs(self) -> dict[str, str]:
        """The text as NAME=value."""
        pairs = [word.partition("=") for word in self.words()]
        if not all(equals for _, equals, _ in pairs):
            raise self.error("must be NAME=value")
        return {name: value for name, _, value in pairs}

    def list(self) -> list[str]:
        """The text as a list in JSON, the form in which no shell stands between a signal and the program."""
        try:
            found = json.loads(self.text)
        except ValueError:
            found = None
        if not isinstance(found, list) or not found or not all(isinstance(word, str) for word in found):
            raise self.error("must be a list of strings, as JSON")
        return found


@dataclass(frozen=True, slots=True)
class Stage:
    """What is done upon one image; `name` is empty where it has none."""

    line: int
    image: str
    name: str
    steps: tuple[Step, ...]


def read_dockerfile(text: str) -> tuple[Stage, ...]:
    """The stages in order.

    Raises:
        DockerfileError: a line is none that is known here.
    """
    stages: list[Stage] = []
    steps: list[Step] = []
    for number, line in _joined(text):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found = FROM.fullmatch(line)
            if not found:
                raise DockerfileError(f"Dockerfile, line {number}: cannot be read: {line}")
            steps = []
            stages.append(Stage(number, found["image"], found["name"] or "", ()))
        elif word in WORDS and stages:
            steps.append(_step(number, word, rest.strip()))
            last = stages.pop()
            stages.append(Stage(last.line, last.image, last.name, tuple(steps)))
        else:
            raise DockerfileError(f"Dockerfile, line {number}: {word} is not known here")
    return tuple(stages)


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Each instruction with the number of its first line; comments may stand inside one."""
    begun, first = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#") or not line.strip():
            continue
        first = first if begun else number
        begun += line.strip()
        if begun.endswith("\\"):
            begun = begun[:-1]
        else:
            yield first, begun
            begun = ""
    if begun:
        raise DockerfileError(f"Dockerfile, line {first}: never ends")


def _step(number: int, word: str, rest: str) -> Step:
    flags = []
    while found := FLAG.match(rest):
        flags.append((found[1], found[2]))
        rest = rest[found.end() :]
    step = Step(number, word, tuple(flags), rest)
    if not rest or rest.startswith("--"):
        raise step.error("cannot be read")
    if "<<" in rest:
        raise step.error("a here-document is not known here")
    return step
