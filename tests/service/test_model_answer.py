"""What is read from the body of a completion."""

from __future__ import annotations

import json
import time

import pytest

from service.errors import AnswerUnusable
from service.model_answer import read_answer, whole_sentences, without_thinking


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("We are sorry. We will", "We are sorry."),
        ("We are sorry! Will you", "We are sorry!"),
        ("We are sorry... We", "We are sorry..."),
        ('He said "we are sorry." And', 'He said "we are sorry."'),
        ("We are sorry (truly.) And", "We are sorry (truly.)"),
        ("Wir bitten um Verzeihung.\n\nIhr Paket", "Wir bitten um Verzeihung."),
        ("申し訳ありません。返金", "申し訳ありません。"),
        ("We are sorry.", "We are sorry."),
        ("Sorry. We refund 12.", "Sorry."),
        ("Sorry. See https://example.com/a.b", "Sorry."),
        ("Sorry. Dear Mr. Smith", "Sorry."),
        ("Sorry. Call J. Smith", "Sorry."),
        ("Sorry. By 5 p.m. we will", "Sorry."),
        ("Sorry.\n\n1. First we", "Sorry."),
        ("We refunded order 12. Then", "We refunded order 12."),
        ("Dear Mr. Smith", ""),
        ("no end at all", ""),
        ("", ""),
    ],
)
def test_keeps_whole_sentences(text: str, kept: str) -> None:
    """A cut text ends with its last full sentence; abbreviations, amounts and list numbers end none."""
    assert whole_sentences(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<think>What now?</think>\nWe are sorry.", "We are sorry."),
        ("What now?</think>We are sorry.", "We are sorry."),
        ("We are sorry.<think>And now", "We are sorry."),
        ("<think>a</think>We are<think>b</think> sorry.", "We are sorry."),
        ("<think>a<think>b</think>c</think>We are sorry.", "We are sorry."),
        ("<think>only this", ""),
        ("<Thinking>What now?</Thinking>We are sorry.", "We are sorry."),
        ("<THINK>a</think>We are sorry.", "We are sorry."),
        ("We think <b>so</b>.", "We think <b>so</b>."),
    ],
)
def test_drops_thinking(text: str, kept: str) -> None:
    """Thinking goes with its tags, closed or not, nested or not; other tags stay for the checks to see."""
    assert without_thinking(text) == kept


@pytest.mark.parametrize("piece", [".", ".x", "a. ", '." ', "1.", "mr.", "<think>", "</think>", "<think></think>"])
def test_takes_linear_time(piece: str) -> None:
    """A hostile answer of the largest size is read in no more than a moment."""
    text = piece * (1024 * 1024 // len(piece))
    began = time.process_time()
    without_thinking(text)
    whole_sentences(text)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": 7, "completion_tokens": 5}, (7, 5)),
        ({"prompt_tokens": -7, "completion_tokens": 10**30}, (0, 0)),
        ({"prompt_tokens": "7"}, (0, 0)),
        ("none", (0, 0)),
        (None, (0, 0)),
    ],
)
def test_survives_strange_counts(usage: object, tokens: tuple[int, int]) -> None:
    """A text is not lost because an endpoint counts badly or not at all."""
    body = {"choices": [{"message": {"content": "We are\u0000 sorry."}}], "usage": usage}
    answer = read_answer(json.dumps(body).encode(), "http://host/v1")
    assert answer.text == "We are sorry."
    assert (answer.prompt_tokens, answer.completion_tokens) == tokens
    with pytest.raises(AnswerUnusable) as caught:
        read_answer(json.dumps(body | {"choices": [{"message": {"refusal": "no"}}]}).encode(), "http://host/v1")
    assert (caught.value.prompt_tokens, caught.value.completion_tokens) == tokens
