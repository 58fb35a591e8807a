"""Tests of the excuses check."""

from __future__ import annotations

import pytest

from guardrails.checks.excuses import Excuses
from tests.guardrails.checks.levels import MODEL, read


@pytest.mark.parametrize(
    ("level", "draft"),
    [
        (0, "We will bring you a new armchair on Friday."),
        (1, "We packed the wrong armchair, and I am sorry."),
        (2, "Due to high demand our deliveries are not as careful as usual."),
        (2, "That is the fault of our courier, who handles hundreds of armchairs."),
        (2, "You should have checked the armchair before the driver left."),
        (2, "This is a very rare occurrence and most customers love the chair."),
    ],
)
def test_levels(level: int, draft: str) -> None:
    """A cause that is owned explains; one that makes our part smaller excuses."""
    assert read(Excuses(MODEL), draft).level == level


@pytest.mark.parametrize("draft", ["", "👍", "?!", "\n" * 5_000, "a" * 20_000, "\0", "\u202eabc\u202c"])
def test_odd_drafts(draft: str) -> None:
    """Whatever the draft holds, there is a reading, and it is no better than no cause."""
    reading = read(Excuses(MODEL), draft)
    assert reading.skipped or reading.level == 0


def test_another_language_is_skipped() -> None:
    """A draft that is not English is not judged."""
    german = "Es tut uns sehr leid, dass Ihr Sessel mit einem gebrochenen Bein geliefert wurde."
    assert read(Excuses(MODEL), german).skipped
