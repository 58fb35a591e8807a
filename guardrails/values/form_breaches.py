"""Breaches that can be seen without knowing what the words mean: length, marks, repetition, language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails import languages
from guardrails.values.breach import Breach, Undecided, found
from guardrails.values.constraint_rules import Rule
from guardrails.values.marks import marks
from guardrails.values.sizes import count, pieces

APOLOGY = re.compile(r"\b(?:sorry|apologi[sz]e[ds]?|apologi[sz]ing|apolog(?:y|ies)|regret)\b", re.IGNORECASE)


def by_form(rule: Rule, text: str, told: str) -> Iterator[Breach]:
    """Breaches that can be seen without knowing what the words mean."""
    if rule.kind in ("most", "least"):
        yield from size(rule, text, told)
    elif rule.kind == "mark":
        yield from found(tuple(marks(text, rule.subject)), text, told)
    elif rule.kind == "once":
        yield from found(tuple(match.span() for match in APOLOGY.finditer(text))[1:], text, told)
    elif rule.kind == "word_once":
        pattern = re.compile(rf"(?<!\w){re.escape(rule.subject)}(?!\w)", re.IGNORECASE)
        yield from found(tuple(match.span() for match in pattern.finditer(text))[1:], text, told)
    else:
        yield from language(rule, text, told)


def size(rule: Rule, text: str, told: str) -> Iterator[Breach]:
    """Too long or too short."""
    counted = count(text, rule.unit)
    if rule.kind == "most" and counted > rule.number:
        found_pieces = pieces(text, rule.unit)
        span = (found_pieces[rule.number][0], found_pieces[-1][1])
        yield Breach(
            (span,),
            f"{told} The reply has {counted} {rule.unit}.",
            f"Shorten the reply to at most {rule.number} {rule.unit}; it has {counted}.",
        )
    if rule.kind == "least" and counted < rule.number:
        yield Breach((), told, f"Write at least {rule.number} {rule.unit}; the reply has {counted}.")


def language(rule: Rule, text: str, told: str) -> Iterator[Breach]:
    """The language that the reply must be in."""
    wanted, seen = languages.primary(rule.subject), languages.detect(text)
    if not wanted or wanted not in languages.readable():
        raise Undecided
    if seen and not languages.same(seen, wanted):
        yield Breach(((0, len(text)),), told, f"Write the whole reply in {languages.title(wanted)}.")
