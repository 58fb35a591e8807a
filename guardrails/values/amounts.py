"""Amounts of money and percentages, in digits and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from guardrails.values.any_case import AnyCase, lowered
from guardrails.values.normal import word_set
from guardrails.values.numbers import NUMBER, parse, shown
from guardrails.values.references import references
from guardrails.values.value import Value

SYMBOLS = {
    "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₴": "UAH", "฿": "THB",
    "₫": "VND", "₦": "NGN", "₪": "ILS", "₱": "PHP", "r$": "BRL", "us$": "$", "a$": "$", "au$": "$", "c$": "$",
    "ca$": "$", "nz$": "$", "s$": "$", "hk$": "$", "$": "$", "rs.": "INR", "rs": "INR", "fr.": "CHF",
    "zł": "PLN", "kč": "CZK", "kr": "KR", "kr.": "KR",
}  # fmt: skip
DOLLARS = word_set("USD AUD CAD NZD SGD HKD")
FAMILIES = (
    dict.fromkeys(DOLLARS, "$") | dict.fromkeys(("SEK", "NOK", "DKK"), "KR") | dict.fromkeys(("CNY", "RMB"), "JPY")
)
OTHERS = word_set(
    """
    EUR GBP CHF JPY INR PLN CZK HUF RON TRY ZAR AED SAR QAR KWD THB VND IDR MYR PHP KRW BRL MXN ARS CLP COP NGN
    KES EGP ILS PKR BDT LKR RUB UAH
    """
)
CODES = FAMILIES | {code: code for code in sorted(OTHERS)}
NAMES = {
    "pounds": "GBP", "pound": "GBP", "quid": "GBP", "sterling": "GBP", "dollars": "$", "dollar": "$", "bucks": "$",
    "euros": "EUR", "euro": "EUR", "rupees": "INR", "rupee": "INR", "yen": "JPY", "yuan": "JPY", "francs": "CHF",
    "kronor": "KR", "kroner": "KR", "krona": "KR", "krone": "KR", "zloty": "PLN", "zlotys": "PLN", "baht": "THB",
    "rand": "ZAR", "dirhams": "AED", "pesos": "MXN", "reais": "BRL", "lira": "TRY", "rubles": "RUB",
    "roubles": "RUB", "shekels": "ILS", "naira": "NGN", "ringgit": "MYR",
}  # fmt: skip
CENTS = {"pence": "GBP", "cents": "$", "cent": "$", "¢": "$"}
RAND = r"(?=\s?(?:\d{2}|\d[ ,.]\d))"  # stands behind "R" where it means rand: "R450", and not "R2"
CURRENCIES = {"r": "ZAR"} | SYMBOLS | {code.lower(): family for code, family in CODES.items()} | NAMES


def alternatives(words: dict[str, str]) -> str:
    """The words as one pattern, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


BEFORE = re.compile(
    rf"(?<![A-Za-z0-9])(?P<unit>{alternatives(SYMBOLS)}|\b(?-i:{'|'.join(CODES)}|R{RAND}))\s?"
    rf"(?P<number>{NUMBER})",
    re.IGNORECASE,
)
UNIT_AFTER = re.compile(
    rf"\s?-?(?P<unit>{alternatives(SYMBOLS)}|(?-i:{'|'.join(CODES)})|{alternatives(NAMES)}"
    rf"|{alternatives(CENTS)}"
    r"|(?<=\d)p)(?![A-Za-z0-9]|\.[mM])",
    re.IGNORECASE,
)
HUNDRED = 100
LONG_NUMBER = re.compile(r"\d{5}")  # without a mark between thousands
CENTS_AFTER = re.compile(
    rf"(?: and)? (?P<cents>{NUMBER})(?: (?:pence|cents?|p))?\b(?! ?(?:%|[a-z]+s\b|per\b|-|of\b))",
    re.IGNORECASE,
)
PERCENT_AFTER = re.compile(r"\s?-?(?:%|per ?cent\b|percentage points?\b)", re.IGNORECASE)
MONEY_SIGN = AnyCase(
    rf"[£€¥₹₽₩₺₴฿₫₦₪₱$]|(?:{'|'.join(CODES).lower()})(?=[\s\d])|\b(?:rs|fr|kr|zł|kč)\b|\br{RAND}",
)
ANY_NUMBER = AnyCase(NUMBER)


@lru_cache(maxsize=64)  # amounts, counts and sums ask for those of the same text
def figures(text: str) -> tuple[re.Match[str], ...]:
    """Every number of a normal text, in digits and in words, in order."""
    return tuple(ANY_NUMBER.finditer(text))


def amounts(text: str) -> Iterator[Value]:
    """Money and percentages of a normal text, in no order; a number after the sign of its currency or before it."""
    for match in BEFORE.finditer(text) if MONEY_SIGN.search(text) else ():
        value = parse(match.group("number"))
        if value is not None and not (match.group("unit") == "R" and is_reference(text, match)):
            yield money(match.start(), match.end(), value, CURRENCIES[lowered(match.group("unit"))])
    for match in figures(text):
        value = parse(match.group())
        if value is None or (match.start() and text[match.start() - 1].isalnum()):
            continue
        if percent := PERCENT_AFTER.match(text, match.end()):
            yield Value("percent", match.start(), percent.end(), frozenset((f"%{shown(value)}",)))
        elif unit := UNIT_AFTER.match(text, match.end()):
            yield with_unit(match.start(), unit, value)


def is_reference(text: str, match: re.Match[str]) -> bool:
    """Whether "R10234" is what an order is called, by the words before it or by its many digits."""
    return bool(LONG_NUMBER.match(match.group("number"))) or any(
        each.label and each.start <= match.start() < each.end for each in references(text)
    )


def with_unit(start: int, unit: re.Match[str], value: Decimal) -> Value:
    """The amount of a number in front of its unit."""
    name = lowered(unit.group("unit"))
    if name in CENTS or name == "p":
        return money(start, unit.end(), value / 100, CENTS.get(name, "GBP"))
    end = unit.end()
    if name in NAMES and (cents := CENTS_AFTER.match(unit.string, end)):
        hundredths = parse(cents.group("cents"))
        if hundredths is not None and 1 < hundredths < HUNDRED:
            value, end = value + hundredths / 100, cents.end()
    return money(start, end, value, CURRENCIES[name])


def money(start: int, end: int, value: Decimal, currency: str) -> Value:
    """An amount; the key of the bare number stands for texts that leave the currency out."""
    return Value("money", start, end, frozenset((f"{currency}{shown(value)}",)))
