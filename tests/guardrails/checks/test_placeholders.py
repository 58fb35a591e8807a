"""Tests of the placeholders check."""

from __future__ import annotations

import pytest
from hypothesis import given

from guardrails.checks.placeholders import Placeholders
from tests.guardrails.exact import GOOD, HOSTILE, TEXTS, quoted, read


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("Dear [Name], sorry", "[Name]"),
        ("see {{order_id}} now", "{{order_id}}"),
        ("Hello {name}!", "{name}"),
        ("<insert name here>", "<insert name here>"),
        ("your <order number>", "<order number>"),
        ("on XX/XX we call", "XX/XX"),
        ("Sincerely,\nYour Name", "Your Name"),
        ("write your name here", "your name here"),
        ("\n[Agent]", "[Agent]"),
        ("call ____ today", "____"),
        ("$AMOUNT back", "$AMOUNT"),
        ("on TBD", "TBD"),
        ("call xxx-xxxx", "xxx-xxxx"),
        ("Lorem ipsum dolor", "Lorem ipsum"),
        ("within XX days", "XX"),
        ("£XX is yours", "£XX"),
        ("on DD/MM/YYYY", "DD/MM/YYYY"),
        ("call 555-XXXX", "XXXX"),
        ("Dear %NAME%", "%NAME%"),
        ("(insert the date)", "(insert the date)"),
    ],
)
def test_flagged(text: str, blank: str) -> None:
    """Blanks in every common notation are pointed at and named in the advice."""
    reading = read(Placeholders(), text)
    assert quoted(reading, text) == [blank]
    assert blank in (reading.advice or "")


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        'You wrote "recieve [sic]".',
        "I <3 this",
        "the card ending in 1234",
        "card XXXX XXXX XXXX 1234",
        "size XXL and XXXL shirts",
        "[our site](https://example.com/a)",
        "<https://example.com/a>",
        "write to <care@example.com>",
        "see note [1]",
        "Love, Sam xxx",
        "$40 USD or $USD 40",
        "name_with_underscores",
        "[pearl@example.club]",
        "You can track your order here: www.example.com/track",
        "As the manager here at Acme, I am sorry.",
        "Please add your order number here: www.example.com/form",
    ],
)
def test_allowed(text: str) -> None:
    """Brackets and crosses that mean something are no blanks."""
    assert not read(Placeholders(), text).faulty


def test_what_the_case_writes_is_no_blank() -> None:
    """A mark that the customer wrote may be repeated."""
    assert not read(Placeholders(), "About [Ticket 12]:", complaint="My ticket is [Ticket 12].").faulty
    assert read(Placeholders(), "About [Ticket 12]:").faulty


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    """Any text gets a reading."""
    read(Placeholders(), text)


@given(TEXTS)
def test_offsets(text: str) -> None:
    """Findings lie inside the text."""
    read(Placeholders(), text)
