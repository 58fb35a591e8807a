"""Tests of the acknowledgement check."""

from __future__ import annotations

import pytest

from guardrails.checks.acknowledgement import Acknowledgement
from tests.guardrails.checks.levels import MODEL, read


@pytest.mark.parametrize(
    ("level", "draft"),
    [
        (0, "Have a nice day."),
        (1, "Thank you for sharing your concerns about this issue."),
        (2, "Your blue armchair came with a broken leg and a scratched armrest."),
    ],
)
def test_levels(level: int, draft: str) -> None:
    """Pointing at an issue is a gesture; saying what went wrong is an acknowledgement."""
    assert read(Acknowledgement(MODEL), draft).level == level


@pytest.mark.parametrize("draft", ["", "👍", "?!", "\n" * 5_000, "a" * 20_000, "\0", "\u202eabc\u202c"])
def test_odd_drafts(draft: str) -> None:
    """Whatever the draft holds, there is a reading, and it is no better than nothing acknowledged."""
    reading = read(Acknowledgement(MODEL), draft)
    assert reading.skipped or reading.level == 0


def test_another_language_is_skipped() -> None:
    """A draft that is not English is not judged."""
    assert read(
        Acknowledgement(MODEL), "Es tut uns sehr leid, dass Ihr Sessel mit einem gebrochenen Bein geliefert wurde."
    ).skipped
