"""Reads prompt files: Markdown with a strict front matter and, in most, sections under `## ` headings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Annotated, Generic, TypeVar

from pydantic import Field, StringConstraints

from guardrails.located_yaml import YamlError, parse_as
from guardrails.types import Contract
from service.errors import ConfigurationError

HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
QUOTE = re.compile(r"^> (\d{3}): \S.*$")
FILE_CHARACTERS = 100_000

Word = Annotated[str, StringConstraints(pattern=r"^\S+$")]
Line = Annotated[str, StringConstraints(pattern=r"\S")]
Sign = Annotated[str, StringConstraints(pattern=r"\w")]


class Head(Contract):
    """The front matter that every prompt file has; `name` is the file's name without its ending."""

    name: Word
    description: Line


class PrinciplesHead(Head):
    """Front matter of principles.md: the seeds, by their number."""

    seeds: Annotated[dict[str, str], Field(min_length=1)]


class InstructionsHead(Head):
    """Front matter of reply.md and revise.md: the principles that hold in every situation."""

    principles: tuple[Word, ...]


class SituationHead(InstructionsHead):
    """Front matter of a situation; service/situations.py says what signs and order mean."""

    seeds: Annotated[tuple[Word, ...], Field(min_length=1)]
    signs: tuple[Sign, ...]
    order: int


AnyHead = TypeVar("AnyHead", bound=Head)


@dataclass(frozen=True, slots=True)
class PromptFile(Generic[AnyHead]):
    """One file: `text` is the whole of it, `body` what follows the front matter."""

    path: Path
    text: str
    head: AnyHead
    body: str


@dataclass(frozen=True, slots=True)
class Principle:
    """What the model is told, and the numbers of the seeds that teach it."""

    id: str
    seeds: tuple[str, ...]
    rule: str


def read_prompt(path: Path, head: type[AnyHead]) -> PromptFile[AnyHead]:
    """Read one file.

    Raises:
        ConfigurationError: it cannot be read, or its front matter is wrong; names file, line and field.
    """
    text = _read_text(path)
    opening, _, rest = text.partition("---\n")
    front, closing, body = rest.partition("\n---\n")
    if opening or not closing:
        raise ConfigurationError(f"{path}: the file must begin with a front matter between two lines of ---")
    try:
        parsed, _ = parse_as(front, head)
    except YamlError as error:
        where = f"{error.field}: " if error.field else ""
        message = str(error).partition(": ")[2].removeprefix(where)
        raise ConfigurationError(f"{path}: line {error.line + 1}: {where}{message}") from error
    if parsed.name != path.stem:
        raise ConfigurationError(f"{path}: name: must be the file's name, {path.stem}")
    if not body.strip():
        raise ConfigurationError(f"{path}: there is no text after the front matter")
    return PromptFile(path, text, parsed, body)


def sections(file: PromptFile[AnyHead]) -> dict[str, str]:
    """The texts under the `## ` headings; what stands before the first is for people.

    Raises:
        ConfigurationError: a heading stands twice or has no text.
    """
    parts = HEADING.split(file.body)
    found: dict[str, str] = {}
    for title, text in zip(parts[1::2], parts[2::2], strict=True):
        name = title.strip()
        if name in found:
            raise ConfigurationError(f"{file.path}: the heading {name} stands twice")
        if not text.strip():
            raise ConfigurationError(f"{file.path}: there is no text under the heading {name}")
        found[name] = text.strip()
    return found


def exact_sections(file: PromptFile[AnyHead], names: Iterable[str]) -> dict[str, str]:
    """The sections, where just these must be there.

    Raises:
        ConfigurationError: one is missing or unknown.
    """
    found = sections(file)
    wanted = set(names)
    for name in sorted(wanted ^ found.keys()):
        fault = "is missing" if name in wanted else "is unknown"
        raise ConfigurationError(f"{file.path}: the heading {name} {fault}")
    return found


def principles_in(file: PromptFile[PrinciplesHead]) -> dict[str, Principle]:
    """The principles by their ids, in the order of the file.

    Raises:
        ConfigurationError: one names no seed, an unknown seed, or says nothing.
    """
    return {name: _principle(file, name, text) for name, text in sections(file).items()}


def template(
    file: PromptFile[AnyHead], text: str, placeholders: Iterable[str] = (), optional: Iterable[str] = ()
) -> Template:
    """A template that holds just these placeholders: each at least once, but for those that are optional.

    Raises:
        ConfigurationError: names the file and the placeholder that is missing, unknown or malformed.
    """
    made = Template(text)
    if not made.is_valid():
        raise ConfigurationError(f"{file.path}: a $ that begins no placeholder must be written $$")
    found, wanted = set(made.get_identifiers()), set(placeholders)
    for name in sorted(found - wanted):
        raise ConfigurationError(f"{file.path}: the placeholder ${name} is unknown here")
    for name in sorted(wanted - found - set(optional)):
        raise ConfigurationError(f"{file.path}: the placeholder ${name} is missing")
    return made


def _read_text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")  # as some editors save it
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: the file is not UTF-8") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: the prompt file cannot be read: {error.strerror}") from error
    if len(text) > FILE_CHARACTERS:
        raise ConfigurationError(f"{path}: the file has more than {FILE_CHARACTERS} characters")
    return text


def _principle(file: PromptFile[PrinciplesHead], name: str, text: str) -> Principle:
    lines = text.splitlines()
    quotes = [line for line in lines if line.startswith(">")]
    rule = " ".join(line.strip() for line in lines if not line.startswith(">")).strip()
    seeds = tuple(match.group(1) for match in map(QUOTE.match, quotes) if match)
    if not seeds or len(seeds) < len(quotes):
        raise ConfigurationError(f"{file.path}: {name}: wants lines such as `> 003: what that seed says`")
    for seed in seeds:
        if seed not in file.head.seeds:
            raise ConfigurationError(f"{file.path}: {name}: there is no seed {seed}")
    if not rule:
        raise ConfigurationError(f"{file.path}: {name}: there is no rule for the model")
    return Principle(name, seeds, template(file, rule).substitute())
