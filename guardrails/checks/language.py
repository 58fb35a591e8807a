"""Flags a draft in another language than the customer's: the customer may not be able to read it."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails import languages
from guardrails.sentences import Span, sentences
from guardrails.types import Draft, Finding, Reading

FOREIGN_SHARE = 0.25  # of the letters: from here on a draft counts as mixed
SHORT = 25  # characters: a name or a line of a signature is in no language
FOREIGN_LETTERS = 60  # a passage of this length is no quotation and no name


@dataclass(frozen=True, slots=True)
class Language:
    """The whole draft is in the language that the case names, else in the complaint's, else in English."""

    name = "language"
    scale = None

    def read(self, draft: Draft) -> Reading:
        """Faulty where the draft, or a good part of it, is in another language, or where it has no letters."""
        expected = expected_language(draft)
        if not any(character.isalpha() for character in draft.text):
            return wrong((Span(0, len(draft.text), draft.text),), expected, None)
        whole = languages.detect(draft.text)
        foreign = foreign_sentences(draft.text, expected)
        if whole and not languages.same(whole, expected):
            if expected not in languages.readable():
                return Reading(skipped="unread_language")
            return wrong(foreign or (Span(0, len(draft.text), draft.text),), expected, whole)
        if mixed(draft.text, foreign):
            return wrong(foreign, expected, languages.detect(foreign[0].text))
        return Reading()


def expected_language(draft: Draft) -> str:
    """The code of the language that the reply should be in."""
    named = languages.primary(draft.language) if draft.language else None
    return named or languages.detect(draft.complaint) or "en"


def foreign_sentences(text: str, expected: str) -> tuple[Span, ...]:
    """The sentences that are surely in another language."""
    found = []
    for sentence in sentences(text):
        if len(sentence.text) < SHORT and sentence.text.isascii():
            continue
        language = languages.detect(sentence.text)
        if language and not languages.same(language, expected):
            found.append(sentence)
    return tuple(found)


def mixed(text: str, foreign: tuple[Span, ...]) -> bool:
    """Whether these sentences are too much of the text to be a name or a quotation."""
    letters = sum(map(str.isalpha, text))
    other = sum(sum(map(str.isalpha, sentence.text)) for sentence in foreign)
    return other >= FOREIGN_LETTERS or other >= FOREIGN_SHARE * letters > 0


def wrong(spans: tuple[Span, ...], expected: str, seen: str | None) -> Reading:
    """The reading of a draft that the customer cannot read."""
    wanted = languages.title(expected)
    reason = (
        f"This is in {languages.title(seen)}, not in {wanted}." if seen else f"There are no words in {wanted} here."
    )
    findings = tuple(Finding(span.start, span.end, reason) for span in spans if span.end > span.start)
    return Reading(faulty=True, findings=findings, advice=f"Write the whole reply in {wanted}.")
