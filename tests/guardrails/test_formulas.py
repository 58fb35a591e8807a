"""Tests of what the words alone settle about an apology."""

from __future__ import annotations

import pytest

from guardrails.formulas import has_regret, is_formula


@pytest.mark.parametrize(
    ("text", "regret"),
    [
        ("We are so sorry about the cracked lid.", True),
        ("Our apologies for the late parcel.", True),
        ("We deeply regret the noise at night.", True),
        ("It is a matter of regret to all of us that the boiler failed.", True),
        ("We are disappointed and saddened by your review.", False),
        ("We regret to inform you that your card was refused.", False),
        ("Thank you for telling us.", False),
    ],
)
def test_regret(text: str, regret: bool) -> None:  # noqa: FBT001  # a table's column
    """Sadness is no apology, and neither is a polite refusal."""
    assert has_regret(text) is regret


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("We are sorry if our driver upset your daughter.", True),
        ("Hi Ana, if the lid was cracked, we apologise.", True),
        ("We are sorry if our driver upset you. I am sorry that he swore at your daughter.", False),
        ("I am sorry that nobody asked if you were well.", False),
        ("We are so sorry that your parcel came broken, and sorry if the silence upset you.", False),
        ("If I were you I would be angry, and I am sorry that your parcel came broken.", False),
        ("If the tracking said delivered and nothing came, I am sorry that our driver lost it.", False),
        ("If your visit was less than you had hoped for, we do apologise.", True),
        ("You paid £60 extra for a sea view and got a view of bins. We apologise.", False),
        ("Beans on toast for nine on Christmas Eve. I am so sorry, and please tell them so.", False),
        ("Thank you for your review. We are sorry.", True),
        ("Could you send us your order number and e-mail? Sorry about this.", True),
    ],
)
def test_an_apology_for_what_may_not_have_been(text: str, formula: bool) -> None:  # noqa: FBT001  # a table's column
    """It counts only beside one without a condition."""
    assert is_formula(text) is formula


@pytest.mark.parametrize(
    "text",
    [
        "Sorry for any inconvenience caused.",
        "We are really sorry that you had such a negative experience with us. Please call us.",
        "Kindly accept our sincerest apologies for the unfortunate incident during your recent stay.",
        "We apologise for the trouble. Thank you for your feedback.",
        "I'm sorry you feel that way.",
        "Hi Dana, sorry to hear that! We'd suggest a restart of the router.",
        "Hello Piet, we regret the hassle. This is not the experience we want for you.",
        "Sorry about this. Which version of the printer driver do you use?",
        "Sorry to hear that - make sure that your lamp has the newest firmware.",
        "We apologise for the trouble, please send the order number to care@lamp.example.",
    ],
)
def test_formulas(text: str) -> None:
    """These would fit any complaint."""
    assert is_formula(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sorry for the inconvenience caused by the broken lift.",
        "I am sorry. A two-hour queue is not acceptable.",
        "We apologise for the smell of paint in the corridor.",
        "Sorry for the inconvenience. I am also sorry that Tom shouted at you.",
        "Thank you for your letter.",
        "I am sorry. You waited two hours in the rain for a bus that never came.",
        "I am sorry. We sent you twelve books instead of one.",
        "Three hours without water is awful, Sam, and we're sorry.",
        "Your bag never left the airport, please accept our apologies.",
    ],
)
def test_what_is_no_formula(text: str) -> None:
    """A word of its own, in the regret or right behind it, makes it more than a formula."""
    assert not is_formula(text)
