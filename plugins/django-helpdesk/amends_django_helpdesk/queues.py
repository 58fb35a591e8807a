"""What the business knows and allows, for each queue of the help desk: a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from amends_django_helpdesk.errors import ConfigurationError

Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"\S")]
Sentences = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"\S")]


class Part(BaseModel):
    """Names that are not known are refused: a misspelt one would be lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Agent(Part):
    """Who signs the replies."""

    name: Words
    role: Words | None = None


class Remedy(Part):
    """Something that may be offered."""

    id: Words
    text: Sentences


class FollowUpBy(Part):
    """Who will contact the customer, how, and by when."""

    person: Words | None = None
    team: Words | None = None
    channel: Words | None = None
    by: Words | None = None


class Options(Part):
    """How drafts are to be made, as `options` of Amends' contract has it."""

    policy: Words | None = None
    max_words: Annotated[int, Field(ge=1)] | None = None
    tone: Words | None = None


class Queue(Part):
    """One queue: what every draft for it may say."""

    brand: Words
    agent: Agent
    channel: Literal["email", "chat", "review", "social"] = "email"
    language: Words | None = None
    facts: tuple[Sentences, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    follow_up: FollowUpBy | None = None
    constraints: tuple[Sentences, ...] = ()
    options: Options = Options()


class Queues(Part):
    """The file: a table `[queue.N]` for each queue, N its number at the help desk."""

    queue: Annotated[dict[Annotated[int, Field(ge=1)], Queue], Field(min_length=1)]


def read_queues(path: Path) -> Mapping[int, Queue]:
    """The queues of a file, by their number.

    Raises:
        ConfigurationError: it cannot be read, or says what is wrong and where.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConfigurationError(f"AMENDS_HELPDESK_QUEUES: {path} cannot be read: {why}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"AMENDS_HELPDESK_QUEUES: {path} is no TOML: {error}") from None
    try:
        return TypeAdapter(Queues).validate_python(values).queue
    except ValidationError as error:
        raise ConfigurationError(_explained(path, error)) from None


def _explained(path: Path, error: ValidationError) -> str:
    lines = []
    for each in error.errors(include_url=False, include_context=False):
        where = ".".join(str(part) for part in each["loc"] if part != "[key]")
        said = {"extra_forbidden": "is unknown", "missing": "is missing"}.get(each["type"], each["msg"])
        lines.append(f"{path}: {where}: {said}")
    return "\n".join(lines)
