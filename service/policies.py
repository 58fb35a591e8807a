"""Loads the folder of policies; a bad one stops the start."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from guardrails.located_yaml import YamlError
from guardrails.policy import Policy, parse_policy
from service.checking import DEFAULT_POLICY
from service.errors import ConfigurationError


def load_policies(folder: Path | None) -> dict[str, Policy]:
    """Every policy of a folder by its name; without a folder, those that come with Amends.

    Raises:
        ConfigurationError: names file, line and field of what is wrong.
    """
    place = folder or Path(str(files("guardrails"))) / "policies"
    if not place.is_dir():
        raise ConfigurationError(f"{place}: there is no such folder of policies (AMENDS_POLICY_DIR)")
    policies = {path.stem: _load(path) for path in sorted(place.glob("*.yaml"))}
    if DEFAULT_POLICY not in policies:
        raise ConfigurationError(f"{place}: there must be a policy {DEFAULT_POLICY}.yaml")
    return policies


def _load(path: Path) -> Policy:
    try:
        return parse_policy(path.read_text(encoding="utf-8"), path.stem)
    except YamlError as error:
        raise ConfigurationError(f"{path}: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read as UTF-8 text: {error}") from error
