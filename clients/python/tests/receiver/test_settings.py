"""Settings of a receiver: each fault is named, so that it can be mended."""

from __future__ import annotations

from typing import ClassVar

import pytest
from pydantic import Field, SecretStr

from amends_client.receiver.errors import ConfigurationError
from amends_client.receiver.settings import FromEnvironment


class Settings(FromEnvironment):
    """Of a program that is none."""

    prefix: ClassVar[str] = "AMENDS_DESK_"
    command: ClassVar[str] = "amends-desk"

    url: str = Field(description="Where the desk is.")
    password: SecretStr = Field(description="The password there.", min_length=8)
    port: int = Field(default=8810, le=65535, description="Port to listen on.")
    agents: frozenset[int] = Field(default=frozenset(), description="Who is one.")
    statuses: frozenset[int] = Field(default=frozenset({2, 1}), description="What is open.")
    key: str | None = Field(default=None, description="An access key.")


RIGHT = {"AMENDS_DESK_URL": "http://127.0.0.1", "AMENDS_DESK_PASSWORD": "very-secret"}


def test_right_ones() -> None:
    """In any case; an empty one counts as absent, and those of other programs do not matter."""
    given = RIGHT | {"AMENDS_DESK_PORT": "", "amends_desk_key": "k", "AMENDS_PORT": "x", "PATH": "/bin"}
    settings = Settings.load(given)
    assert (settings.url, settings.port, settings.key) == ("http://127.0.0.1", 8810, "k")
    assert "very-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("URL", "", "AMENDS_DESK_URL is missing: Where the desk is."),
        ("PASSWORD", "secret", "AMENDS_DESK_PASSWORD: "),
        ("PORT", "70000", "AMENDS_DESK_PORT: "),
        ("PROT", "8810", "AMENDS_DESK_PROT is unknown: `amends-desk --help` lists all"),
    ],
)
def test_a_wrong_one_is_named(name: str, value: str, said: str) -> None:
    """With what is wrong, and never with a secret."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(RIGHT | {f"AMENDS_DESK_{name}": value})
    assert str(caught.value).startswith(said)
    assert "secret" not in str(caught.value)


def test_all_that_are_wrong_are_named() -> None:
    """A line for each."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.load({"AMENDS_DESK_PROT": "1"})
    assert [line.split()[0] for line in str(caught.value).splitlines()] == [*RIGHT, "AMENDS_DESK_PROT"]


def test_all_are_described() -> None:
    """With what they are without being set."""
    lines = Settings.describe().splitlines()
    assert lines[:2] == ["  AMENDS_DESK_URL (required)", "      Where the desk is."]
    assert [line.partition(" (")[2] for line in lines[4::2]] == [
        "default: 8810)",
        "default: none)",
        "default: 1,2)",
        "default: none)",
    ]
