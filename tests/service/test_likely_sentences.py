"""How likely the sentences of a text were to its model."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from service.model_answer import Answer, read_answer

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
