"""Says whether the business authorised an offer, and why it did not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from guardrails.types import Context, Draft
from guardrails.values.extract import values
from guardrails.values.normal import normal, word_set
from guardrails.values.numbers import shown
from guardrails.values.offers import Offer, mentions
from guardrails.values.sources import follow_up_names
from guardrails.values.stems import meaning, meanings
from guardrails.values.terms import measure, objection, terms

MONEY = frozenset(("refund", "credit", "voucher", "discount", "compensation", "waive", "free"))
# Which kinds of authorised remedy also authorise an offer of another kind.
AUTHORISED_BY = {
    "credit": frozenset(("voucher",)),
    "voucher": frozenset(("credit", "discount")),
    "discount": frozenset(("voucher",)),
    "compensation": MONEY | {"upgrade", "extra"},
    "waive": frozenset(("refund", "free", "cancellation")),
    "free": frozenset(("waive", "replacement", "repair", "collection", "upgrade", "voucher", "extra")),
    "extra": frozenset(("free",)),
    "replacement": frozenset(("rebooking",)),
    "collection": frozenset(("replacement",)),
    "rebooking": frozenset(("replacement",)),
    "repair": frozenset(("rebooking", "visit")),
    "visit": frozenset(("repair",)),
    "refund": frozenset(("waive",)),
}
ASKED = re.compile(
    (
        r"\b(?:customer|guest|passenger|client|he|she|they) (?:has |have )?(?:asked|wants?|wanted|requests?"
        r"|requested|demands?|demanded|expects?|claims?|claimed|says?|said|threat\w+)|\bnot yet\b"
        r"|\bpending approval\b|\?\s*\Z"
    ),
    re.IGNORECASE,
)


def unauthorised(offer: Offer, draft: Draft, context: Context) -> str | None:
    """Why an offer is not authorised, as a sentence; None where it is."""
    if offer.kind == "passing_on" and meanings(offer.clause.text) & follow_up_names(draft):
        return None
    kinds = AUTHORISED_BY.get(offer.kind, frozenset()) | {offer.kind}
    sources = [text for text in authorities(context) if authorises(text, offer, kinds)]
    if not sources:
        return (
            f"This promises a {offer.kind.replace('_', ' ')}, which no remedy or fact of the case allows."
            if offer.kind not in PLAIN
            else PLAIN[offer.kind]
        )
    offered = terms(offer.clause.text, draft.now)
    if offer.kind in VAGUE:
        offered = replace(offered, amounts={})
    amounts = known_amounts(context, draft)
    largest: dict[str, Decimal] = {}
    for unit, number in amounts:
        largest[unit] = max(number, largest.get(unit, number))
    keys = frozenset(f"{unit}{shown(number)}" for unit, number in amounts)
    reasons = [objection(offered, terms(normal(text), draft.now), keys, largest) for text in sources]
    return None if None in reasons else f"This is {reasons[0]}: the case says '{sources[0]}'."


def authorises(source: str, offer: Offer, kinds: frozenset[str]) -> bool:
    """Whether a source speaks of the offered kind and, where the kind alone says little, of the same thing."""
    spoken = {mention.kind for mention in mentions(source)}
    if not spoken & kinds:
        return False
    if offer.kind not in VAGUE:
        return True
    beside = {mention.kind for mention in mentions(offer.clause.text)} - VAGUE
    return bool(beside & spoken) or bool((meanings(offer.clause.text) & meanings(source)) - EMPTY_WORDS)


VAGUE = frozenset(("visit", "free", "extra", "waive", "priority", "keeping", "guarantee", "staff"))
EMPTY_WORDS = frozenset(
    meaning(word)
    for word in word_set(
        """
        free charge cost offer give like accept gift fee provide receive happy extra complimentary send
        customer
        """
    )
)
PLAIN = {
    "keeping": "This lets the customer keep something, which no remedy or fact of the case allows.",
    "passing_on": "This promises to pass the matter on, which no fact or follow-up of the case says.",
    "staff": "This promises something about staff, which no fact of the case says.",
    "guarantee": "This promises a change or that it will not happen again, which no fact of the case says.",
    "free": "This offers something free of charge, which no remedy or fact of the case allows.",
    "extra": "This offers something extra, which no remedy or fact of the case allows.",
    "waive": "This promises to waive a charge, which no remedy or fact of the case allows.",
    "upgrade": "This offers an upgrade, which no remedy or fact of the case allows.",
    "compensation": "This offers compensation, which no remedy or fact of the case allows.",
    "credit": "This offers credit or points, which no remedy or fact of the case allows.",
    "priority": "This promises priority, which no remedy or fact of the case allows.",
}


def authorities(context: Context) -> Iterator[str]:
    """What authorises: remedies, facts that do not merely report a wish, and what an agent already promised."""
    for remedy in context.remedies or ():
        yield remedy.text
    for fact in context.facts or ():
        if not ASKED.search(fact):
            yield fact
    for item in context.history or ():
        if item.sender == "agent":
            yield item.text
    if context.follow_up:
        yield " ".join(
            each for each in (context.follow_up.team, context.follow_up.channel, context.follow_up.by) if each
        )


def known_amounts(context: Context, draft: Draft) -> list[tuple[str, Decimal]]:
    """The amounts that the business itself states."""
    measured = (
        measure(value)
        for text in (*(context.facts or ()), *(each.text for each in context.remedies or ()))
        for value in values(text, draft.now)
        if value.kind == "money"
    )
    return [(unit, number) for unit, number in measured if number is not None]
