"""How likely a model thought each sentence of its text, from what it tells of the tokens."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator

from guardrails.sentences import sentences
from service.model import Sentence

LEAST = 1e6  # nats: no token is less likely, and a whole number may be too large for a float


def likely_sentences(text: str, logprobs: object) -> tuple[Sentence, ...]:
    """The sentences of a text with the sums over their tokens of a choice's `logprobs`.

    A token belongs to the sentence in which its first letter stands. None at all where a token has no logarithm of a
    probability, or where the tokens do not give the text: a part of them would say something else of each text.
    """
    tokens = list(_tokens(logprobs))
    written = "".join(token for token, _ in tokens)
    before = written.rfind(text)  # a model that thinks may have said it before
    if not text or before < 0 or any(math.isnan(value) for _, value in tokens):
        return ()
    spans = sentences(text)
    starts = [span.start for span in spans]
    sums = [0.0] * len(spans)
    at = -before
    for token, value in tokens:
        first = at + len(token) - len(token.lstrip())
        at += len(token)
        number = bisect_right(starts, first) - 1
        if number >= 0 and first < len(text):
            sums[number] += value
    return tuple(Sentence(span.start, span.end, total) for span, total in zip(spans, sums, strict=True))


def _tokens(logprobs: object) -> Iterator[tuple[str, float]]:
    found = logprobs.get("content") if isinstance(logprobs, dict) else None
    for each in found if isinstance(found, list) else ():
        token, value = (each.get("token"), each.get("logprob")) if isinstance(each, dict) else (None, None)
        if isinstance(token, str) and isinstance(value, int | float) and -LEAST < value <= 0:
            yield token, float(value)
        else:
            yield "", math.nan
