"""The file of endpoints: what it says, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.located_yaml import YamlError
from service.endpoints import Defaults, Listed, parse_endpoints, read_endpoints
from service.errors import ConfigurationError

DEFAULTS = Defaults(context_tokens=8192, max_tokens=700, temperature=0.4, deadline_s=60)
KEY = "sk-very-secret"
VARIABLES = {"FIRST_KEY": KEY, "EMPTY": "", "BROKEN": "sk-\nvery-secret"}
URL = "https://a.example/v1"


def parsed(text: str) -> tuple[Listed, ...]:
    """What a file with this list says."""
    return parse_endpoints(f"endpoints:\n{text}", VARIABLES, DEFAULTS)


def test_all_that_can_be_said() -> None:
    """Endpoints come in their order, with the key that the environment holds."""
    first, second, last = parsed(
        f"""
  - url: {URL}/
    name: big/model:latest
    api_key_variable: FIRST_KEY
    placeholders: false
    context_tokens: 32000
    max_tokens: 900
    temperature: 0
    deadline_s: 12.5
  - {{url: http://127.0.0.1:8001/v1, name: small}}
  - {{embedded: true, deadline_s: 15}}
"""
    )
    assert first.endpoint is not None
    assert first.endpoint.api_key is not None
    assert first.endpoint.api_key.get_secret_value() == KEY
    assert (first.name, first.deadline_s) == (f"big/model:latest at {URL}", 12.5)
    assert (first.endpoint.base_url, first.endpoint.model) == (URL, "big/model:latest")
    assert (first.endpoint.context_tokens, first.endpoint.max_tokens, first.endpoint.temperature) == (32000, 900, 0)
    assert (first.placeholders, second.placeholders, last.placeholders) == (False, None, None)
    assert second.endpoint is not None
    assert second.endpoint.api_key is None
    assert (second.endpoint.context_tokens, second.endpoint.max_tokens, second.endpoint.temperature) == (8192, 700, 0.4)
    assert last == Listed("embedded", None, 15)
    assert KEY not in repr((first, second, last))


def test_the_drafts_time_is_shared() -> None:
    """Without deadlines each has an equal share, so that the next gets its turn, and the last what is left."""
    listed = parsed(f"  - {{url: {URL}, name: a}}\n  - {{url: {URL}, name: b}}\n  - embedded: true\n")
    assert [each.deadline_s for each in listed] == [20, 20, 60]
    assert [each.deadline_s for each in parsed("  - embedded: true\n")] == [60]


@pytest.mark.parametrize(
    ("entry", "line", "field", "message"),
    [
        (f"url: {URL}", 3, "endpoints.1", "needs `url` and `name`"),
        ("name: a", 3, "endpoints.1", "needs `url` and `name`"),
        ("deadline_s: 5", 3, "endpoints.1", "needs `url` and `name`"),
        ("embedded: false", 3, "endpoints.1", "needs `url` and `name`"),
        ("embedded: 1", 3, "endpoints.1.embedded", "valid boolean"),
        ("embedded: null", 3, "endpoints.1.embedded", "valid boolean"),
        ("embedded: true, name: a", 3, "endpoints.1.name", "only deadline_s"),
        ("embedded: true, placeholders: true", 3, "endpoints.1.placeholders", "only deadline_s"),
        (f"url: {URL}, name: a, placeholders: maybe", 3, "endpoints.1.placeholders", "valid boolean"),
        ("embedded: true, temperature: 0", 3, "endpoints.1.temperature", "only deadline_s"),
        ("url: ftp://a/v1, name: a", 3, "endpoints.1.url", "must begin with http:// or https://"),
        ("url: '', name: a", 3, "endpoints.1.url", "must begin with"),
        ("url: 'http://a/v1?key=x', name: a", 3, "endpoints.1.url", "no `?`"),
        ("url: 'http://me:hunter2@a/v1', name: a", 3, "endpoints.1.url", "the variable that api_key_variable names"),
        (f"url: {URL}, name: ''", 3, "endpoints.1.name", "at least 1 character"),
        (f'url: {URL}, name: "a\\nb"', 3, "endpoints.1.name", "match pattern"),
        (f"url: {URL}, name: 7", 3, "endpoints.1.name", "valid string"),
        (f"url: {URL}, name: a, api_key: {KEY}", 3, "endpoints.1.api_key", "is not a known field"),
        (f"url: {URL}, name: a, api_key_variable: {KEY}", 3, "endpoints.1.api_key_variable", "match pattern"),
        (f"url: {URL}, name: a, api_key_variable: NO_SUCH", 3, "endpoints.1.api_key_variable", "is not set"),
        (f"url: {URL}, name: a, api_key_variable: EMPTY", 3, "endpoints.1.api_key_variable", "is not set"),
        (f"url: {URL}, name: a, api_key_variable: BROKEN", 3, "endpoints.1.api_key_variable", "line break"),
        (f"url: {URL}, name: a, context_tokens: 1023", 3, "endpoints.1.context_tokens", "greater than or equal"),
        (f"url: {URL}, name: a, max_tokens: 8192", 3, "endpoints.1.max_tokens", "must be less than the 8192"),
        (f"url: {URL}, name: a, max_tokens: 9.5", 3, "endpoints.1.max_tokens", "valid integer"),
        (f"url: {URL}, name: a, temperature: 2.1", 3, "endpoints.1.temperature", "less than or equal to 2"),
        (f"url: {URL}, name: a, deadline_s: 0", 3, "endpoints.1.deadline_s", "greater than 0"),
        (f"url: {URL}, name: a, deadline_s: .nan", 3, "endpoints.1.deadline_s", ""),
        (f"url: {URL}, name: a, deadline_s: .inf", 3, "endpoints.1.deadline_s", ""),
        (f"url: {URL}/, name: first", 3, "endpoints.1", f"first at {URL} stands twice, first on line 2"),
    ],
)
def test_a_wrong_entry_is_named(entry: str, line: int, field: str, message: str) -> None:
    """The error names line and field, and repeats neither key nor password."""
    with pytest.raises(YamlError) as caught:
        parsed(f"  - {{url: {URL}, name: first}}\n  - {{{entry}}}\n")
    assert (caught.value.line, caught.value.field) == (line, field)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not any(secret in str(caught.value) for secret in (KEY, "hunter2", "very-secret", "NO_SUCH"))


def test_the_embedded_model_stands_once() -> None:
    """There is one of it."""
    with pytest.raises(YamlError, match=r"line 3: endpoints\.1: embedded stands twice, first on line 2"):
        parsed("  - embedded: true\n  - embedded: true\n")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "line 1: the file is empty"),
        (b"endpoints: []", "line 1: endpoints: "),
        (b"endpoints:", "line 1: endpoints: "),
        (b"- embedded: true", "line 1: "),
        (b"endpoints:\n  - embedded: true\n  - 5", "line 3: endpoints.1: "),
        (b"endpoints:\n  - embedded: true\nretries: 3", "line 3: retries: "),
        (b"endpoints: [{embedded: true", "not valid YAML"),
        (b"endpoints: [" + b"{embedded: true}, " * 17 + b"]", "line 1: endpoints: "),
        (b"\xff\xfe", "cannot be read as UTF-8"),
    ],
)
def test_what_is_no_list_of_endpoints_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    """Any broken file is told by its path."""
    path = tmp_path / "endpoints.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        read_endpoints(path, VARIABLES, DEFAULTS)
    assert str(caught.value).startswith(f"{path}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    """The message names the setting too."""
    with pytest.raises(ConfigurationError, match=r"cannot be read \(AMENDS_ENDPOINTS\)"):
        read_endpoints(tmp_path / name, VARIABLES, DEFAULTS)
