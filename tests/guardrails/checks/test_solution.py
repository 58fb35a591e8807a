"""Tests of the solution check."""

from __future__ import annotations

import pytest

from guardrails.checks.solution import Solution
from tests.guardrails.checks.levels import MODEL, read


@pytest.mark.parametrize(
    ("level", "draft"),
    [
        (0, "Your comfort means a lot to us."),
        (1, "We will look into this and pass it on to the team."),
        (1, "Please contact our support team so that we can help you."),
        (2, "We will replace the armchair on Friday."),
        (2, "I have refunded the full price of £240 today."),
        (2, "We can send a new armchair on Friday or refund the £240: which one would you prefer?"),
    ],
)
def test_levels(level: int, draft: str) -> None:
    """An intention is vague; a deed, a date or a choice is concrete."""
    assert read(Solution(MODEL), draft).level == level


@pytest.mark.parametrize("draft", ["", "👍", "?!", "\n" * 5_000, "a" * 20_000, "\0", "\u202eabc\u202c"])
def test_odd_drafts(draft: str) -> None:
    """Whatever the draft holds, there is a reading, and it is no better than no solution."""
    reading = read(Solution(MODEL), draft)
    assert reading.skipped or reading.level == 0


def test_another_language_is_skipped() -> None:
    """A draft that is not English is not judged."""
    german = "Es tut uns sehr leid, dass Ihr Sessel mit einem gebrochenen Bein geliefert wurde."
    assert read(Solution(MODEL), german).skipped
