"""Breaches by absence: words, numbers or contacts that a reply must have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.types import Draft
from guardrails.values.breach import Breach, Undecided
from guardrails.values.constraint_rules import Rule
from guardrails.values.contacts import Contact, contacts
from guardrails.values.normal import normal
from guardrails.values.references import Reference, key, references
from guardrails.values.sources import case_texts
from guardrails.values.subjects import quoted

WAYS = {
    "phone": "phone",
    "telephone": "phone",
    "email": "email",
    "e-mail": "email",
    "link": "url",
    "url": "url",
    "website": "url",
}
WAY = re.compile(rf"\b(?:{'|'.join(WAYS)})\b(?: number| address)?", re.IGNORECASE)
NUMBERED = re.compile(
    r"\b(?:order|booking|reservation|ticket|case|reference|confirmation|tracking)(?: number| id| code)?\b",
    re.IGNORECASE,
)


def required(rule: Rule, draft: Draft, told: str) -> Iterator[Breach]:
    """Words, numbers or contacts that the reply must have; open where the constraint names none of these."""
    for each in missing(rule.subject, draft):
        yield Breach((), told, f"Add '{each}' to the reply. {told}")


def missing(subject: str, draft: Draft) -> list[str]:
    """What a subject asks for and the draft does not have."""
    plain = normal(draft.text)
    if words := quoted(subject):
        return [each for each in words if evened(each) not in evened(plain)]
    given: list[Contact | Reference] = [*contacts(subject), *references(subject)]
    if given:
        here = {*(each.key for each in contacts(plain)), *(key(word) for word in re.findall(r"[\w/#-]+", plain))}
        return [subject[each.start : each.end] for each in given if each.key not in here]
    if way := WAY.search(subject):
        kind = WAYS[way.group().split()[0].lower()]
        return [] if any(each.kind == kind for each in contacts(plain)) else [way.group()]
    if named := NUMBERED.search(subject):
        return missing_reference(named.group(), plain, draft)
    raise Undecided


def missing_reference(title: str, plain: str, draft: Draft) -> list[str]:
    """The reference that the case gives, where the draft does not have it; open where the case gives none."""
    known = {each.key for text in case_texts(draft) for each in references(text)}
    if not known:
        raise Undecided
    return [] if known & {each.key for each in references(plain)} else [title]


def evened(text: str) -> str:
    """The words in lower case with single spaces."""
    return " ".join(text.lower().split())
