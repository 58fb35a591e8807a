"""Finds promises in soft words: more, for longer, without the conditions, or of things that nobody authorised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from guardrails.sentences import Span
from guardrails.types import Context, Draft
from guardrails.values.amounts import MONEY_SIGN
from guardrails.values.any_case import AnyCase
from guardrails.values.event_support import known_words
from guardrails.values.events import COURTESY
from guardrails.values.extract import values
from guardrails.values.light_words import LIGHT
from guardrails.values.numbers import parse, shown
from guardrails.values.offers import NEGATED, kinds_in
from guardrails.values.promise_patterns import (
    ADDED,
    ALWAYS,
    BACK,
    EVERY,
    EVERY_GIVEN,
    FRACTION,
    FRACTIONS,
    FUTURE,
    GIVEN,
    GIVES,
    GRATIS,
    HALF,
    LENGTH,
    NARRATED,
    PAID_AFTER,
    PAST_CUSTOMER,
    SOFT,
    STRONG,
    TOLD_BEFORE,
    UNCONDITIONAL,
)
from guardrails.values.sources import case_texts, context_texts
from guardrails.values.stated import MONEY_KEY, Stated, numbers_in, stated, words_for_counts
from guardrails.values.stems import meaning, meanings
from guardrails.values.support import follows
from guardrails.values.value import TITLES, Value

CONTACT = AnyCase(
    r"\b(?:call|ring|phone|telephone|text|e-?mail|message|dm|contact|update|write to|let you know|be in touch"
    r"|get in touch|get back to you|come back to you|speak (?:to|with) you|hear from)\b"
)
# What a contact brings along, beside what the case speaks of.
NEWS = frozenset(
    map(
        meaning,
        "latest news update outcome result report progress answer finding detail date time plan step word line".split(),
    )
)
GIFTS = ("compliments", "gift", "treat", "present")  # other words for what a remedy gives free of charge


@dataclass(frozen=True, slots=True)
class Extra:
    """Words that promise what is not authorised: offsets, and why."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Authorised:
    """What the clauses of a draft are held against: values, words and remedies of its case."""

    business: Stated
    everything: Stated
    words: str  # of the business, in lower case
    meanings: frozenset[str]  # of the words of the whole case
    remedies: str

    @classmethod
    def by(cls, draft: Draft, context: Context) -> Authorised:
        """What the case of a draft authorises."""
        ours, all_texts = context_texts(context), case_texts(draft)
        return cls(
            business=stated(ours, draft.now),
            everything=stated(all_texts, draft.now),
            words=" ".join(ours).lower(),
            meanings=known_words(all_texts, ()),
            remedies=" ".join(each.text for each in context.remedies or ()),
        )


def extras(clause: Span, draft: Draft, case: Authorised) -> Iterator[Extra]:
    """What a clause promises beyond the remedies, facts and follow-up of the case."""
    here = [each for each in values(draft.text, draft.now) if clause.start <= each.start and each.end <= clause.end]
    yield from unheard_values(clause, here, draft, case.business, case.everything)
    if PAST_CUSTOMER.search(clause.text) or not FUTURE.search(clause.text):
        return
    priced = any(each.kind in ("money", "percent") for each in here)
    # A contact by the follow-up is authorised, whatever comes of it, and may bring news.
    contact = bool(CONTACT.search(clause.text)) and not priced and not any(kinds_in(clause))
    for pattern, reason in (
        (SOFT, "This promises to pay or give what no remedy of the case names."),
        (ALWAYS, "This promises something for the future, which no remedy or fact of the case says."),
        (UNCONDITIONAL, "This drops the conditions of the remedy."),
    ):
        match = pattern.search(clause.text)
        if not match or match.group() in case.words or NEGATED.search(clause.text, 0, match.start()):
            continue
        if pattern is UNCONDITIONAL and contact:
            continue
        if pattern is SOFT and clause.text.rstrip().endswith(":"):  # what it is follows
            continue
        if not authorised_otherwise(match.group().lower(), case, priced=priced):
            yield Extra(clause.start, clause.end, reason)
    if STRONG.search(clause.text):
        yield from added(clause, case.meanings | NEWS if contact else case.meanings)
        yield from too_many(clause, case.remedies, case.everything)


