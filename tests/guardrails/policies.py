"""The default policy with changes, for tests."""

from __future__ import annotations

import json
from importlib.resources import files

from guardrails.located_yaml import parse
from guardrails.policy import Policy, parse_policy


def default_text() -> str:
    """The policy that comes with Amends, as it is written."""
    return (files("guardrails") / "policies" / "default.yaml").read_text(encoding="utf-8")


def make_policy(**changes: object) -> Policy:
    """The default policy with other top-level fields."""
    data = parse(default_text()).data
    assert isinstance(data, dict)
    return parse_policy(json.dumps(data | changes), "default")
