"""What is read from the body of a completion."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

import pytest

from service.model_answer import Answer, read_answer, whole_sentences, without_thinking


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


TOKENS = [
    ("Hi", -0.5),
    (" Ana", -0.25),
    (",\n", -0.25),
    ("\nWe", -1),
    (" are", 0),
    (" sorry", 0),
    (".", 0),
    (" Tim", -3),
]


def answer_with(logprobs: object, text: str = "Hi Ana,\n\nWe are sorry. Tim") -> Answer:
    """What is read of a choice with these logprobs."""
    body = {"choices": [{"message": {"content": text}, "logprobs": logprobs}]}
    return read_answer(json.dumps(body).encode(), "http://host/v1")


def content_of(tokens: Sequence[tuple[object, object]]) -> object:
    """Tokens and logarithms as an endpoint tells them."""
    return {"content": [{"token": token, "logprob": value} for token, value in tokens]}


def test_reads_how_likely_each_sentence_was() -> None:
    """A token counts where its first letter stands, so that white space at a border belongs to what follows."""
    read = answer_with(content_of(TOKENS))
    assert [(read.text[each.start : each.end], each.logprob) for each in read.sentences] == [
        ("Hi Ana,", -1.0),
        ("We are sorry.", -1.0),
        ("Tim", -3.0),
    ]
    assert read.sentences[2].surprise == 1.0


@pytest.mark.parametrize(
    "logprobs",
    [
        content_of([*TOKENS[:-1], (" Tom", -3)]),
        content_of(TOKENS[1:]),
        content_of([*TOKENS[:-1], (" Tim", None)]),
        content_of([*TOKENS[:-1], (" Tim", 0.1)]),
        content_of([*TOKENS[:-1], (" Tim", float("-inf"))]),
        content_of([*TOKENS[:-1], (" Tim", -(10**400))]),
        content_of([*TOKENS[:-1], (None, -1)]),
        {"content": [{"logprob": -0.5}]},
        {"content": [{"logprob": "-1"}, "x"]},
        {"content": []},
        {"content": "x"},
        [],
        None,
    ],
)
def test_likely_as_a_whole_or_not_at_all(logprobs: object) -> None:
    """Tokens that are not the text, or without a logarithm of a probability, say nothing of any sentence."""
    assert answer_with(logprobs).sentences == ()


def test_what_was_thought_does_not_count() -> None:
    """A model may think of the words that it then says."""
    thought = [("<think>", 0), ("We are sorry.", -9), ("</think>", 0)]
    read = answer_with(content_of([*thought, ("We are sorry.", -1)]), "<think>We are sorry.</think>We are sorry.")
    assert [each.logprob for each in read.sentences] == [-1.0]


def test_what_was_cut_off_does_not_count() -> None:
    """A text that ran into the limit ends with its last full sentence, and so do its sentences."""
    tokens = [("We are sorry.", -1), (" Tim", -3)]
    body = {
        "choices": [
            {"message": {"content": "We are sorry. Tim"}, "finish_reason": "length", "logprobs": content_of(tokens)}
        ]
    }
    read = read_answer(json.dumps(body).encode(), "http://host/v1")
    assert [(each.start, each.end, each.logprob) for each in read.sentences] == [(0, 13, -1.0)]
