"""Tests of constraints read into rules."""

from __future__ import annotations

import pytest

from guardrails.values.constraint_rules import Rule, rules


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("under 280 characters", (Rule("most", number=279, unit="characters"),)),
        ("At most three sentences.", (Rule("most", number=3, unit="sentences"),)),
        ("exactly two words", (Rule("least", number=2), Rule("most", number=2))),
        ("No links, no emoji.", (Rule("mark", "link"), Rule("mark", "emoji"))),
        ("Do not mention refunds or credits", (Rule("forbidden", "refunds"), Rule("forbidden", "credits"))),
        ("only a voucher may be offered", (Rule("only", "a voucher"),)),
        ("Be kind", (None,)),
        ("Apologise in one sentence", (None,)),
        ("Keep the greeting to one line", (None,)),
        ("Keep it under 100 words and open with an apology", (Rule("most", number=99), None)),
        ("Reply in under 280 characters including the apology", (Rule("most", number=279, unit="characters"), None)),
        ("If they ask, no links", (None,)),
        ("No links, and be kind", (Rule("mark", "link"), None)),
        ("", ()),
    ],
)  # fmt: skip
def test_reads(constraint: str, expected: tuple[Rule | None, ...]) -> None:
    """Each part of a constraint gives its rules, or None where no machine can decide it."""
    assert rules(constraint) == expected
