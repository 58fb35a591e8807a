"""Says whether the business authorised an offer, and why it did not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from guardrails.sentences import Span
from guardrails.types import Context, Draft
from guardrails.values.event_support import known_words
from guardrails.values.extract import values
from guardrails.values.inventions import telling
from guardrails.values.normal import normal, word_set
from guardrails.values.numbers import NUMBER, parse, shown
from guardrails.values.offers import Offer, kinds_in, mentions
from guardrails.values.sources import case_texts, follow_up_names
from guardrails.values.stated import MONEY_KEY, derived_amounts, stated
from guardrails.values.stems import meaning, meanings
from guardrails.values.terms import measure, objection, terms

MONEY = frozenset(("refund", "credit", "voucher", "discount", "compensation", "waive", "free"))
# Which kinds of authorised remedy also authorise an offer of another kind.
AUTHORISED_BY = {
    "credit": frozenset(("voucher",)),
    "voucher": frozenset(("credit", "discount")),
    "discount": frozenset(("voucher",)),
    "compensation": MONEY | {"upgrade", "extra"},
    "waive": frozenset(("refund", "free", "cancellation", "credit", "discount")),
    "free": frozenset(("waive", "replacement", "repair", "collection", "upgrade", "voucher", "extra", "discount")),
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


class Unauthorised(NamedTuple):
    """Why a clause promises too much, as a sentence; whether its amount is over one that a remedy names."""

    reason: str
    by_amount: bool = False


def unauthorised(offer: Offer, draft: Draft, context: Context) -> Unauthorised | None:
    """Why an offer is not authorised; None where it is."""
    if offer.kind == "passing_on" and meanings(offer.clause.text) & follow_up_names(draft):
        return None
    kinds = AUTHORISED_BY.get(offer.kind, frozenset()) | {offer.kind}
    known = known_words(case_texts(draft), ())
    before = draft.text[max(0, offer.clause.start - BEFORE) : offer.clause.start]
    sources = [text for text in authorities(context) if authorises(text, offer, kinds, known, before)]
    if not sources and paid_by_remedy(offer, context, draft):
        return None
    if not sources:
        kind = offer.kind.replace("_", " ")
        return Unauthorised(
            PLAIN.get(offer.kind) or f"This promises a {kind}, which no remedy or fact of the case allows."
        )
    offered = terms(offer.clause.text, draft.now)
    given = remedy_amounts(context, draft)
    offered = replace(
        offered,
        amounts={unit: number for unit, number in offered.amounts.items() if f"{unit}{shown(number)}" not in given},
    )
    if offer.kind in VAGUE:
        offered = replace(offered, amounts={})
    amounts = known_amounts(context, draft)
    largest: dict[str, Decimal] = {}
    for unit, number in amounts:
        largest[unit] = max(number, largest.get(unit, number))
    keys = frozenset(f"{unit}{shown(number)}" for unit, number in amounts)
    piece = own_piece(offer)
    named = terms(piece, draft.now).amounts.items()
    of_kind = frozenset().union(*(own_amounts(text, draft.now) for text in sources))
    if named and all(f"{unit}{shown(number)}" in of_kind for unit, number in named):
        piece = ""  # "the entire £58": the amount says how much
    objections = [objection(offered, terms(normal(text), draft.now), keys, largest, piece) for text in sources]
    first = objections[0]
    if first is None or None in objections:
        return None
    return Unauthorised(f"This is {first.why}: the case says '{sources[0]}'.", first.by_amount)


def own_piece(offer: Offer) -> str:
    """The clause without what it gives besides, where it gives several things that are each judged by themselves."""
    text, place = offer.clause.text, offer.start - offer.clause.start
    borders = [0, *(match.start() for match in ANOTHER.finditer(text)), len(text)]
    pieces = (Span(start, end, text[start:end]) for start, end in pairwise(borders))
    return " ".join(each.text for each in pieces if each.start <= place < each.end or not any(kinds_in(each)))


def authorises(source: str, offer: Offer, kinds: frozenset[str], known: frozenset[str], before: str) -> bool:
    """Whether a source speaks of the offered kind and, where the kind alone says little, of the same thing.

    What "it" is, in "it will not cost you anything", stands in the words before.
    """
    spoken = {mention.kind for mention in mentions(source)}
    if not spoken & kinds:
        return False
    if offer.kind not in VAGUE:
        return True
    beside = {mention.kind for mention in mentions(offer.clause.text)} - VAGUE
    if offer.kind in ("free", "extra") and of_the_case(offer.clause.text, known):
        return True
    said = before if COSTS_NOTHING.search(offer.clause.text) else offer.clause.text
    return bool(beside & spoken) or bool((meanings(said) & meanings(source)) - EMPTY_WORDS)


def of_the_case(clause: str, known: frozenset[str]) -> bool:
    """Whether a long clause speaks only of things that the case speaks of."""
    said = telling(clause.lower()) - GIFT
    return len(said - known) <= 1 and len(clause.split()) > LONG


BEFORE = 200  # characters: a sentence or two
LONG = 14  # words: so long a clause offers more than "it is on us"
GIFT = frozenset(map(meaning, ("free", "charge", "cost", "treat", "complimentary", "house")))
COSTS_NOTHING = re.compile(
    r"^\W*(?:and |so |of course,? )?(?:"
    r"(?:it|this|that|they|these|this one) (?:will|won't|does|doesn't|would|is|are)?(?:n't| not)? ?(?:be )?"
    r"(?:cost you (?:anything|nothing|a penny)|(?:completely |entirely )?free(?: of charge)?"
    r"|at no (?:extra )?cost(?: to you)?|on us)"
    r"|there (?:will be|is|'ll be|would be) no (?:extra )?(?:charge|cost|fee|bill)"
    r"|(?:you will|you'll|you) (?:not|won't|don't|do not) (?:have|need) to pay(?: anything| a penny)?"
    r"|(?:we|i) (?:will not|won't|shall not) (?:be )?(?:bill|charg)(?:e|ing)? you)"
    r"(?: (?:for|on) (?:it|this|that|them|these))?(?: of course| at all)?\W*$",
    re.IGNORECASE,
)
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
# Where a clause begins to give another thing.
ANOTHER = re.compile(
    r",? (?:along with|together with|with) (?=an? |[£$€]\d)"
    r"|,? (?:and|plus|as well as)(?: (?:also|have|i|we|'ve|will|am|are|then)){0,3} "
    r"(?=(?:send|sent|add|added|give|gave|given|offer|offered|credit|credited|issue|issued|book|booked|arrange|arranged"
    r"|adding|sending|giving|offering|crediting|issuing|an? |[£$€]\d))",
    re.IGNORECASE,
)
# "Half of the fare of £236" and "50 % of £68" give other amounts than they name; "half the fare, £118" gives this one.
WHOLE = re.compile(
    r"\b(?:half|\d{1,2}(?:\.\d+)? ?(?:%|per ?cent)) (?:of |off )?(?:(?:the|your|that|its) )?"
    r"(?:(?!or\b|and\b|up\b)[a-z]+ ){0,3}\Z",
    re.IGNORECASE,
)
# "We'll cover the $186 you spent on the taxi."
SPENT = re.compile(
    r"^\W*(?:and |so )?(?:i|we)(?: will|'ll| are going to)(?: also| of course| gladly)? "
    r"(?:cover|pay|meet|reimburse|refund)(?: you)?(?: for)? (?:the )?[£$€][\d.,]+(?: that| which)? "
    r"(?:you|it|they|[a-z ]{1,30}?)(?:'ve| have)? (?:spent|paid|cost)\b(?!.*\b(?:and|plus|every|each)\b)",
    re.IGNORECASE,
)
PERCENT = re.compile(r"%\d+(?:\.\d+)?")
EACH = re.compile(r"\b(?:each|every|per) (?!cent\b)(?P<noun>[a-z]{3,})", re.IGNORECASE)
BEFORE_AMOUNT = 60  # characters
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


def paid_by_remedy(offer: Offer, context: Context, draft: Draft) -> bool:
    """Whether an offer of money names amounts, and only such as the remedies give.

    A remedy that is an amount and no more ("up to £200 for essentials") may be paid in any way.
    """
    amounts = terms(own_piece(offer), draft.now).amounts.items()
    if offer.kind in ("waive", "discount"):
        given = remedy_amounts(context, draft)
    elif offer.kind in ("refund", "credit", "compensation"):
        bare = tuple(each.text for each in context.remedies or () if not mentions(each.text))
        given = stated(bare, draft.now).keys
    else:
        return False
    return bool(amounts) and all(f"{unit}{shown(number)}" in given for unit, number in amounts)


def pays_back(clause: str, context: Context, draft: Draft) -> bool:
    """Whether a clause promises no more than what the customer spent, and a remedy gives that amount."""
    if not SPENT.search(clause):
        return False
    named = terms(clause, draft.now).amounts.items()
    given = remedy_amounts(context, draft)
    return bool(named) and all(f"{unit}{shown(number)}" in given for unit, number in named)


@lru_cache(maxsize=8)  # asked for each offer and each clause of a draft
def remedy_amounts(context: Context, draft: Draft) -> frozenset[str]:
    """The amounts of the remedies, and what follows in one step from them and from what the business states."""
    texts = tuple(each.text for each in context.remedies or ())
    keys = frozenset().union(*(own_amounts(text, draft.now) for text in texts))
    shares = {Decimal(key[1:]) / 100 for key in keys if PERCENT.fullmatch(key)}
    parts = {
        f"{unit}{shown(round(number * each, 2))}" for unit, number in known_amounts(context, draft) for each in shares
    }
    return keys | derived_amounts(keys) | parts | multiples(context, draft) | counted_by_remedy(context, draft)


def multiples(context: Context, draft: Draft) -> frozenset[str]:
    """What "£20 for each passenger" comes to for as many passengers as the case counts."""
    found: frozenset[str] = frozenset()
    for remedy in context.remedies or ():
        nouns = {match["noun"].lower().removesuffix("s") for match in EACH.finditer(remedy.text)}
        counts = {key for noun in nouns for text in case_texts(draft) for key in counted(noun, normal(text))}
        if counts:
            amounts = frozenset(key for key in own_amounts(remedy.text, draft.now) if not key.startswith("N"))
            found |= derived_amounts(amounts | counts)
    return found


def counted_by_remedy(context: Context, draft: Draft) -> frozenset[str]:
    """What "a refund of the three charges" comes to, where a fact says what the three were each."""
    given = [stated((each.text,), draft.now).keys for each in context.remedies or ()]
    counts = frozenset(
        key for keys in given if not any(map(MONEY_KEY.fullmatch, keys)) for key in keys if key[0] == "n"
    )
    found: frozenset[str] = frozenset()
    for fact in context.facts or () if counts else ():
        keys = stated((fact,), draft.now).keys
        same = frozenset(f"N{key[1:]}" for key in counts & keys)
        amounts = frozenset(key for key in keys if MONEY_KEY.fullmatch(key))
        if same and len(amounts) == 1:
            found |= derived_amounts(amounts | same)
    return found


def counted(noun: str, plain: str) -> Iterator[str]:
    """How many of these a text counts ("two tired passengers")."""
    for match in re.finditer(rf"\b(?P<count>{NUMBER}) (?:[a-z]+ )?{re.escape(noun)}", plain, re.IGNORECASE):
        value = parse(match["count"])
        if value is not None:
            yield f"N{shown(value)}"


def own_amounts(text: str, now: datetime | None) -> frozenset[str]:
    """What a remedy states and gives: "half of the fare of £236" gives another amount than it names."""
    wholes = {
        key
        for value in values(text, now)
        if WHOLE.search(text[max(0, value.start - BEFORE_AMOUNT) : value.start])
        for key in value.keys
    }
    return stated((text,), now).keys - wholes


def known_amounts(context: Context, draft: Draft) -> list[tuple[str, Decimal]]:
    """The amounts that the business itself states."""
    measured = (
        measure(value)
        for text in (*(context.facts or ()), *(each.text for each in context.remedies or ()))
        for value in values(text, draft.now)
        if value.kind == "money"
    )
    return [(unit, number) for unit, number in measured if number is not None]
