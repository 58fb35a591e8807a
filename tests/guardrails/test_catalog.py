"""Tests of the catalog: no check is left out, and verdicts come in the order of checks.md."""

from __future__ import annotations

from importlib.resources import files

from guardrails.catalog import all_checks
from guardrails.model.reader import OnnxCheckModel
from guardrails.policy import CheckRules
from tests.guardrails.exact import SUPPORT
from tests.guardrails.policies import make_policy

MODEL = OnnxCheckModel()
ORDER = (
    "apology excuses solution follow_up acknowledgement tone grounding remedies constraints placeholders "
    "personal_data leakage language length"
).split()


def test_every_check_is_in_the_catalog_in_order() -> None:
    """The names are those of checks.md, in its order."""
    assert [check.name for check in all_checks(make_policy(), MODEL, SUPPORT)] == ORDER


def test_each_file_is_in_the_catalog() -> None:
    """A file in checks/ that the catalog does not list would never run."""
    names = {file.name.removesuffix(".py") for file in (files("guardrails") / "checks").iterdir() if file.is_file()}
    assert names - {"__init__"} == set(ORDER)


def test_each_check_has_a_rule() -> None:
    """A policy says of every check whether it blocks."""
    assert set(CheckRules.model_fields) == set(ORDER)
