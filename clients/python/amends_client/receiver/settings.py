"""Reads a receiver's settings from the environment, and says what they are and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from amends_client.receiver.errors import ConfigurationError


def _sendable(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().isascii() or not value.get_secret_value().isprintable():
        raise ValueError("holds characters that no such secret has")
    return value


# A key or token, which goes into a header.
Secret = Annotated[SecretStr, AfterValidator(_sendable)]


class FromEnvironment(BaseModel):
    """Settings, one for each variable: its name without the `prefix`, in lower case, is the field's.

    `command` is the program that has them, which lists them by `--help`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    prefix: ClassVar[str]
    command: ClassVar[str]

    @classmethod
    def load(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; an empty value counts as absent.

        Raises:
            ConfigurationError: names every variable that is missing, unknown or malformed.
        """
        values = {
            name.upper().removeprefix(cls.prefix).lower(): value
            for name, value in environment.items()
            if name.upper().startswith(cls.prefix) and value
        }
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            raise ConfigurationError("\n".join(map(cls._sentence, faults))) from None  # a value may be a secret

    @classmethod
    def describe(cls) -> str:
        """Two lines for each variable: its default and its meaning."""
        lines = []
        for name, field in cls.model_fields.items():
            shown = "required" if field.is_required() else f"default: {_shown(field.default)}"
            lines.append(f"  {cls.prefix}{name.upper()} ({shown})\n      {field.description}")
        return "\n".join(lines)

    @classmethod
    def _sentence(cls, fault: ErrorDetails) -> str:
        field = str(fault["loc"][0])
        name = f"{cls.prefix}{field.upper()}"
        if fault["type"] == "missing":
            return f"{name} is missing: {cls.model_fields[field].description}"
        if fault["type"] == "extra_forbidden":
            return f"{name} is unknown: `{cls.command} --help` lists all"
        return f"{name}: {fault['msg'].removeprefix('Value error, ')}"


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return ",".join(map(str, sorted(value))) or "none"
    return "none" if value is None else str(value)