def authorised_otherwise(words: str, case: Authorised, *, priced: bool) -> bool:
    """Whether the case says in other words what these soft words say."""
    if words.endswith(GIFTS):
        return bool(GRATIS.search(case.remedies))
    if words == "stand behind":
        return "guarantee" in case.words
    if re.search(r"\breturn|\bsend", words) and "keep" in case.words:
        return True
    return priced and bool(re.search(r"\boff\b|writ\w+ off", words))


def too_many(clause: Span, remedies: str, everything: Stated) -> Iterator[Extra]:
    """A share that was not authorised, or all of what was authorised in part."""
    for match in FRACTION.finditer(clause.text):
        percent = Decimal(FRACTIONS[re.sub(r"^an? ", "", match.group("part").lower())])
        if GIVES.search(clause.text) and not shared_out(percent, remedies, everything):
            yield Extra(clause.start, clause.end, "No remedy of the case gives this share.")
    every = EVERY.search(clause.text)
    if not every or not BACK.search(clause.text) or EVERY_GIVEN.search(remedies):
        return
    if f"N{count_of(every.group())}" not in numbers_in(remedies, None) | words_for_counts(remedies):
        yield Extra(clause.start, clause.end, "This gives all of what is authorised in part.")


def count_of(every: str) -> str:
    """How many "both" or "all three" are; empty where that is open."""
    if every.lower() == "both":
        return "2"
    value = parse(every.rsplit(maxsplit=1)[-1])
    return "" if value is None else shown(value)


def shared_out(percent: Decimal, remedies: str, everything: Stated) -> bool:
    """Whether the remedies give this share, in percent or as an amount."""
    given = stated((remedies,), None).keys
    if f"%{percent}" in given or (percent == HALF and "half" in remedies.lower()):
        return True
    whole = [Decimal(match.group(2)) for key in everything.keys if (match := MONEY_KEY.fullmatch(key))]
    parts = [Decimal(match.group(2)) for key in given if (match := MONEY_KEY.fullmatch(key))]
    return any(abs(each * percent / 100 - part) <= 1 for each in whole for part in parts)


def unheard_values(
    clause: Span, here: list[Value], draft: Draft, business: Stated, everything: Stated
) -> Iterator[Extra]:
    """Amounts that a promise names and the business does not; dates and lengths of time that nobody names."""
    if not here or not GIVES.search(clause.text) or PAST_CUSTOMER.search(clause.text):
        return
    strong = STRONG.search(clause.text)
    narrated = NARRATED.search(clause.text) and not strong
    if narrated and not GIVEN.search(clause.text):
        return
    counted = Stated(business.keys | {key for key in everything.keys if key.startswith("N")}, business.written)
    for value in here:
        before = clause.text[: value.start - clause.start]
        if TOLD_BEFORE.search(before[-40:]) or NEGATED.search(before[-60:]):
            continue
        if value.kind in ("money", "percent"):
            known = (
                counted.has(value)
                or follows(draft.text, value, counted)
                or PAID_AFTER.match(draft.text, value.end) is not None
            )
        elif not strong or before.endswith("from "):
            continue
        elif "rtoday" in value.keys:
            known = bool(value.keys & business.keys)
        elif value.kind == "duration" and later(value, business):
            continue
        else:
            known = everything.has(value) or follows(draft.text, value, everything)
        if not known:
            words = draft.text[value.start : value.end]
            yield Extra(
                clause.start, clause.end, f"The {TITLES[value.kind]} '{words}' of this promise is not authorised."
            )


def later(value: Value, business: Stated) -> bool:
    """Whether a length of time is longer than one of its unit that the business gives: less than was authorised."""
    given = [match.groups() for key in business.keys if (match := LENGTH.fullmatch(key))]
    here = [match.groups() for key in value.keys if (match := LENGTH.fullmatch(key))]
    return any(unit == same and Decimal(number) < Decimal(own) for unit, number in given for same, own in here)


def added(clause: Span, known: frozenset[str]) -> Iterator[Extra]:
    """Things that a clause adds to the remedies and that no text of the case names."""
    for match in ADDED.finditer(clause.text):
        what = clause.text[slice(*match.span("what" if match["what"] else "before"))]
        if MONEY_SIGN.search(what) or NEGATED.search(clause.text, 0, match.start()):
            continue
        if meanings(what) - known - LIGHT - COURTESY:
            yield Extra(clause.start, clause.end, "This adds something that no remedy of the case names.")
            return
