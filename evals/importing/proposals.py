"""Proposes what must hold of a good reply, from what an agent made of a draft."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import get_args

from evals.case import Kind
from guardrails.escalation import KINDS as ESCALATIONS
from guardrails.types import Complaint, Context, Draft
from guardrails.values.contacts import contacts
from guardrails.values.extract import values
from guardrails.values.normal import normal
from guardrails.values.offers import mentions, offers
from guardrails.values.promises import unauthorised_promises
from guardrails.values.references import references
from guardrails.values.sources import case_text

LONG_HISTORY = 5  # messages
MOST = 10  # more texts that a reply must have would be a transcription, not a test
SHORTEST = 3  # characters: "£5" stands in "£50" too
FEWEST_DIGITS = 3  # of a plain number that says something
WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.IGNORECASE)
NOTHING_NEW = frozenset(("ordinary", "several_remedies"))


def kinds(complaint: Complaint, context: Context, escalate: str | None) -> tuple[Kind, ...]:
    """What makes the case hard, as far as its fields and its escalation say so."""
    remedies = len(context.remedies or ())
    follow_up = context.follow_up
    evident: dict[Kind, bool] = {
        "nothing_authorised": remedies == 0,
        "public": complaint.is_public,
        "several_remedies": remedies > 1,
        "constraint": bool(context.constraints),
        "long_history": len(context.history or ()) >= LONG_HISTORY,
        "no_follow_up": follow_up is None
        or not any((follow_up.person, follow_up.team, follow_up.channel, follow_up.by)),
    }
    found: list[Kind] = [kind for kind, holds in evident.items() if holds]
    name = (escalate or "").partition(":")[0]
    found += [kind for kind in get_args(Kind) if kind == name and name in ESCALATIONS]
    return tuple(found) if set(found) - NOTHING_NEW else ("ordinary", *found)


def must_mention(complaint: Complaint, context: Context, sent: str) -> tuple[str, ...]:
    """Values, contacts and names that the agent sent and the business states, in the words that both have."""
    stated = evened("\n".join(_stated(context)))
    found = [*_values(sent, context.now), *_contacts(sent)]
    if not complaint.is_public:
        found += [(each.start, each.end) for each in references(normal(sent))]
    found += _people(sent, context)
    shared = [text for text in _texts(sent, found) if evened(text) in stated]
    return _without_parts(shared)[:MOST]


def must_not_promise(
    complaint: Complaint, context: Context, draft: str | None, sent: str, now: datetime
) -> tuple[str, ...]:
    """Values and promises that the agent took out of the draft, and that the case does not have."""
    if draft is None:
        return ()
    whole = Draft.reply_to(complaint, context, draft, now)
    elsewhere = evened(f"{case_text(whole)}\n{sent}")
    known = {key for text in (sent, case_text(whole)) for value in values(text, now) for key in value.keys}
    new = [value for value in values(draft, now) if not value.keys & known and value.kind != "time"]
    invented = _joined(draft, [(value.start, value.end) for value in new])
    contacts_known = {each.key for text in (sent, case_text(whole)) for each in contacts(normal(text))}
    invented += [(each.start, each.end) for each in contacts(normal(draft)) if each.key not in contacts_known]
    invented += _removed_offers(whole, sent)
    gone = [text for text in _texts(draft, invented) if evened(text) not in elsewhere and _says_something(text)]
    return _without_parts(gone)[:MOST]


def evened(text: str) -> str:
    """As texts of a case are compared: without regard to case and white space."""
    return " ".join(text.casefold().split())


def _stated(context: Context) -> Iterator[str]:
    follow_up = context.follow_up
    reach = (follow_up.person, follow_up.team, follow_up.channel, follow_up.by) if follow_up else ()
    yield from (text for text in reach if text)
    yield from context.facts or ()
    yield from (remedy.text for remedy in context.remedies or ())
    yield from (item.text for item in context.history or () if item.sender == "agent")


def _values(text: str, now: datetime | None) -> list[tuple[int, int]]:
    """Where values stand that a good reply repeats word for word: no "today", no "two"; weekday and date together."""
    found = _joined(text, [(value.start, value.end) for value in values(text, now)])
    return [(start, end) for start, end in found if _says_something(text[start:end])]


def _joined(text: str, found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """These places, and what two that follow each other make together."""
    neighbours = itertools.pairwise(found)
    return [*found, *((one, last) for (one, end), (start, last) in neighbours if text[end:start] in (" ", ", "))]


def _says_something(text: str) -> bool:
    digits = sum(map(str.isdigit, text))
    if text.strip().isdigit():
        return digits >= FEWEST_DIGITS
    return digits > 0 or WEEKDAY.search(text) is not None or len(text.split()) > 1 or len(text) > 2 * SHORTEST


def _contacts(text: str) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in contacts(normal(text))]


def _people(sent: str, context: Context) -> Iterator[tuple[int, int]]:
    """Where the sent text names who will follow up."""
    person = context.follow_up.person if context.follow_up else None
    if person and (match := re.search(rf"(?<!\w){re.escape(person)}(?!\w)", sent)):
        yield match.span()


def _removed_offers(draft: Draft, sent: str) -> Iterator[tuple[int, int]]:
    """Promises of a kind that neither the case allows nor the sent text has."""
    kept = {offer.kind for offer in mentions(normal(sent))}
    clauses = unauthorised_promises(draft)
    for offer in offers(normal(draft.text)):
        if offer.kind not in kept and offer.clause in clauses:
            yield offer.start, offer.end


def _texts(text: str, spans: Iterable[tuple[int, int]]) -> list[str]:
    """The words of these places in order, each once; nothing that goes over a line."""
    shown = dict.fromkeys(text[start:end].strip(" \t.,;:!?()") for start, end in sorted(spans))
    return [each for each in shown if len(each) >= SHORTEST and "\n" not in each]


def _without_parts(texts: Sequence[str]) -> tuple[str, ...]:
    """Those that stand in none of the others."""
    plain = [evened(text) for text in texts]
    return tuple(
        text
        for at, text in enumerate(texts)
        if plain[at] not in plain[:at] and not any(plain[at] != other and plain[at] in other for other in plain)
    )
