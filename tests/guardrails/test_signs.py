"""Signs in a text: whole words and phrases, whatever their case."""

from __future__ import annotations

import pytest

from guardrails.signs import count_in, spaced_words, stands_in


def test_words_stand_apart() -> None:
    """Punctuation parts words; an apostrophe does not."""
    assert spaced_words("It's late\u2014REALLY late!") == " it's late really late "


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("I smell a GAS LEAK.", "gas leak"),
        ("gas-leak", "gas leak"),
        ("it leaked", "leak*"),
        ("leak", "leak*"),
        ("It\u2019s late", "it's late"),
        ("See you in\ncourt", "see you in court"),
        ("He wrote 'I will kill you' to me", "kill you"),
        ("\u2018Kill you\u2019, he wrote", "kill you"),
        ("This is _legal action_", "legal action"),
    ],
)
def test_a_sign_is_found(text: str, sign: str) -> None:
    """Case, kinds of apostrophe and line ends do not hide it; a star lets it go on."""
    assert stands_in(spaced_words(text), sign)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("it leaked", "leak"),
        ("bleak", "leak*"),
        ("the gas will leak", "gas leak"),
        ("", "leak"),
        ("suet pudding", "sue"),
    ],
)
def test_a_near_miss_is_none(text: str, sign: str) -> None:
    """A part of a word is not the word, and the words of a phrase stand together."""
    assert not stands_in(spaced_words(text), sign)


def test_each_sign_counts_once() -> None:
    """However often it stands there."""
    assert count_in(spaced_words("A leak, leaks and a gas leak"), ("leak*", "gas leak", "fire")) == 2
