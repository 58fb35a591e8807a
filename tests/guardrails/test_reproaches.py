"""Tests of reproaches that words alone settle."""

from __future__ import annotations

import pytest

from guardrails.reproaches import blame, insult


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You should have checked the box.", "You should have checked"),
        ("You failed to read the terms.", "You failed to"),
        ("It was your own mistake.", "your own mistake"),
        ("That is not our fault.", "is not our fault"),
        ("The delay wasn’t our mistake.", "wasn’t our mistake"),
        ("It is the candidate's responsibility to read it.", "the candidate's responsibility to read"),
        ("It is our responsibility to check the box.", None),
        ("From there it is out of our hands.", "out of our hands"),
        ("This is something we hardly ever see from our crews.", "something we hardly ever see"),
        ("Missing parts are extremely rare.", "parts are extremely rare"),
        ("Thankfully it rarely happens.", "rarely happens"),
        ("Please take it as an isolated incident.", "isolated incident"),
        ("Your record is rare, so a new one takes two weeks.", None),
        ("We rarely send letters.", None),
        ("None of this was your fault.", None),
        ("There is nothing we can do, as this was your own fault.", "was your own fault"),
        ("There is nothing more to add; it was your fault.", "was your fault"),
        ("It is your responsibility to check the size.", "your responsibility to check"),
        ("It was my responsibility to check your order.", None),
        ("This was not an isolated incident.", None),
        ("You should have felt safe in that car.", None),
        ("You should have stood beside your sister.", None),
        ("You should have paid £44.", None),
        ("Tell us which of you should have it.", None),
        ("Our hotline said 'you should have checked'.", None),
        ("You should have our correction by text.", None),
        ("It was your fault.", "was your fault"),
        ("You should have paid on time.", "You should have paid"),
        ("You should have received a call from us.", None),
        ("There is nothing you should have done differently.", None),
        ("We should have checked the box.", None),
        ("That was our fault.", None),
    ],
)
def test_blame(text: str, words: str | None) -> None:
    """What the customer was owed is no reproach."""
    finding = blame(text, "why")
    assert (text[finding.start : finding.end] if finding else None) == words


@pytest.mark.parametrize(
    ("text", "rude"),
    [
        ("Calm down, it is only a chair.", True),
        ("Stop complaining.", True),
        ("We take complaints seriously.", False),
        ("Please do not lift it on your own.", False),
    ],
)
def test_insult(text: str, rude: bool) -> None:  # noqa: FBT001  # a table's column
    """A boundary or a warning is no insult."""
    assert (insult(text, "why") is not None) is rude
