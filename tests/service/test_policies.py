"""Loading policies: the shipped ones, a folder of one's own, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import ConfigurationError
from service.policies import load_policies
from tests.guardrails.policies import default_text


def refused(folder: Path) -> str:
    """What is said of a folder that is wrong."""
    with pytest.raises(ConfigurationError) as caught:
        load_policies(folder)
    return str(caught.value)


def test_the_shipped_policies_load() -> None:
    """Without a folder, Amends has its own, the default one among them."""
    policies = load_policies(None)
    assert {"default", "wording_only"} <= policies.keys()
    assert all(policy.name == name for name, policy in policies.items())


def test_a_folder_replaces_the_shipped_ones(tmp_path: Path) -> None:
    """Only what stands in the folder is known; other files are left alone."""
    (tmp_path / "default.yaml").write_text(default_text())
    (tmp_path / "strict.yaml").write_text(default_text().replace("name: default", "name: strict"))
    (tmp_path / "README.md").write_text("no policy")
    assert set(load_policies(tmp_path)) == {"default", "strict"}


def test_a_fault_names_file_line_and_field(tmp_path: Path) -> None:
    """One wrong policy stops the start, and says where it is wrong."""
    (tmp_path / "default.yaml").write_text(default_text().replace("limit: 2}", "limit: 9}", 1))
    message = refused(tmp_path)
    assert message.startswith(f"{tmp_path / 'default.yaml'}: line ")
    assert "checks.apology.limit" in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "cannot be read as UTF-8"),
        (b"- 1", "line 1"),
        (b"name: [", "not valid YAML"),
    ],
)
def test_what_is_no_policy_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    """Any broken file is told by its path."""
    (tmp_path / "default.yaml").write_bytes(content)
    message = refused(tmp_path)
    assert str(tmp_path / "default.yaml") in message
    assert says in message


def test_a_folder_must_be_there(tmp_path: Path) -> None:
    """The message names the folder and the variable."""
    message = refused(tmp_path / "missing")
    assert str(tmp_path / "missing") in message
    assert "AMENDS_POLICY_DIR" in message


def test_there_must_be_a_default(tmp_path: Path) -> None:
    """Who asks for no policy gets `default`, so it has to exist."""
    (tmp_path / "strict.yaml").write_text(default_text().replace("name: default", "name: strict"))
    assert "default.yaml" in refused(tmp_path)


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    """A policy that cannot be opened stops the start too."""
    (tmp_path / "default.yaml").mkdir()
    assert str(tmp_path / "default.yaml") in refused(tmp_path)
