"""Tests of the follow_up check."""

from __future__ import annotations

import pytest

from guardrails.checks.follow_up import FollowUp
from tests.guardrails.checks.levels import MODEL, read


@pytest.mark.parametrize(
    ("level", "draft"),
    [
        (0, "Thank you for your patience."),
        (1, "Feel free to reach out to our support team."),
        (1, "We will be in touch."),
        (1, "Please do not hesitate to contact a member of our customer service team."),
        (1, "I've asked our team to pick this up and they will be in touch shortly."),
        (2, "Priya Nair in Order Resolutions will contact you within two weeks."),
        (2, "Write to care@armchairs.example with two photos."),
        (2, "Please send us a DM with your order number."),
        (3, "Priya Nair from Deliveries will call you on 020 7946 0142 by Friday noon."),
        (3, "Our delivery team will call you by Friday."),
    ],
)
def test_levels(level: int, draft: str) -> None:
    """A contact is usable with an address or a time, and named with a person or team besides."""
    assert read(FollowUp(MODEL), draft).level == level


@pytest.mark.parametrize("draft", ["", "👍", "?!", "\n" * 5_000, "a" * 20_000, "\0", "\u202eabc\u202c"])
def test_odd_drafts(draft: str) -> None:
    """Whatever the draft holds, there is a reading, and it is no better than no contact."""
    reading = read(FollowUp(MODEL), draft)
    assert reading.skipped or reading.level == 0


def test_another_language_is_skipped() -> None:
    """A draft that is not English is not judged."""
    german = "Es tut uns sehr leid, dass Ihr Sessel mit einem gebrochenen Bein geliefert wurde."
    assert read(FollowUp(MODEL), german).skipped
