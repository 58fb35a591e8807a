"""Promises to find out: who finds out what, and that the customer is told."""

from __future__ import annotations

import time

import pytest

from guardrails.investigations import promise_to_find_out


@pytest.mark.parametrize(
    "text",
    [
        "I will check the delivery log and call you by Friday.",
        "Priya Nair, our warehouse lead, will find out why the box was open. She will write to you on 3 May.",
        "Our returns team is tracing both parcels; you will hear from them by noon.",
        "Ben from Harbourline Care is now going through your meter readings. Please wait. He will ring you.",
    ],
)
def test_a_promise_is_found(text: str) -> None:
    """Who, what, and in the same or one of the next two sentences that the customer hears of it."""
    assert promise_to_find_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "I will look into it and call you by Friday.",
        "I will look into the matter and call you.",
        "I will check the delivery log.",
        "I will check the delivery log. It is long. It is old. We will call you.",
        "Nobody will check your order, and you will hear nothing.",
        "This will check your order and send you a note.",
        "Please check the delivery log and call us.",
        "",
    ],
)
def test_a_near_miss_is_none(text: str) -> None:
    """Nobody in particular, nothing in particular, or nobody told."""
    assert promise_to_find_out(text) is None


@pytest.mark.parametrize("text", ["A-" * 10_000, "A'" * 10_000, "Our " * 5_000, "Aa Aa, aa of " * 1_500, "A" * 20_000])
def test_it_is_linear(text: str) -> None:
    """Twenty thousand characters of anything are read within a second or two, on a busy machine too."""
    started = time.process_time()
    promise_to_find_out(text)
    assert time.process_time() - started < 2
