"""Tests of the catalog: no check is left out, and verdicts come in the order of checks.md."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

from guardrails.catalog import all_checks
from guardrails.model.reader import OnnxCheckModel
from guardrails.policy import CheckRules
from tests.guardrails.exact import SUPPORT
from tests.guardrails.policies import make_policy

# In a process of its own: what the files are that a draft makes the checks open, in German, with numbers and dates.
OPENED = """
import sys
from datetime import UTC, datetime
from guardrails.catalog import all_checks
from guardrails.model.reader import OnnxCheckModel
from guardrails.runner import run_checks
from guardrails.support_model.reader import OnnxSupportModel
from guardrails.types import Agent, Context, Draft
from service.policies import load_policies

policy = load_policies(None)["default"]
checks = all_checks(policy, OnnxCheckModel(), OnnxSupportModel())
context = Context(brand="Harbourline", agent=Agent(name="Maya"), facts=("The kettle came on 14 March.",))
texts = [
    "Es tut uns leid, dass Ihr Wasserkocher am Freitag mit einem Sprung im Deckel angekommen ist.",
    "I am sorry that the lid was cracked. Call 7946 0142 or 555-010-4477 by Friday, 21 March, for £42.50 or 10 % off.",
    "I am sorry that the lid of your kettle was cracked when it came on 14 March, and that you had to write twice "
    "about it. We will send you a new one today, and Maya will call you on (030) 901820 when it is on its way to you.",
]
opened = []
sys.addaudithook(lambda event, what: opened.append(str(what[0])) if event in ("open", "import") else None)
for text in texts:
    draft = Draft(text=text, complaint="The lid is cracked.", context=context, now=datetime(2025, 3, 19, tzinfo=UTC))
    run_checks(checks, draft, policy, timeout_s=60)
print(*opened, sep="\\n")
"""
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


def test_no_draft_waits_for_a_file() -> None:
    """The tables that only some drafts need are read when the checks are made, not while a customer waits."""
    opened = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, text=True, check=True)
    assert opened.stdout.split() == []
