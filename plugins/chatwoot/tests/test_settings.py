"""What is said of settings that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends_chatwoot.business import NAME, Business
from amends_chatwoot.settings import Settings, origin_of
from amends_client.receiver.business import read_business
from amends_client.receiver.errors import ConfigurationError

RIGHT = {
    "AMENDS_CHATWOOT_URL": "https://chatwoot.example.com/",
    "AMENDS_CHATWOOT_ACCOUNT": "3",
    "AMENDS_CHATWOOT_TOKEN": "token",
    "AMENDS_CHATWOOT_WEBHOOK_SECRET": "secret",
    "AMENDS_CHATWOOT_BUSINESS": "business.toml",
}


def test_right_ones() -> None:
    """Addresses without a slash at the end, and agents' browsers sent where Amends is."""
    settings = Settings.load(RIGHT | {"AMENDS_CHATWOOT_AMENDS_KEY": "", "AMENDS_HOST": "0.0.0.0"})
    assert settings.url == "https://chatwoot.example.com"
    assert settings.desk == settings.amends_url == "http://127.0.0.1:8000"
    assert settings.amends_key is None
    assert "token" not in repr(settings).replace("token=", "")
    assert origin_of("https://a.example:8443/chat") == "https://a.example:8443"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"URL": ""}, "AMENDS_CHATWOOT_URL is missing: Where Chatwoot is"),
        ({"URL": "chatwoot"}, "AMENDS_CHATWOOT_URL: "),
        ({"URL": "https://me:pass@chatwoot.example.com"}, "without a name, a password"),
        ({"ACCOUNT": "acme"}, "AMENDS_CHATWOOT_ACCOUNT: "),
        ({"TOKEN": "tok\nen"}, "AMENDS_CHATWOOT_TOKEN: holds characters"),
        ({"DASHBOARD_SECRET": "hunter2"}, "AMENDS_CHATWOOT_DASHBOARD_SECRET: is too short"),
        ({"LINK_S": "999999"}, "AMENDS_CHATWOOT_LINK_S: "),
        ({"WEBHOOK": "x"}, "AMENDS_CHATWOOT_WEBHOOK is unknown"),
    ],
)
def test_wrong_ones(change: dict[str, str], said: str) -> None:
    """The variable is named, and no secret is shown."""
    changed = {f"AMENDS_CHATWOOT_{name}": value for name, value in change.items()}
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(RIGHT | changed)
    assert said in str(caught.value)
    assert not [secret for secret in ("pass@", "hunter2", "tok\nen") if secret in str(caught.value)]


def test_all_are_described() -> None:
    """With what they are without being set."""
    text = Settings.describe()
    assert all(name in text for name in RIGHT)
    assert "AMENDS_CHATWOOT_PORT (default: 8813)" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "AMENDS_CHATWOOT_BUSINESS: {path} cannot be read"),
        ("", "{path}: context: is missing"),
        ('[context]\nbrand = "B"', "{path}: context.agent: is missing"),
        ('[context]\nbrand = "B"\nagent = { name = "M" }\n[option]', "{path}: option: is unknown"),
        ('[context]\nbrand = "B"\nagent = { name = "M" }\n[options]\nmax_words = 0', "{path}: options.max_words: "),
    ],
)
def test_a_wrong_business_file(tmp_path: Path, text: str | None, said: str) -> None:
    """It is said where."""
    path = tmp_path / "business.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_business(path, Business, NAME)
    assert str(caught.value).startswith(said.format(path=path))


def test_a_right_business_file(tmp_path: Path) -> None:
    """As `context` and `options` of a case."""
    path = tmp_path / "business.toml"
    path.write_text('[context]\nbrand = "B"\nagent = { name = "M" }\n[options]\ntone = "warm"', encoding="utf-8")
    business = read_business(path, Business, NAME)
    assert business.context_of_case()["agent"] == {"name": "M"}
    assert business.options.of_case() == {"tone": "warm", "delivery": "flagged"}
