"""Finds the events that a draft tells and its case does not: causes, done deeds, and what else nobody reported."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from guardrails.sentences import sentences
from guardrails.types import Draft, Finding
from guardrails.values.events import NEUTRAL_VERBS, Event, causes, deeds
from guardrails.values.inventions import inventions
from guardrails.values.light_words import LIGHT
from guardrails.values.normal import word_set
from guardrails.values.sources import case_texts, context_texts, follow_up_names
from guardrails.values.stems import meaning, meanings

UNDONE = "Nothing in the context says that this was done."
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


def of_events(draft: Draft, case: tuple[str, ...]) -> Iterator[tuple[Finding, str]]:
    """Causes, done deeds and other events that nobody reported."""
    anything = known_words(case, ())
    facts = known_words(case, (draft.context.constraints or ()) if draft.context else ())
    business = tuple(map(meanings, context_texts(draft.context))) if draft.context else ()
    handler = follow_up_names(draft)
    for sentence in sentences(draft.text):
        for event in causes(sentence):
            known = (
                share(event.meanings - LIGHT, anything) if event.kind == "cause" else share(event.meanings, anything)
            )
            if known < ENOUGH or (event.kind == "named" and known == ENOUGH):
                yield unreported(draft.text, event, "This cause is not in the complaint or the context.")
        for event in deeds(sentence):
            if not done(event, anything, business, handler):
                yield unreported(draft.text, event, UNDONE)
        for start, end in inventions(sentence, facts):
            words = " ".join(draft.text[start:end].split())
            yield (
                Finding(start, end, "Neither the complaint nor the context tells of this."),
                f"Remove '{words}': the case says nothing of it.",
            )


@lru_cache(maxsize=8)  # the constraints check asks for those of the same draft
def events_found(draft: Draft) -> tuple[tuple[Finding, str], ...]:
    """Causes, deeds and other events of a draft that nobody reported."""
    return tuple(of_events(draft, case_texts(draft)))


@lru_cache(maxsize=128)
def known_words(case: tuple[str, ...], without: tuple[str, ...]) -> frozenset[str]:
    """What the words of these texts mean; a constraint may name a subject, but reports nothing."""
    return frozenset().union(*(meanings(text) for text in case if text not in without))


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
    what = "the case gives no such cause" if event.kind != "deed" else "the case does not say that it was done"
    return Finding(event.start, event.end, reason), f"Remove '{words}': {what}."
