"""Finds what a draft states and its case does not: values, contacts, names and events."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from guardrails.sentences import sentences
from guardrails.types import Draft, Finding
from guardrails.values.contacts import Contact, contacts
from guardrails.values.events import NEUTRAL_VERBS, Event, causes, deeds
from guardrails.values.extract import values
from guardrails.values.names import names, tokens
from guardrails.values.normal import normal, word_set
from guardrails.values.references import key, references
from guardrails.values.sensitive import ADDRESS
from guardrails.values.sources import context_texts, follow_up_names
from guardrails.values.stated import Stated, stated
from guardrails.values.stems import meaning, meanings
from guardrails.values.value import TITLES, Value

TOTAL = re.compile(r"\b(?:total|totall?ing|altogether|together|sum|combined|both|overall)\b", re.IGNORECASE)
COURTESY_PERCENT = re.compile(
    r"\s?(?:sure|certain|committed|behind|right|agree|understand|with you|responsib)", re.IGNORECASE
)
LEFT_OVER = re.compile(r"\s?(?:extra|additional|remaining|other|surplus|unwanted|spare|left|too many)\b", re.IGNORECASE)
LEFT_OVER_BEFORE = re.compile(r"\b(?:extra|additional|remaining|other|surplus|unwanted|spare)\s\Z", re.IGNORECASE)
HOUR_BEFORE = re.compile(r"\b(?:at|by|from|until|till|before|after|between|to|and|past)\s\Z|-\Z", re.IGNORECASE)
DATE_AFTER = re.compile(r",? (?:the )?(?:[0-3]?\d|[A-Z][a-z]+ \d)")
ENOUGH, MOST = 0.5, 0.6  # of the words of an event: more than this must be known
LOOKED = frozenset(meaning(word) for word in ("checked", "logged", "noted", "raised", "opened"))
HANDED_OVER = frozenset(
    meaning(word)
    for word in word_set(
        """
        asked arranged passed shared forwarded assigned escalated instructed contacted informed notified
        spoken raised
        """
    )
)


def of_values(draft: Draft, case: tuple[str, ...], *, in_any_language: bool = False) -> Iterator[tuple[Finding, str]]:
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
        yield Finding(value.start, value.end, reason), advice


def follows(text: str, value: Value, known: Stated) -> bool:
    """Whether a value follows from others in the way that the words around it say."""
    after = text[value.end : value.end + 20]
    if value.kind == "money":
        return bool(TOTAL.search(text)) and (known.totals(value) or known.multiplies(value))
    if value.kind == "number":
        if HOUR_BEFORE.search(text[: value.start][-16:]) and known.has_hour(value):
            return True
        return bool(LEFT_OVER.match(after) or LEFT_OVER_BEFORE.search(text[: value.start][-24:])) and known.left_over(
            value
        )
    if value.kind == "date":
        return bool(DATE_AFTER.match(after)) and known.dates_weekday(value)
    return "%100" in value.keys and bool(COURTESY_PERCENT.match(after))


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
    pieces = case_keys(case)
    for reference in references(plain):
        covered = any(contact.start < reference.end and reference.start < contact.end for contact in here)
        if not covered and reference.key not in pieces:
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


def of_events(draft: Draft, case: tuple[str, ...]) -> Iterator[tuple[Finding, str]]:
    """Causes and done deeds that nobody reported."""
    anything = frozenset().union(*map(meanings, case))
    business = tuple(map(meanings, context_texts(draft.context))) if draft.context else ()
    handler = follow_up_names(draft)
    for sentence in sentences(draft.text):
        for event in causes(sentence):
            if share(event.meanings, anything) <= ENOUGH:
                yield unreported(draft.text, event, "This cause is not in the complaint or the context.")
        for event in deeds(sentence):
            if not done(event, anything, business, handler):
                yield unreported(draft.text, event, "Nothing in the context says that this was done.")


def done(event: Event, anything: frozenset[str], business: tuple[frozenset[str], ...], handler: frozenset[str]) -> bool:
    """Whether the case reports, or at least authorises, a deed."""
    verb = meaning(event.verb or "")
    if any(verb in stating and (not event.subject or event.subject & stating) for stating in business):
        return share(event.meanings, anything) > ENOUGH
    if verb in LOOKED and not event.meanings - handler:
        return True
    if verb in HANDED_OVER and event.meanings & handler:
        return True
    return event.verb in NEUTRAL_VERBS and share(event.meanings, anything) > MOST


def share(words: frozenset[str], known: frozenset[str]) -> float:
    """How much of the words is known; nothing to know counts as all."""
    return len(words & known) / len(words) if words else 1.0


def unreported(text: str, event: Event, reason: str) -> tuple[Finding, str]:
    """A finding and its advice for an event without support."""
    words = " ".join(text[event.start : event.end].split())
    what = "the case gives no such cause" if event.kind == "cause" else "the case does not say that it was done"
    return Finding(event.start, event.end, reason), f"Remove '{words}': {what}."


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
