"""Settings and the file of queues: each fault is named, so that it can be mended."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from amends_client.receiver.business import read_business
from amends_client.receiver.errors import ConfigurationError
from amends_django_helpdesk.queues import NAME, Queue, Queues
from amends_django_helpdesk.settings import Settings
from helpdesk_tests.bed import HERE, QUEUE

GIVEN = {
    "AMENDS_HELPDESK_URL": "https://help.example.com/desk/",
    "AMENDS_HELPDESK_USER": "amends",
    "AMENDS_HELPDESK_PASSWORD": "secret",
    "AMENDS_HELPDESK_QUEUES": "queues.toml",
}


def test_few_settings_are_enough() -> None:
    """All others have defaults; an empty one counts as absent, and those of other programs do not matter."""
    settings = Settings.load(GIVEN | {"AMENDS_HELPDESK_PORT": "", "AMENDS_PORT": "x", "PATH": "/bin"})
    assert (settings.url, settings.port) == ("https://help.example.com/desk", 8812)
    assert settings.desk == settings.amends_url == "http://127.0.0.1:8000"
    assert settings.statuses == {1, 2}
    assert not settings.agents
    assert "secret" not in repr(settings)


def test_lists_of_numbers() -> None:
    """With commas, blanks or both between them."""
    assert Settings.load(GIVEN | {"AMENDS_HELPDESK_AGENTS": "3, 5 8"}).agents == {3, 5, 8}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("URL", "", "AMENDS_HELPDESK_URL is missing"),
        ("URL", "help.example.com", "AMENDS_HELPDESK_URL: must be an address"),
        ("URL", "https://a:b@help.example.com", "without a name"),
        ("USER", "a:b", "AMENDS_HELPDESK_USER: must not hold a colon"),
        ("PORT", "70000", "AMENDS_HELPDESK_PORT: "),
        ("POLL_S", "soon", "AMENDS_HELPDESK_POLL_S: "),
        ("LINK_S", "90000", "AMENDS_HELPDESK_LINK_S: "),
        ("STATUSES", "1,open", "AMENDS_HELPDESK_STATUSES: "),
        ("PASWORD", "x", "AMENDS_HELPDESK_PASWORD is unknown"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, said: str) -> None:
    """With what is wrong, and never with a password."""
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(GIVEN | {f"AMENDS_HELPDESK_{name}": value})
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_key_that_no_request_can_bear() -> None:
    """It is named at the start, and not only when the first request is made."""
    with pytest.raises(ConfigurationError, match=r"AMENDS_HELPDESK_AMENDS_KEY: holds characters") as caught:
        Settings.load(GIVEN | {"AMENDS_HELPDESK_AMENDS_KEY": "“amends_x”"})
    assert "amends_x" not in str(caught.value)


def test_all_settings_are_described() -> None:
    """By `amends-helpdesk --help`."""
    assert all(name in Settings.describe() for name in GIVEN)


def read_queues(path: Path) -> Mapping[int, Queue]:
    """The queues of a file."""
    return read_business(path, Queues, NAME).queue


def test_queues(tmp_path: Path) -> None:
    """A table for each queue, by its number."""
    path = tmp_path / "queues.toml"
    path.write_text(QUEUE, encoding="utf-8")
    assert read_queues(path)[1].agent.name == "Maya Lindqvist"


def test_the_example_is_that_of_the_readme() -> None:
    """And is taken as it stands."""
    example = HERE / "queues.example.toml"
    assert f"```toml\n{example.read_text(encoding='utf-8')}```" in (HERE / "README.md").read_text(encoding="utf-8")
    assert read_queues(example)[1].options.max_words == 180


def test_the_readme_lists_every_setting() -> None:
    """By its name without the prefix."""
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in readme] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("queue = 1", "queue: Input should be a valid dictionary"),
        ("", "queue: is missing"),
        ("[queue]", "queue: "),
        ("[queue.complaints]\nbrand = 'A'\nagent = {name = 'B'}", "queue.complaints: "),
        ("[queue.1]\nbrand = 'A'", "queue.1.agent: is missing"),
        ("[queue.1]\nbrand = ''\nagent = {name = 'B'}", "queue.1.brand: "),
        ("[queue.1]\nbrand = 'A'\nagent = {name = 'B'}\nchannel = 'fax'", "queue.1.channel: "),
    ],
)
def test_a_wrong_queue_is_named(tmp_path: Path, text: str, said: str) -> None:
    """With the file, the place and what is wrong."""
    path = tmp_path / "queues.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_queues(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_no_file_of_queues(tmp_path: Path) -> None:
    """It says which setting names it."""
    with pytest.raises(ConfigurationError, match=r"AMENDS_HELPDESK_QUEUES: .* cannot be read"):
        read_queues(tmp_path / "queues.toml")
