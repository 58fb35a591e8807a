"""Tests of the tone check."""

from __future__ import annotations

import pytest

from guardrails.checks.tone import Tone
from tests.guardrails.checks.levels import MODEL, read


@pytest.mark.parametrize(
    ("level", "draft"),
    [
        (0, "I am sorry about the armchair. A new one comes on Friday."),
        (1, "Oopsie! Silly us!"),
        (2, "It is your own fault: you should have checked the armchair."),
        (2, "Calm down, it is only a chair."),
    ],
)
def test_levels(level: int, draft: str) -> None:
    """Blame and mockery are level 2, a wrong register level 1."""
    assert read(Tone(MODEL), draft).level == level


@pytest.mark.parametrize("draft", ["", "👍", "?!", "\n" * 5_000, "a" * 20_000, "\0", "\u202eabc\u202c"])
def test_odd_drafts(draft: str) -> None:
    """Whatever the draft holds, there is a reading, and it is not rude."""
    reading = read(Tone(MODEL), draft)
    assert reading.skipped or reading.level in (0, 1)


def test_another_language_is_skipped() -> None:
    """A draft that is not English is not judged."""
    german = "Es tut uns sehr leid, dass Ihr Sessel mit einem gebrochenen Bein geliefert wurde."
    assert read(Tone(MODEL), german).skipped
