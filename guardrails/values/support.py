"""Finds the values, contacts and names that a draft states and its case does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from guardrails.types import Draft, Finding
from guardrails.values.contacts import Contact, contacts
from guardrails.values.extract import values
from guardrails.values.names import names, tokens
from guardrails.values.normal import normal
from guardrails.values.references import key, references
from guardrails.values.sensitive import ADDRESS
from guardrails.values.sources import case_texts
from guardrails.values.stated import Stated, stated
from guardrails.values.value import TITLES, Kind, Value

OPEN = frozenset(("date", "time", "duration", "number"))
ABOUT = re.compile(
    r"\b(?:nearly|almost|about|around|roughly|some|over|more than|under|less than|just over|just under"
    r"|close to|good"
    r"|those|well over)(?: (?:those|the|these|a|all of|in))? ?\Z",
    re.IGNORECASE,
)
BEFORE = re.compile(r"\b(?:before|until|till) \Z", re.IGNORECASE)
EARLIER = re.compile(r"\bbefore \Z", re.IGNORECASE)
# Of what is to come, "before half past nine" promises less than nine.
TO_COME = re.compile(
    r"(?:\b(?:will|shall|can|could|may|going to|please|by|no later)\b|['’]ll\b|\bis to\b)[^.!?\n]*\Z", re.IGNORECASE
)
SENTENCE = 160  # characters
CONDITION = re.compile(
    r"\b(?:if|unless|still|should|not (?:there|back|here|fixed|working))\b[^.!?\n]*\Z", re.IGNORECASE
)
COMPARED = re.compile(
    r"(?: (?:longer|more|less|later|earlier|sooner|late|over|beyond|in (?:all|total)|together|altogether))\b",
    re.IGNORECASE,
)
AGO = re.compile(r" (?:ago|earlier|before now)\b", re.IGNORECASE)
LEFT_AFTER = re.compile(r" (?:(?:is|are) )?(?:still )?(?:left|remaining|to go)\b", re.IGNORECASE)
LEFT_BEFORE = re.compile(r"\b(?:still|remaining|another|leaves?|left|have|remain) \Z", re.IGNORECASE)
ABOVE = re.compile(r"\b(?:over|more)\b")
BELOW = re.compile(r"\b(?:nearly|almost|under|less|close)\b")
HEDGED = re.compile(r"(?:nearly|almost|about|around|over|than|under)\b", re.IGNORECASE)
TOGETHER = re.compile(r" of (?:us|you)\b", re.IGNORECASE)  # "all four of you": they know how many they are
WHOLE_PARTY = re.compile(r"\b(?:all|both|the) \Z", re.IGNORECASE)
TURNS = re.compile(r"\bturn(?:s|ed|ing)? \Z", re.IGNORECASE)
COURTESY_PERCENT = re.compile(
    r"\s?(?:sure|certain|committed|behind|right|agree|understand|with you|responsib)", re.IGNORECASE
)
LEFT_OVER = re.compile(
    r"\s?(?:extra|additional|remaining|other|surplus|unwanted|spare|left|too many)\b",
    re.IGNORECASE,
)
LEFT_OVER_BEFORE = re.compile(
    r"\b(?:had|got|received|only|missing|extra|additional|remaining|other|surplus|unwanted|spare)\s\Z",
    re.IGNORECASE,
)
HOUR_BEFORE = re.compile(
    r"\b(?:at|by|from|until|till|before|after|between|to|and|past)\s\Z|-\Z",
    re.IGNORECASE,
)
DATE_AFTER = re.compile(r",? (?:the )?(?:[0-3]?\d|[A-Z][a-z]+ \d)")


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words without support: `open` where the rule cannot see every way in which they may follow from the case."""

    finding: Finding
    advice: str
    open: bool = False


@lru_cache(maxsize=16)  # three checks ask for those of the same draft
def unknown_values(draft: Draft) -> tuple[Unknown, ...]:
    """Every value, contact and name of a draft that the case does not give."""
    case = case_texts(draft)
    exact = [*of_contacts(draft, case), *of_names(draft, case)]
    found = [Unknown(finding, advice, kind in OPEN) for finding, advice, kind in of_values(draft, case)]
    return (*found, *(Unknown(*each) for each in exact))


def of_values(
    draft: Draft, case: tuple[str, ...], *, in_any_language: bool = False
) -> Iterator[tuple[Finding, str, Kind]]:
    """Amounts, percentages, dates, times, lengths of time and counts; in any language only the first two."""
    known = stated(case, draft.now)
    for value in values(draft.text, draft.now):
        if in_any_language and value.kind not in ("money", "percent"):
            continue
        shown = draft.text[value.start : value.end]
        if known.has(value) or follows(draft.text, value, known):
            continue
        title = TITLES[value.kind]
        given = known.written.get(value.kind, ())[:4]
        comparison = f"the only ones there are {', '.join(given)}" if given else "there is none there"
        reason = f"The {title} '{shown}' is not in the complaint or the context; {comparison}."
        advice = (
            f"Remove '{shown}', or use what the case gives: {', '.join(given)}."
            if given
            else f"Remove '{shown}': the case gives no {title}."
        )
        yield Finding(value.start, value.end, reason), advice, value.kind


