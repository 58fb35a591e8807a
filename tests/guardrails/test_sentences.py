"""Tests of the sentence splitter."""

from __future__ import annotations

import time

import pytest
from hypothesis import given

from guardrails.sentences import sentences
from tests.guardrails.exact import HOSTILE, TEXTS

WRAPPED = "This line was wrapped by some old mail program after many characters"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We are sorry. We will call.", ["We are sorry.", "We will call."]),
        ("mistake.\n\nHere", ["mistake.", "Here"]),
        ("Dear Ms. Khan,\n\nSorry.", ["Dear Ms. Khan,", "Sorry."]),
        ("It costs 3.50 pounds. Bye", ["It costs 3.50 pounds.", "Bye"]),
        ("See https://a.example.com/x.y?z=1. Bye", ["See https://a.example.com/x.y?z=1.", "Bye"]),
        ("We call at 5 p.m. Monday. Thanks", ["We call at 5 p.m. Monday.", "Thanks"]),
        ("We call at 5 p.m. Thanks", ["We call at 5 p.m.", "Thanks"]),
        ("No. We cannot. See No. 5 of it.", ["No.", "We cannot.", "See No. 5 of it."]),
        ("Choose:\n- refund\n- repair", ["Choose:", "- refund", "- repair"]),
        ("1. First step.\n2. Then this.", ["1. First step.", "2. Then this."]),
        ("Kind regards,\nSam\nAcme Ltd.", ["Kind regards,", "Sam", "Acme Ltd."]),
        (f"{WRAPPED}\nand goes on. Done.", [f"{WRAPPED}\nand goes on.", "Done."]),
        (f"{WRAPPED}\nPriya goes on. Done.", [f"{WRAPPED}\nPriya goes on.", "Done."]),
        ("Wait… what? Yes!", ["Wait… what?", "Yes!"]),
        ("We are sorry.We will call.", ["We are sorry.", "We will call."]),
        ("对不起。我们会退款！", ["对不起。", "我们会退款！"]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("J. Smith called.", ["J. Smith called."]),
        ("Soll ich z.\u00a0B. anrufen?", ["Soll ich z.\u00a0B. anrufen?"]),
        (" \n ", []),
    ],
)  # fmt: skip
def test_splits(text: str, expected: list[str]) -> None:
    """Sentences end where a reader would say so."""
    assert [span.text for span in sentences(text)] == expected


@given(TEXTS)
def test_offsets(text: str) -> None:
    """Every span quotes the text at its offsets, in order, and only white space is left out."""
    reached, left_out = 0, ""
    for span in sentences(text):
        assert text[span.start : span.end] == span.text.strip() == span.text
        assert span.start >= reached
        left_out += text[reached : span.start]
        reached = span.end
    assert not (left_out + text[reached:]).strip()


@pytest.mark.parametrize("text", [*HOSTILE, "." * 20_000 + "x", ("!" * 99 + "_x") * 200])
def test_is_linear(text: str) -> None:
    """Twenty thousand characters of anything are split within a second."""
    started = time.perf_counter()
    sentences(text)
    assert time.perf_counter() - started < 1
