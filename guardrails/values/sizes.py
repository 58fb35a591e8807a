"""Counts words, characters, sentences, paragraphs and lines as a person would."""

from __future__ import annotations

import re

from guardrails.sentences import Span, sentences

CHUNK = re.compile(r"\S+")
FEWEST_WORDS = 6  # of a sentence without a full stop
ENDED = re.compile(r"[.!?…。！？]['\"”’)\]]*\Z")


def pieces(text: str, unit: str) -> list[tuple[int, int]]:
    """The offsets of each word, sentence, paragraph or line of a text; of characters, each code point."""
    if unit == "words":
        return [match.span() for match in CHUNK.finditer(text) if is_word(match.group())]
    if unit == "sentences":
        return [(span.start, span.end) for span in sentences(text) if is_sentence(span)]
    if unit == "paragraphs":
        return [match.span() for match in re.finditer(r"\S(?:[^\n]|\n(?![ \t]*\n))*", text)]
    if unit == "lines":
        return [match.span() for match in re.finditer(r"(?m)^[^\n]*\S[^\n]*", text)]
    return [(at, at + 1) for at in range(len(text))]


def count(text: str, unit: str) -> int:
    """How many of them there are, in a fraction of the time for words."""
    return sum(map(is_word, text.split())) if unit == "words" else len(pieces(text, unit))


def is_word(chunk: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return chunk.isalnum() or any(map(str.isalnum, chunk))


def is_sentence(span: Span) -> bool:
    """Whether a piece is a sentence rather than a greeting or a line of a signature."""
    return bool(ENDED.search(span.text)) or len(span.text.split()) >= FEWEST_WORDS
