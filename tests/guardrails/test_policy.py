"""Tests of policies: the shipped ones follow design.md, and a bad one names file, line and field."""

from __future__ import annotations

import re

import pytest

from guardrails.catalog import all_checks
from guardrails.located_yaml import YamlError
from guardrails.model.reader import OnnxCheckModel
from guardrails.policy import parse_policy
from guardrails.types import Draft
from tests.guardrails.exact import SUPPORT
from tests.guardrails.policies import default_text, make_policy

MODEL = OnnxCheckModel()
ADVISING = {"acknowledgement", "length"}


def test_the_default_policy_blocks_what_the_design_says() -> None:
    """All but acknowledgement and length block; tone does so at its level 2 alone."""
    policy = make_policy()
    names = [check.name for check in all_checks(policy, MODEL, SUPPORT)]
    assert {name for name in names if not policy.rule(name).blocking} == ADVISING
    assert {name: policy.limit(name) for name in names if policy.limit(name) is not None} == {
        "apology": 2,
        "excuses": 1,
        "solution": 2,
        "follow_up": 2,
        "acknowledgement": 2,
        "tone": 1,
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("apology: {blocking: true, limit: 2}", "apology: {blocking: true, limit: 9}", 9, "checks.apology.limit"),
        ("apology: {blocking: true, limit: 2}", "apology: {blocking: true, limit: two}", 9, "checks.apology.limit"),
        ("excuses: {blocking: true}", "excuses: {blocking: true, limit: 1}", 10, "checks.excuses.limit"),
        ("  length: {blocking: false}\n", "", 8, "checks.length"),
        ("explanations: true", "explanations: maybe", 5, "explanations"),
        ("explanations: true", "explanation: true", 5, "explanation"),
        ("no_context: fail", "no_context: ignore", 26, "skipped.no_context"),
        ("low: 0.45", "low: -0.1", 31, "uncertain.low"),
        ("low: 0.45", "low: .nan", 31, "uncertain.low"),
        ("low: 0.45", "low: '0.45'", 31, "uncertain.low"),
        ("low: 0.45", "low: 0.55", 32, "uncertain.high"),
        ("low: 0.45", "low: 0.6", 32, "uncertain.high"),
        ("high: 0.55", "high: 1.01", 32, "uncertain.high"),
        ("  high: 0.55", "  # high: 0.55", 30, "uncertain.high"),
        ("outcome: fail", "outcome: pass", 35, "uncertain.outcome"),
        ("  outcome: fail", "  outcome: fail\n  who: me", 36, "uncertain.who"),
        ("uncertain:", "unsure:", 30, "unsure"),
        ("social: {characters: 280}", "social: {characters: 0}", 41, "lengths.social.characters"),
        ("name: default", "name: other", 1, "name"),
    ],
)
def test_a_bad_policy_names_line_and_field(old: str, new: str, line: int, field: str) -> None:
    """The first fault is told with the line on which it, or what lacks it, stands."""
    assert old in default_text()
    with pytest.raises(YamlError) as caught:
        parse_policy(default_text().replace(old, new), "default")
    assert (caught.value.field, caught.value.line) == (field, line), str(caught.value)


@pytest.mark.parametrize(
    ("score", "uncertain"),
    [(None, False), (0.4499, False), (0.45, True), (0.5, True), (0.55, True), (0.5501, False), (0.0, False)],
)
def test_both_ends_of_the_band_are_uncertain(score: float | None, uncertain: bool) -> None:  # noqa: FBT001  # a table's column
    """Only a score from low to high is; a check without a score is never."""
    assert make_policy().uncertain.holds(score) is uncertain


def test_uncertain_drafts_fail_unless_a_policy_says_otherwise() -> None:
    """The shipped policy asks nobody and lets nothing pass that is uncertain."""
    assert make_policy().uncertain.outcome == "fail"


@pytest.mark.parametrize("text", ["", "- a", "name: [", "name: default\nname: default", "&a [*a]", "a: &x 1\nb: *x"])
def test_what_is_no_policy_is_refused(text: str) -> None:
    """Whatever else the file holds, the answer is one clear line."""
    with pytest.raises(YamlError, match=r"^line \d+: "):
        parse_policy(text, "default")


def test_banned_phrases_and_lengths_reach_their_checks() -> None:
    """What a policy sets is what the checks hold a draft to."""
    policy = make_policy(
        banned_phrases=["valued customer"],
        lengths={name: {"words": 3} for name in ("email", "chat", "review", "social")},
    )
    draft = Draft(text="Dear valued customer, we are sorry.", complaint="The parcel is lost.", channel="email")
    faulty = {
        check.name
        for check in all_checks(policy, MODEL, SUPPORT)
        if check.name in {"constraints", "length"} and check.read(draft).faulty
    }
    assert faulty == {"constraints", "length"}


def test_the_default_policy_explains_itself() -> None:
    """Every group of fields has a comment for whoever copies the file."""
    assert len(re.findall(r"^#", default_text(), re.MULTILINE)) >= 3
