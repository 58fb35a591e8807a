"""The six simple checks, which all that is compared is given."""

from __future__ import annotations

import pytest

from benchmarks.speed.simple_checks import MOST_WORDS, failed

GOOD = "I am sorry that your kettle broke. We refund £42.50 today, and I call you on Wednesday."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD, []),
        (GOOD.replace("I am sorry that your", "Your"), ["apology"]),
        (f"Unfortunately we are busy. {GOOD}", ["excuses"]),
        (GOOD.replace("refund £42.50", "think of it"), ["solution"]),
        (GOOD.replace("call", "thank"), ["follow_up"]),
        (GOOD + " so" * MOST_WORDS, ["length"]),
        (f"{GOOD} My address is maya@example.com.", ["personal_data"]),
        (f"{GOOD} My number is 020 7946 0142.", ["personal_data"]),
    ],
)
def test_each_check_sees_its_fault(text: str, expected: list[str]) -> None:
    """A text that lacks one thing fails that check alone."""
    assert failed(text) == expected
