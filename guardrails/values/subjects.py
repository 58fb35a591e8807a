"""Finds where a text speaks of a subject, in any form of the subject's words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.sentences import sentences
from guardrails.values.contacts import contacts
from guardrails.values.normal import normal, word_set
from guardrails.values.references import references
from guardrails.values.sensitive import ADDRESS
from guardrails.values.stems import EMPTY, WORD, meaning

HOLLOW = EMPTY | word_set(
    """
    any word words phrase term kind sort type form name names fact reply response draft customer
    """
) - frozenset(("other",))
ALIKE = {
    "another": "other",
    "others": "other",
    "competition": "competitor",
    "staffing": "staff",
    "liable": "liability",
}


def said(word: str) -> str:
    """What a word of a subject is compared by."""
    lowered = word.lower()
    return meaning(ALIKE.get(lowered, lowered))


def subject_words(subject: str) -> frozenset[str]:
    """The words of a subject that it is recognised by."""
    return frozenset(
        said(word) for word in WORD.findall(normal(subject)) if word.lower() not in HOLLOW or word.lower() == "other"
    )


def spoken_of(text: str, subject: str) -> Iterator[tuple[int, int]]:
    """Where the words of a subject stand together in one sentence: from the first of them to the last."""
    wanted = subject_words(subject)
    if not wanted:
        return
    for sentence in sentences(text):
        plain = normal(sentence.text)
        places = [(match.start(), match.end(), said(match.group())) for match in WORD.finditer(plain)]
        hits = [(start, end, word) for start, end, word in places if word in wanted]
        if {word for _, _, word in hits} == wanted:
            for start, end in (nearest(hits, wanted),):
                yield sentence.start + start, sentence.start + end


def data_named(text: str, subject: str) -> Iterator[tuple[int, int]]:
    """Where data of the kind that a subject names stand: addresses, phone numbers, order numbers and the like."""
    plain = normal(text)
    for word, kind in (("phone", "phone"), ("mail", "email"), ("link", "url")):
        if word in subject.lower():
            yield from ((each.start, each.end) for each in contacts(plain) if each.kind == kind)
    if re.search(r"\baddress(?:es)?\b", subject, re.IGNORECASE) and "mail" not in subject.lower():
        yield from (match.span() for match in ADDRESS.finditer(plain))
    if re.search(r"\b(?:number|reference|code|id)s?\b", subject, re.IGNORECASE) and "phone" not in subject.lower():
        yield from ((each.start, each.end) for each in references(plain))


def nearest(hits: list[tuple[int, int, str]], wanted: frozenset[str]) -> tuple[int, int]:
    """The shortest stretch that has all the words."""
    best = (hits[0][0], hits[-1][1])
    last: dict[str, int] = {}
    for start, end, word in hits:
        last[word] = start
        if len(last) == len(wanted) and end - min(last.values()) < best[1] - best[0]:
            best = (min(last.values()), end)
    return best


def quoted(subject: str) -> list[str]:
    """The words that a subject gives in quotation marks."""
    return [match.group(1) for match in re.finditer(r"\"([^\"]{2,120})\"", normal(subject))] or [
        match.group(1) for match in re.finditer(r"(?<!\w)'([^']{2,120})'(?!\w)", normal(subject))
    ]
