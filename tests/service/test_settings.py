"""Settings: where they come from, which one wins, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import ConfigurationError
from service.settings import Settings, describe_settings, load_settings

KEY = "sk-very-secret"


def refused(environment: dict[str, str], env_file: Path | None = None) -> str:
    """What is said of settings that are wrong."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(environment, env_file)
    return str(caught.value)


def test_nothing_needs_to_be_set() -> None:
    """Every setting has a default; the database stands in the user's data folder."""
    settings = load_settings({}, None)
    assert (settings.host, settings.port, settings.model_url, settings.policy_dir) == (
        "127.0.0.1",
        8000,
        None,
        None,
    )
    assert settings.database_url.startswith("sqlite+aiosqlite:////")
    checkout = Path(__file__).parents[2]
    assert not Path(settings.database_url.removeprefix("sqlite+aiosqlite:///")).is_relative_to(checkout)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """A variable of the process overrides the same one in `.env`; an empty one does not."""
    file = tmp_path / ".env"
    file.write_text("AMENDS_PORT=1\nAMENDS_HOST=0.0.0.0\nAMENDS_LOG_LEVEL=error\nOTHER=5\n")
    settings = load_settings({"AMENDS_PORT": "2", "AMENDS_HOST": ""}, file)
    assert (settings.port, settings.host, settings.log_level) == (2, "0.0.0.0", "error")


def test_names_and_levels_may_be_written_in_any_case() -> None:
    """Some shells write variables in lower case."""
    settings = load_settings({"amends_port": "5", "AMENDS_LOG_LEVEL": "DEBUG"}, None)
    assert (settings.port, settings.log_level) == (5, "debug")


def test_other_variables_are_none_of_our_business() -> None:
    """Only names with the prefix are read."""
    assert load_settings({"PORT": "x", "XAMENDS_PORT": "y"}, None) == load_settings({}, None)


def test_one_environment_serves_the_plugins_too(tmp_path: Path) -> None:
    """Those of the programs beside a help desk are passed over, here and in the file; misspelt ones are not."""
    file = tmp_path / ".env"
    file.write_text("AMENDS_CHATWOOT_PORT=8813\nAMENDS_PORT=1\n")
    given = {"AMENDS_HELPDESK_URL": "http://127.0.0.1:8811", "amends_chatwoot_token": KEY}
    assert load_settings(given, file) == load_settings({"AMENDS_PORT": "1"}, None)
    assert "AMENDS_HELPDESC_URL" in refused({"AMENDS_HELPDESC_URL": "http://127.0.0.1:8811"})
    assert "AMENDS_CHATWOOT" in refused({"AMENDS_CHATWOOT": "1"})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("AMENDS_PROT", "1", "is not a known setting; `amends serve --help` lists them"),
        ("AMENDS_", "1", "is not a known setting"),
        ("AMENDS_PORT", "eighty", "valid integer"),
        ("AMENDS_PORT", "65536", "less than or equal to 65535"),
        ("AMENDS_PORT", "-1", "greater than or equal to 0"),
        ("AMENDS_DEADLINE_S", "0", "greater than 0"),
        ("AMENDS_DEADLINE_S", "nan", "less than or equal to 600"),
        ("AMENDS_DEADLINE_S", "inf", "less than or equal to 600"),
        ("AMENDS_MAX_ATTEMPTS", "4", "less than or equal to 3"),
        ("AMENDS_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("AMENDS_MODEL_URL", "localhost:1234", "URL"),
        ("AMENDS_MODEL_URL", "file:///etc/passwd", "URL"),
        ("AMENDS_DATABASE_URL", "mysql://x/y", "must begin with one of sqlite+aiosqlite://"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, says: str) -> None:
    """The message names the variable, where it stands, and what is wrong with it."""
    message = refused({name: value})
    assert message.startswith(f"{name} in the environment")
    assert says in message
    assert "\n" not in message


def test_a_wrong_setting_of_the_file_names_the_file(tmp_path: Path) -> None:
    """Who has both must know which one to correct."""
    file = tmp_path / ".env"
    file.write_text("AMENDS_PORT=eighty\n")
    assert refused({}, file).startswith(f"AMENDS_PORT in {file}: ")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("OTHER=1\n# days\n\nAMENDS_RETENTION_DAYS: 90\n", 4, "sets nothing; write NAME=VALUE"),
        (f'AMENDS_PORT=1\nAMENDS_MODEL_API_KEY="{KEY}\n', 2, "close every quote"),
        ("AMENDS_PORT\n", 1, "AMENDS_PORT has no value; write AMENDS_PORT=VALUE"),
        ("\r\n\r\nexport amends_port\r\n", 3, "amends_port has no value"),
    ],
)
def test_a_line_of_the_file_that_sets_nothing_is_named(tmp_path: Path, text: str, line: int, says: str) -> None:
    """A setting that is passed over is worse than none: texts would never be deleted, say."""
    file = tmp_path / ".env"
    file.write_bytes(text.encode())
    message = refused({}, file)
    assert message.startswith(f"{file}, line {line}: ")
    assert says in message
    assert KEY not in message


