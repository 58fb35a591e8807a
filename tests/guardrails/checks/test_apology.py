"""Tests of the apology check."""

from __future__ import annotations

import pytest

from guardrails.checks.apology import Apology
from tests.guardrails.checks.levels import MODEL, read


@pytest.mark.parametrize(
    ("level", "draft"),
    [
        (0, "Thank you for writing to us about the armchair."),
        (1, "We are sorry for any inconvenience caused."),
        (1, "We are sorry if the broken leg of the armchair upset you."),
        (1, "If the broken leg of the armchair was less than you had hoped for, we do apologise."),
        (1, "I am sorry you feel that way about your armchair delivery."),
        (2, "I am very sorry that your blue armchair arrived with a broken leg."),
        (2, "I am so sorry. That your armchair came with a broken leg after six weeks is not acceptable."),
        (3, "I am sorry that your armchair came with a broken leg. That was our mistake."),
    ],
)
def test_levels(level: int, draft: str) -> None:
    """A formula or a condition is hollow; naming what happened is specific; taking responsibility is owned."""
    assert read(Apology(MODEL), draft).level == level


@pytest.mark.parametrize("draft", ["", "👍", "?!", "\n" * 5_000, "a" * 20_000, "\0", "\u202eabc\u202c"])
def test_odd_drafts(draft: str) -> None:
    """Whatever the draft holds, there is a reading, and it is no better than none at all."""
    reading = read(Apology(MODEL), draft)
    assert reading.skipped or reading.level == 0


def test_another_language_is_skipped() -> None:
    """A draft that is not English is not judged."""
    german = "Es tut uns sehr leid, dass Ihr Sessel mit einem gebrochenen Bein geliefert wurde."
    assert read(Apology(MODEL), german).skipped
