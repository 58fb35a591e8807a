"""What a business knows and allows, in the words of Amends' contract, and the TOML file that says it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from amends_client.receiver.errors import ConfigurationError

MOST_CHARACTERS = 20_000  # of a complaint, and of a message before it, by Amends' contract
P = TypeVar("P", bound="Part")
Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"\S")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"\S")]
Sentences = Annotated[tuple[Sentence, ...], Field(max_length=50)]


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
    text: Sentence


class FollowUp(Part):
    """Who will contact the customer, how, and by when."""

    person: Words | None = None
    team: Words | None = None
    channel: Words | None = None
    by: Words | None = None


class Context(Part):
    """What holds for every complaint, as `context` of a case has it."""

    brand: Words
    agent: Agent
    facts: Sentences = ()
    remedies: Annotated[tuple[Remedy, ...], Field(max_length=50)] = ()
    follow_up: FollowUp | None = None
    constraints: Sentences = ()


class Options(Part):
    """How drafts are to be made, as `options` of a case has it."""

    policy: Words | None = None
    max_words: Annotated[int, Field(ge=1, le=2_000)] | None = None
    tone: Words | None = None

    def of_case(self) -> dict[str, Any]:
        """A case's `options`: an agent shall see a draft that failed, marked, with what is to be mended."""
        return self.model_dump(mode="json", exclude_none=True) | {"delivery": "flagged"}


def read_business(path: Path, kind: type[P], variable: str) -> P:
    """What a file says; `variable` is the setting that names it.

    Raises:
        ConfigurationError: it cannot be read, or says what is wrong and where.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ConfigurationError(f"{variable}: {path} cannot be read: {why}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{variable}: {path} is no TOML: {error}") from None
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(_explained(path, error)) from None


def _explained(path: Path, error: ValidationError) -> str:
    lines = []
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(str(part) for part in each["loc"] if part != "[key]")
        said = {"extra_forbidden": "is unknown", "missing": "is missing"}.get(each["type"], each["msg"])
        lines.append(f"{path}: {where}: {said}")
    return "\n".join(lines)
