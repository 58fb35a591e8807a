"""Tests of amounts of money and percentages."""

from __future__ import annotations

import pytest

from guardrails.values.amounts import amounts
from guardrails.values.normal import normal


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("£40", "GBP40"),
        ("£40.00", "GBP40"),
        ("40 pounds", "GBP40"),
        ("forty pounds", "GBP40"),
        ("40 GBP", "GBP40"),
        ("￡４０", "GBP40"),
        ("£\u00a040", "GBP40"),
        ("$1,250.00", "$1250"),
        ("1250 USD", "$1250"),
        ("USD 1250", "$1250"),
        ("a hundred dollars", "$100"),
        ("€1.250,50", "EUR1250.5"),
        ("1 250,50 €", "EUR1250.5"),
        ("forty-five euros", "EUR45"),
        ("Rs. 1,00,000", "INR100000"),
        ("50p", "GBP0.5"),
        ("Rſ 500", "INR500"),
        ("R450", "ZAR450"),
        ("R 1 250.00", "ZAR1250"),
        ("40 poundſ", "GBP40"),
        ("99 cents", "$0.99"),
        ("£1.5k", "GBP1500"),
        ("20%", "%20"),
        ("twenty per cent", "%20"),
    ],
)
def test_reads(text: str, key: str) -> None:
    """One amount has one key, in every spelling."""
    assert key in {each for value in amounts(normal(text)) for each in value.keys}


@pytest.mark.parametrize(
    "text",
    [
        "5 p.m.",
        "5 people",
        "2 try again",
        "size 40",
        "R2D2",
        "remedy R2",
        "order R10234",
        "R10234",
        "booking R450",
        "r 40",
        "no money",
    ],
)
def test_no_amount(text: str) -> None:
    """Numbers of something else are no money."""
    assert not list(amounts(text))
