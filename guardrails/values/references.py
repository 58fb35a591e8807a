"""Finds the reference numbers of a text: orders, bookings, tickets, flights, rooms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from guardrails.values.any_case import AnyCase
from guardrails.values.normal import word_set

LABEL = (
    r"order|booking|reservation|confirmation|ticket|case|reference|ref|tracking|parcel|shipment|consignment"
    r"|invoice|account|customer|"
    r"membership|member|policy|claim|complaint|loyalty|receipt|transaction|contract|subscription|serial"
    r"|flight"
    r"|train|coach|bus|room|"
    r"table|seat|gate|voucher|incident|job|request|delivery|return|rma|enquiry|inquiry|suite|apartment"
    r"|licence|license"
)
LABELLED = AnyCase(
    rf"\b(?P<label>{LABEL})s?(?:['’]s)?\s?(?:\(?(?:number|numbers|num|no\.?|nr\.?|id|code"
    r"|ref(?:erence)?)\)?\s?)?(?:is |was |: ?|of )?"
    r"[#№]?\s?(?P<value>(?=[a-z0-9/-]*\d)[a-z0-9](?:[a-z0-9/-]{0,30}[a-z0-9])?)(?![\w%]|[.,:]\d)"
    r"(?! ?(?:hours?|hrs?|minutes?|mins?|(?:working |business )?(?:days?|nights?|weeks?|months?|years?)|floors?"
    r"|points?|per ?cent|grams?)\b)",
)
COUNTED = re.compile(r"\d{1,2}-\d{1,2}|\d{1,2}([./-])\d{1,2}\1(?:\d\d|\d{4})")  # "3-5", or a date
MIXED = re.compile(
    r"(?<![\w@#./£$€+-])#?(?=[A-Z0-9/-]{0,29}\d)(?=[0-9/-]{0,29}[A-Z])[A-Z0-9](?:[A-Z0-9/-]{1,30}[A-Z0-9])(?![\w@]|[.:/]\w)"
)
HASHED = re.compile(r"(?<![\w&])#(?P<value>\d{2,20})(?!\w)")
LONG = re.compile(r"(?=\d)(?<![\w.,£$€+(/-])\d{6,22}(?![\w%/-]|[.,]\d)")
NOT_A_REFERENCE = re.compile(
    r"\d{1,4}(?:ST|ND|RD|TH|H|HRS?|AM|PM|MIN|MINS|GB|MB|TB|KG|KM|CM|MM|ML|M|L|G|K|X|D|P|S|W|V|HZ|C|F|USD"
    r"|EUR|GBP"
    r"|K)|[A-Z]?\d{2,4}S|24/7|"
    r"COVID-?19|[345]G|MP[34]|H264|[A-Z]{3}\d{1,6}|A[0-6]|Q[1-4]|24-?H|(?:19|20)\d\d[-/](?:\d\d){1,2}"
)
MONEY_CODE = re.compile(
    r"(?:USD|EUR|GBP|AUD|CAD|NZD|CHF|INR|JPY|SGD|HKD|ZAR|AED|SEK|NOK|DKK|PLN|CNY|THB|RS)\d+|R\d{2,4}",
)
NO_KEY = re.compile(r"[^0-9A-Za-z]")
PRIVATE = word_set(
    """
    order booking reservation confirmation account customer membership member policy loyalty tracking parcel
    shipment consignment invoice receipt transaction contract subscription claim
    """
)
ROOMS = frozenset(("room", "suite", "apartment"))


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference: where it stands, what it is compared by, and what the text calls it (None where nothing)."""

    start: int
    end: int
    key: str
    label: str | None


@lru_cache(maxsize=256)
def references(text: str) -> tuple[Reference, ...]:
    """The references of a text in order, without overlap."""
    if not any(map(str.isdigit, text)):
        return ()
    kept: list[Reference] = []
    for reference in sorted(candidates(text), key=lambda each: (each.start, each.label is None)):
        if not kept or reference.start >= kept[-1].end:
            kept.append(reference)
    return tuple(kept)


def candidates(text: str) -> Iterator[Reference]:
    """Everything that may be a reference, each as often as it is recognised."""
    for match in LABELLED.finditer(text):
        value, label = text[match.start("value") : match.end("value")], match.group("label")
        if plausible(value, label):
            yield Reference(match.start("value"), match.end("value"), key(value), label)
    for match in MIXED.finditer(text):
        bare = match.group().lstrip("#")
        is_code = MONEY_CODE.fullmatch(bare) or (
            NOT_A_REFERENCE.fullmatch(bare) and not re.fullmatch(r"[A-Z]{3}\d{3,6}", bare)
        )
        if not is_code and sum(map(str.isdigit, bare)) > 1:
            yield Reference(match.start(), match.end(), key(bare), None)
    for match in HASHED.finditer(text):
        yield Reference(match.start("value"), match.end("value"), key(match.group("value")), None)
    for match in LONG.finditer(text):
        yield Reference(match.start(), match.end(), key(match.group()), None)


def plausible(value: str, label: str) -> bool:
    """Whether what follows a label names that thing, rather than counts it ("order 2 more", "room 24 hours")."""
    if re.fullmatch(r"\d{1,2}", value):
        return label in ROOMS or label in ("table", "gate", "seat", "flight", "bus", "train", "coach")
    if COUNTED.fullmatch(value):
        return False
    return not NOT_A_REFERENCE.fullmatch(value.upper()) or bool(re.fullmatch(r"[A-Z]{2,3}\d{3,6}", value))


def key(value: str) -> str:
    """Letters and digits alone, in one case."""
    return (value if value.isascii() and value.isalnum() else NO_KEY.sub("", value)).upper()
