"""Tests of the check model as it ships: the same answer however it is asked, and an answer to everything."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.model.reader import OnnxCheckModel

MODEL = OnnxCheckModel()
COMPLAINT = "My blue armchair was delivered with a broken leg and a scratched armrest."
GOOD = (
    "I am very sorry that your blue armchair arrived with a broken leg. That was our mistake. "
    "We will bring you a new armchair on Friday. Priya Nair from Deliveries will call you on 020 7946 0142 tomorrow."
)
LEVELS = {"apology": 3, "excuses": 2, "solution": 2, "follow_up": 3, "acknowledgement": 2, "tone": 2}
HOSTILE = [
    "",
    "👍",
    "?!",
    "\n" * 5_000,
    "a" * 20_000,
    "sorry " * 3_300,
    "\0",
    "\u202eyrros\u202c",
    "<b>sorry</b> <script>alert(1)</script>",
    "# Sorry\n\n| a | b |\n|---|---|",
    "Sorry мир 你好 สวัสดี",
    "mistake.\n\nHere",
]


def test_a_good_reply_reaches_the_highest_levels() -> None:
    """Owned apology, no excuse, a concrete solution, a named contact, the problem said back, and no rudeness."""
    readings = MODEL.read(COMPLAINT, GOOD)
    assert readings is not None
    assert readings["apology"].level >= 2
    assert readings["excuses"].level <= 1
    assert (readings["solution"].level, readings["acknowledgement"].level) == (2, 2)
    assert readings["follow_up"].level >= 2
    assert readings["tone"].level <= 1
    assert "sorry" in GOOD[readings["apology"].start : readings["apology"].end]


def test_every_processor_answers_the_same() -> None:
    """Products of 8 bits that overflow, as some processors reckon them, would make the first of these chances 0.74."""
    complaint = "@FernacreRail guard refused to open the accessible loo for my disabled son. said 'use the next train'"
    draft = (
        "Hi Marla. No child should be told to use the next train when he needs the loo. "
        "All fares for you both are back on your card, £36.20. ^Dev"
    )
    readings = MODEL.read(complaint, draft)
    assert readings is not None
    assert readings["excuses"].at_least == pytest.approx((0.583, 0.356), abs=0.03)


def test_another_language_is_not_read() -> None:
    """What the model never learnt it does not judge."""
    assert MODEL.read(COMPLAINT, "Es tut uns sehr leid, dass Ihr Sessel beschädigt geliefert wurde.") is None


@pytest.mark.parametrize("draft", HOSTILE, ids=range(len(HOSTILE)))
def test_anything_gets_levels_and_places(draft: str) -> None:
    """Levels lie on their scales, probabilities fall, and evidence stands in the draft."""
    readings = MODEL.read(COMPLAINT, draft)
    if readings is None:
        return
    assert set(readings) == set(LEVELS)
    for name, reading in readings.items():
        assert 0 <= reading.level <= LEVELS[name] == len(reading.at_least)
        assert list(reading.at_least) == sorted(reading.at_least, reverse=True)
        assert 0 <= reading.start <= reading.end <= len(draft)


@pytest.mark.parametrize("draft", ["", "👍", "\n" * 5_000, "\0", "42 !!!"])
def test_a_reply_without_a_word_has_nothing(draft: str) -> None:
    """No apology, no solution, no contact: such a draft cannot pass."""
    readings = MODEL.read(COMPLAINT, draft)
    assert readings is None or {reading.level for reading in readings.values()} == {0}


def test_the_end_of_a_long_draft_counts() -> None:
    """An excuse behind a thousand words is found: no draft is judged by its beginning alone."""
    padding = "We have noted every detail of your letter. " * 150
    readings = MODEL.read(COMPLAINT, padding + "Due to the high season our partners are slower than usual.")
    assert readings is not None
    assert readings["excuses"].level == 2
    assert readings["excuses"].start > len(padding) - 300


def test_an_excuse_behind_a_good_letter_is_found() -> None:
    """Three hundred words of good text hide no excuse at the end."""
    excuse = "Due to the high season our partners are slower than usual."
    readings = MODEL.read(COMPLAINT, f"{GOOD} " * 10 + excuse)
    assert readings is not None
    assert readings["excuses"].level == 2


def test_threads_and_order_change_nothing() -> None:
    """A draft gets the same reading alone, among others, and from eight threads."""
    drafts = [f"{GOOD} Reference {number}." for number in range(24)]
    alone = [OnnxCheckModel().read(COMPLAINT, draft) for draft in drafts[:2]]
    shared = OnnxCheckModel()
    with ThreadPoolExecutor(8) as pool:
        threaded = list(pool.map(lambda draft: shared.read(COMPLAINT, draft), drafts))
    backwards = [MODEL.read(COMPLAINT, draft) for draft in reversed(drafts)][::-1]
    assert threaded == backwards
    assert threaded[:2] == alone


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_evidence_always_quotes_the_draft(draft: str) -> None:
    """Offsets are code points of the draft, whatever it holds."""
    for reading in (MODEL.read(COMPLAINT, draft) or {}).values():
        assert 0 <= reading.start <= reading.end <= len(draft)