def follows(text: str, value: Value, known: Stated) -> bool:  # noqa: PLR0911 - one for each kind of value
    """Whether a value follows from others in the way that the words around it say."""
    after = text[value.end : value.end + 20]
    before = text[max(0, value.start - 24) : value.start]
    match value.kind:
        case "money":
            return known.derives(value) or nearly(text, value, before, known)
        case "duration":
            if AGO.match(after) and known.was_ago(value):
                return True
            if LEFT_AFTER.match(after) and known.is_longer(value):
                return True
            compared = COMPARED.match(after) or LEFT_BEFORE.search(before)
            return bool(compared and known.combines(value)) or bool(hedge(text, value, before) and known.nearly(value))
        case "number":
            return count_follows(value, known, before, after)
        case "date":
            if BEFORE.search(before) and known.comes_before(value):
                return True
            if known.has_day(value) or CONDITION.search(text, max(0, value.start - 80), value.start):
                return True
            return bool(DATE_AFTER.match(after)) and known.dates_weekday(value)
        case "time":
            told = EARLIER.search(before) and not TO_COME.search(text, max(0, value.start - SENTENCE), value.start)
            return bool(told) and known.just_before(value)
        case _:
            return "%100" in value.keys and bool(COURTESY_PERCENT.match(after))


def hedge(text: str, value: Value, before: str) -> re.Match[str] | None:
    """The words that say that a value is only about right."""
    return ABOUT.search(before) or HEDGED.match(text, value.start)


def nearly(text: str, value: Value, before: str, known: Stated) -> bool:
    """Whether an amount is a little less than one of the case where the words say "over", more where "almost"."""
    match = hedge(text, value, before)
    if match is None:
        return False
    words = match.group().lower()
    return known.nearly_amount(value, over=not BELOW.search(words), below=not ABOVE.search(words))


def count_follows(value: Value, known: Stated, before: str, after: str) -> bool:
    """Whether a count is an hour, an age that somebody reaches, what is left over, or people named nearby."""
    if (TOGETHER.match(after) and WHOLE_PARTY.search(before)) or (HOUR_BEFORE.search(before) and known.has_hour(value)):
        return True
    if TURNS.search(before) and any(f"N{int(key[1:]) - 1}" in known.keys for key in value.keys if key[1:].isdigit()):
        return True
    return bool(LEFT_OVER.match(after) or LEFT_OVER_BEFORE.search(before)) and known.left_over(value)


def of_contacts(draft: Draft, case: tuple[str, ...]) -> Iterator[tuple[Finding, str]]:
    """Phone numbers, e-mail addresses, links, references and postal addresses."""
    known = [contact for text in case for contact in contacts(text)]
    plain = normal(draft.text)
    here = contacts(plain)
    for contact in here:
        if not any(same_contact(contact, other) for other in known):
            title = {"email": "e-mail address", "url": "link", "phone": "phone number"}[contact.kind]
            given = [other for other in known if other.kind == contact.kind]
            yield unknown(
                draft.text,
                contact.start,
                contact.end,
                title,
                [other.key for other in given if other.kind != "phone"],
            )
    for reference in references(plain):
        covered = any(contact.start < reference.end and reference.start < contact.end for contact in here)
        if not covered and reference.key not in case_keys(case) and reference.key not in key("".join(case)):
            yield unknown(draft.text, reference.start, reference.end, "reference", [])
    for match in ADDRESS.finditer(plain):
        if not any(key(match.group()) in key(text) for text in case):
            yield unknown(draft.text, match.start(), match.end(), "address", [])


def same_contact(one: Contact, other: Contact) -> bool:
    """Whether two spellings reach the same; the bare host of a known link or address counts."""
    if one.kind == "phone":
        return other.kind == "phone" and (
            one.key.endswith(other.key[-7:]) and (one.key.endswith(other.key) or other.key.endswith(one.key))
        )
    if one.kind == "url" and other.kind == "email":
        return one.key == other.key.rpartition("@")[2]
    return one.key == other.key or (one.kind == "url" == other.kind and one.key == other.key.split("/")[0])


@lru_cache(maxsize=128)
def case_keys(case: tuple[str, ...]) -> frozenset[str]:
    """Every word of the case that could be a reference, as references are compared."""
    return frozenset(key(match.group()) for text in case for match in re.finditer(r"[A-Za-z0-9][\w/#-]*", normal(text)))


def of_names(draft: Draft, case: tuple[str, ...]) -> Iterator[tuple[Finding, str]]:
    """Names of persons: every part of a name must stand in the case."""
    found = names(draft.text)
    known = frozenset().union(*map(tokens, case)) if found else frozenset()
    for name in found:
        if any(part not in known for part in name.parts):
            yield unknown(draft.text, name.start, name.end, "name", [])


def unknown(text: str, start: int, end: int, title: str, given: list[str]) -> tuple[Finding, str]:
    """A finding and its advice for a contact, reference or name without support."""
    shown = text[start:end]
    instead = f"; the case gives {', '.join(dict.fromkeys(given))}" if given else ""
    return (
        Finding(start, end, f"The {title} '{shown}' is not in the complaint or the context{instead}."),
        (
            f"Remove the {title} '{shown}', or use one that the case "
            f"gives{': ' + ', '.join(dict.fromkeys(given)) if given else ''}."
        ),
    )
