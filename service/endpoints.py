"""Reads the file that lists the endpoints of the fallback chain, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from guardrails.located_yaml import Located, YamlError, parse_as
from guardrails.types import Contract
from service.errors import ConfigurationError
from service.model_client import Endpoint
from service.model_transport import checked_host, checked_key

EMBEDDED = "embedded"
MOST_ENDPOINTS = 16
SHOWN = r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"  # a model's name stands in messages of one line
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
OF_ANY = {"embedded", "deadline_s"}  # what an embedded endpoint may say


class Entry(Contract):
    """One endpoint as it is written: the embedded model, or an address and a model there."""

    embedded: bool = False
    url: str | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=SHOWN)] | None = None
    api_key_variable: Annotated[str, StringConstraints(pattern=VARIABLE)] | None = None
    context_tokens: int | None = Field(default=None, ge=1024)
    max_tokens: int | None = Field(default=None, ge=50, le=8192)
    temperature: float | None = Field(default=None, ge=0, le=2)
    deadline_s: float | None = Field(default=None, gt=0, le=600)
    placeholders: bool | None = None


class EndpointList(Contract):
    """The whole file."""

    endpoints: tuple[Entry, ...] = Field(min_length=1, max_length=MOST_ENDPOINTS)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What counts where an entry says nothing; `deadline_s` is that of a whole draft."""

    context_tokens: int
    max_tokens: int
    temperature: float
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Listed:
    """An endpoint of the chain, None for the embedded model, and the seconds that one call of it may take.

    `placeholders` says whether it is given placeholders in the place of personal data; None leaves it to the settings.
    """

    name: str
    endpoint: Endpoint | None
    deadline_s: float
    placeholders: bool | None = None


def read_endpoints(path: Path, variables: Mapping[str, str], defaults: Defaults) -> tuple[Listed, ...]:
    """The endpoints of a file, in order; `variables` are those of the environment, some of which hold keys.

    Raises:
        ConfigurationError: names file, line and field of what is wrong.
    """
    try:
        return parse_endpoints(path.read_text(encoding="utf-8"), variables, defaults)
    except YamlError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read (AMENDS_ENDPOINTS): {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: cannot be read as UTF-8 text (AMENDS_ENDPOINTS)") from error


def parse_endpoints(text: str, variables: Mapping[str, str], defaults: Defaults) -> tuple[Listed, ...]:
    """The endpoints of a text.

    One that sets no deadline has an equal share of the draft's time, so that those after it get their turn; the
    last one has all that is left.

    Raises:
        YamlError: with the line and the field of the first fault.
    """
    parsed, located = parse_as(text, EndpointList)
    entries = parsed.endpoints
    listed: list[Listed] = []
    for number, entry in enumerate(entries):
        share = defaults.deadline_s / (len(entries) if number < len(entries) - 1 else 1)
        place = Place(located, number)
        if entry.embedded:
            _refuse_more(entry, place)
        endpoint = None if entry.embedded else _endpoint(entry, place, variables, defaults)
        name = f"{endpoint.model} at {endpoint.base_url}" if endpoint else EMBEDDED
        _refuse_twice(name, listed, place)
        listed.append(Listed(name, endpoint, entry.deadline_s or share, entry.placeholders))
    return tuple(listed)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands, for what is to be said of it."""

    located: Located
    number: int

    def error(self, message: str, field: str | None = None) -> YamlError:
        """What is wrong with the entry, or with a field of it."""
        path: tuple[str | int, ...] = ("endpoints", self.number)
        path += (field,) if field else ()
        return YamlError(self.located.line(path), ".".join(map(str, path)), message)


def _refuse_more(entry: Entry, place: Place) -> None:
    given = [name for name in Entry.model_fields if getattr(entry, name) is not None and name not in OF_ANY]
    if given:
        raise place.error("cannot be said of the embedded model, which takes only deadline_s", given[0])


def _endpoint(entry: Entry, place: Place, variables: Mapping[str, str], defaults: Defaults) -> Endpoint:
    if entry.url is None or entry.name is None:
        raise place.error("needs `url` and `name` (of the model), or `embedded: true` in their place")
    try:
        checked_host(entry.url, "it", "the variable that api_key_variable names")
    except ConfigurationError as error:
        raise place.error(str(error), "url") from error
    context_tokens = entry.context_tokens or defaults.context_tokens
    max_tokens = entry.max_tokens or defaults.max_tokens
    if max_tokens >= context_tokens:
        message = f"{max_tokens} for an answer must be less than the {context_tokens} of the context: prompts need room"
        raise place.error(message, "max_tokens")
    return Endpoint(
        base_url=entry.url.rstrip("/"),
        model=entry.name,
        api_key=_key(entry.api_key_variable, place, variables),
        max_tokens=max_tokens,
        temperature=defaults.temperature if entry.temperature is None else entry.temperature,
        context_tokens=context_tokens,
    )


def _key(variable: str | None, place: Place, variables: Mapping[str, str]) -> SecretStr | None:
    if variable is None:
        return None
    key = SecretStr(variables.get(variable, ""))
    if not key.get_secret_value():
        # Without what stands there: some will have put the key itself.
        raise place.error("names an environment variable that is not set: set it to the key", "api_key_variable")
    try:
        checked_key(key, "the variable that it names")
    except ConfigurationError as error:
        raise place.error(str(error), "api_key_variable") from error
    return key


def _refuse_twice(name: str, before: Sequence[Listed], place: Place) -> None:
    for number, other in enumerate(before):
        if other.name == name:
            line = place.located.line(("endpoints", number))
            raise place.error(f"{name} stands twice, first on line {line}")
