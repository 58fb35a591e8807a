"""Tests of the customer taken for a colleague."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.types import FollowUp
from guardrails.values.roles import mistaken_for_us
from tests.guardrails.exact import BASE, CONTEXT, GOOD, HOSTILE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Please write to Ana by Tuesday.", "write to Ana"),
        ("Call Ana Lopez on 0800 555 0142.", "Call Ana Lopez"),
        ("Ana Lopez in Order Resolutions will call you by noon.", "Ana Lopez in Order Resolutions will call"),
        ("Ana will look into this.", "Ana will look into"),
    ],
)
def test_flagged(text: str, words: str) -> None:
    """The customer is told to write to herself, or is said to do what we must do."""
    found = list(mistaken_for_us(replace(BASE, text=text)))
    assert [text[finding.start : finding.end] for finding, _ in found] == [words]
    assert all("Ana" in advice for _, advice in found)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "Ana, I will call you.",
        "Please call me, Ana.",
        "We will write to Ana's new address.",
        "Priya Nair will call you.",
        "Anabel will call you.",
    ],
)
def test_allowed(text: str) -> None:
    """The customer is spoken to, and others act."""
    assert not list(mistaken_for_us(replace(BASE, text=text)))


def test_a_shared_name() -> None:
    """Where one of us has the customer's first name too, the name alone says nothing."""
    context = CONTEXT.model_copy(update={"follow_up": FollowUp(person="Ana Ruiz", by="Friday noon")})
    assert not list(mistaken_for_us(replace(BASE, text="Ana will call you.", context=context)))


def test_nobody() -> None:
    """Without the customer's name or without context nobody is mistaken."""
    draft = replace(BASE, text="Ana will call you.")
    assert not list(mistaken_for_us(replace(draft, customer_name=None)))
    assert not list(mistaken_for_us(replace(draft, customer_name=" ")))
    assert not list(mistaken_for_us(replace(draft, context=None)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    """Any text gets an answer, as draft and as name."""
    list(mistaken_for_us(replace(BASE, text=text)))
    list(mistaken_for_us(replace(BASE, text=GOOD, customer_name=text[:200])))
