"""Tests of promises and offers."""

from __future__ import annotations

import pytest

from guardrails.values.offers import mentions, offers


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We will refund you.", "refund"),
        ("You'll get your money back.", "refund"),
        ("Please accept a gift card.", "voucher"),
        ("We'll take 10% off.", "discount"),
        ("We are sending you a new kettle.", "replacement"),
        ("Dinner is on us.", "free"),
        ("We won't bill you.", "waive"),
        ("This will never happen again.", "guarantee"),
        ("We have passed this on to our depot.", "passing_on"),
        ("You are welcome to keep it.", "keeping"),
        ("We apologise for the mix-up and will give you a voucher.", "voucher"),
        ("We regret this and are happy to offer you a voucher.", "voucher"),
        ("We will refund what I cannot explain.", "refund"),
        ("I have refunded you, which I cannot do twice.", "refund"),
    ],
)
def test_offers(text: str, kind: str) -> None:
    """A promise in any wording has its kind."""
    assert kind in {offer.kind for offer in offers(text)}


@pytest.mark.parametrize(
    "text",
    [
        "We cannot refund you.",
        "No refund is possible.",
        "You asked for a refund.",
        "I am sorry that your refund is late.",
        "Feel free to call.",
        "That is on us.",
        "This should never have happened.",
        "Please keep an eye on your post.",
        "You were passed on to three people.",
        "I understand that you wrote twice and are still waiting for a refund.",
        "The free night I can't give.",
        "The full refund is beyond what I am allowed.",
        "A discount for June is more than I may offer.",
        "I cannot tell you today whether the fare or the 35 euros for the taxi will be refunded.",
    ],
)
def test_no_offers(text: str) -> None:
    """Refusals, the customer's own words, ownership and courtesy promise nothing."""
    assert not offers(text)


def test_mentions() -> None:
    """What is spoken of without a promise is a mention; what is denied is not."""
    assert [each.kind for each in mentions("Refund £40")] == ["refund"]
    assert not mentions("A new camera is not possible.")