def test_what_the_file_has_for_others_may_have_no_value(tmp_path: Path) -> None:
    """Names of other programs are none of our business; ours may be empty, and then count as absent."""
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nOTHER\nAMENDS_HOST=\nAMENDS_CHATWOOT_TOKEN\nexport AMENDS_PORT='7' # seven\n")
    assert load_settings({}, file) == load_settings({"AMENDS_PORT": "7"}, None)


def test_a_folder_is_no_file_of_settings(tmp_path: Path) -> None:
    """A mount that missed its file leaves one."""
    (tmp_path / ".env").mkdir()
    assert refused({}, tmp_path / ".env").startswith(f"{tmp_path / '.env'}: ")


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    """A file in another encoding stops the start with one line."""
    file = tmp_path / ".env"
    file.write_bytes(b"AMENDS_MODEL_API_KEY=\xff\xfe" + KEY.encode())
    message = refused({}, file)
    assert message.startswith(f"{file}: cannot be read as UTF-8 text")
    assert KEY not in message


def test_a_missing_file_is_no_fault(tmp_path: Path) -> None:
    """Most have no `.env`."""
    assert load_settings({}, tmp_path / ".env").port == 8000


def test_a_url_needs_a_model_name() -> None:
    """Without a name an endpoint cannot be asked."""
    assert "AMENDS_MODEL_NAME is required" in refused({"AMENDS_MODEL_URL": "http://127.0.0.1:1/v1"})


def test_a_url_and_a_file_of_endpoints_exclude_each_other() -> None:
    """Which of the two counts would be a guess; both are named."""
    url = {"AMENDS_MODEL_URL": "http://127.0.0.1:1/v1", "AMENDS_MODEL_NAME": "m"}
    message = refused(url | {"AMENDS_ENDPOINTS": "endpoints.yaml"})
    assert "AMENDS_MODEL_URL and AMENDS_ENDPOINTS exclude each other" in message
    assert load_settings({"AMENDS_ENDPOINTS": "endpoints.yaml"}, None).endpoints == Path("endpoints.yaml")


def test_the_prompt_needs_room() -> None:
    """An answer that may fill the whole context would leave every complaint too long."""
    message = refused({"AMENDS_MODEL_MAX_TOKENS": "2048", "AMENDS_MODEL_CONTEXT_TOKENS": "2048"})
    assert "AMENDS_MODEL_MAX_TOKENS must be less" in message


def test_the_key_is_never_shown() -> None:
    """Neither the settings' own text nor an error about others holds the key."""
    settings = load_settings({"AMENDS_MODEL_API_KEY": KEY}, None)
    assert KEY not in repr(settings)
    assert KEY not in refused({"AMENDS_MODEL_API_KEY": KEY, "AMENDS_PORT": KEY})
    assert settings.model_api_key is not None
    assert settings.model_api_key.get_secret_value() == KEY


def test_every_setting_is_described() -> None:
    """The help has one line for each variable, with its default and its meaning."""
    lines = describe_settings().splitlines()
    assert len(lines) == len(Settings.model_fields)
    for name, line in zip(Settings.model_fields, lines, strict=True):
        assert line.startswith(f"AMENDS_{name.upper()} (default: ")
        assert line.endswith(".")


def test_a_port_for_metrics_alone() -> None:
    """Who asks for the port is told what is missing."""
    assert "AMENDS_METRICS_PORT needs AMENDS_METRICS=true" in refused({"AMENDS_METRICS_PORT": "9464"})
    assert load_settings({"AMENDS_METRICS_PORT": "9464", "AMENDS_METRICS": "true"}, None).metrics_port == 9464
