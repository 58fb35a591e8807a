"""What a case states, and whether a value stands in it or follows from it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

from guardrails.sentences import sentences
from guardrails.values.amounts import ANY_NUMBER
from guardrails.values.extract import values
from guardrails.values.normal import normal
from guardrails.values.numbers import parse, shown
from guardrails.values.references import references
from guardrails.values.value import Kind, Value

ISO_KEY = re.compile(r"\d{4}-\d\d-\d\d")
ALWAYS_GIVEN = frozenset(("rtoday",))
NEAR = 8  # days: further off, nobody says the weekday alone
MOST = 24  # dates or times of which the differences are taken
MONEY_KEY = re.compile(r"([A-Z$]+?)([\d.]+)")


@dataclass(frozen=True, slots=True)
class Stated:
    """The values of a case: their keys, the numbers in any of them, and how they are written, by kind."""

    keys: frozenset[str]
    written: dict[Kind, tuple[str, ...]]

    def has(self, value: Value) -> bool:
        """Whether the case states this value, in any spelling, or whether it follows from two that it states."""
        if value.keys & self.keys or value.keys & ALWAYS_GIVEN:
            return True
        if value.kind == "number":
            return any(f"N{key[1:]}" in self.keys for key in value.keys)
        if value.kind == "money":
            return any(f"n{found.group(2)}" in self.keys for key in value.keys if (found := MONEY_KEY.fullmatch(key)))
        return False

    def left_over(self, value: Value) -> bool:
        """Whether a count is the difference of two numbers of the case ("the 11 extra books" of twelve for one)."""
        counts = sorted({int(key[1:]) for key in self.keys if re.fullmatch(r"N\d{1,6}", key)} | {1})[:MOST]
        return bool(value.keys & {f"n{high - low}" for low, high in combinations(counts, 2)})

    def has_hour(self, value: Value) -> bool:
        """Whether a bare number is an hour that the case gives ("between 8 and 10")."""
        hours = [int(key[1:]) * 60 for key in value.keys if re.fullmatch(r"n\d{1,2}", key)]
        return any(f"t{hour + shift}" in self.keys for hour in hours for shift in (0, 720))

    def multiplies(self, value: Value) -> bool:
        """Whether an amount is a count of the case times an amount of the case."""
        counts = [int(key[1:]) for key in self.keys if re.fullmatch(r"N\d{1,4}", key)][:MOST]
        amounts = [found for key in self.keys if (found := MONEY_KEY.fullmatch(key))][:MOST]
        products = {f"{each.group(1)}{shown(Decimal(each.group(2)) * count)}" for each in amounts for count in counts}
        return bool(value.keys & products)

    def dates_weekday(self, value: Value) -> bool:
        """Whether a weekday is that of a date of the case, however far."""
        return any(f"W{key[1:]}" in self.keys for key in value.keys if re.fullmatch(r"w\d", key))

    def totals(self, value: Value) -> bool:
        """Whether an amount is the sum of two amounts of the case, or of all."""
        amounts = [key for key in self.keys if MONEY_KEY.fullmatch(key)][:MOST]
        sums = {added(pair) for pair in combinations(amounts, 2)} | {added(amounts)}
        return bool(value.keys & {each for each in sums if each})


@lru_cache(maxsize=128)
def stated(texts: tuple[str, ...], now: datetime | None) -> Stated:
    """The values of these texts, with those that follow from them."""
    keys: set[str] = set()
    written: dict[Kind, dict[str, None]] = {}
    exact: set[date] = {now.date()} if now else set()
    clock: set[int] = set()
    for text in texts:
        for value in values(text, now):
            keys |= value.keys
            written.setdefault(value.kind, {})[text[value.start : value.end]] = None
            if day := meant_day(value, now):
                exact.add(day)
                keys |= parts(day, now)
            clock |= {int(key[1:]) for key in value.keys if key.startswith("t")}
        keys |= numbers_in(text, now) | sums_in(text, now)
    keys |= differences(exact, clock)
    return Stated(frozenset(keys), {kind: tuple(found) for kind, found in written.items()})


@lru_cache(maxsize=512)
def numbers_in(text: str, now: datetime | None) -> frozenset[str]:
    """The numbers of the amounts, lengths and counts of a text, whatever they count."""
    plain = normal(text)
    counting = [value for value in values(text, now) if value.kind not in ("date", "time")]
    shown_numbers = [plain[value.start : value.end] for value in counting] + [
        plain[each.start : each.end] for each in references(plain)
    ]
    parsed = (parse(match.group()) for piece in shown_numbers for match in ANY_NUMBER.finditer(piece))
    return frozenset(f"N{shown(value)}" for value in parsed if value is not None)


@lru_cache(maxsize=512)
def sums_in(text: str, now: datetime | None) -> frozenset[str]:
    """The sums of the counts that one sentence gives ("22 pupils and 3 teachers" are 25)."""
    keys: set[str] = set()
    for sentence in sentences(text):
        counts = [key for value in values(sentence.text, now) if value.kind == "number" for key in value.keys]
        whole = [int(key[1:]) for key in counts if re.fullmatch(r"n\d{1,6}", key)]
        if len(whole) > 1:
            keys.add(f"N{sum(whole)}")
    return frozenset(keys)


def meant_day(value: Value, now: datetime | None) -> date | None:
    """The one day that a value means: the nearest to now where it gives no year, none for a bare weekday or a span."""
    days = [date.fromisoformat(key) for key in value.keys if ISO_KEY.fullmatch(key)]
    open_year = any(key.startswith("--") for key in value.keys)
    if not days or (len(days) > 1 and not (open_year and now)):
        return None
    return min(days, key=lambda day: abs((day - now.date()).days)) if now else days[0]


def parts(day: date, now: datetime | None) -> set[str]:
    """Weekday, month, and day of the month of a date; a bare weekday means it only where it is near."""
    near = now is None or abs((day - now.date()).days) <= NEAR
    weekday = {f"w{day.weekday()}"} if near else set()
    return {
        f"--{day.month:02}-{day.day:02}",
        f"m{day.month}",
        f"d{day.day}",
        f"W{day.weekday()}",
        f"{day.isoformat()}~",
    } | weekday


def differences(days: set[date], clock: set[int]) -> set[str]:
    """The lengths of time between each two dates and each two times."""
    keys: set[str] = set()
    for one, other in combinations(sorted(days)[:MOST], 2):
        apart = (other - one).days
        keys |= {
            f"min{apart * 1440}",
            f"night{apart}",
            f"min{round(apart / 7) * 10080}",
            f"month{round(apart / 30.4)}",
        }
    for start, end in combinations(sorted(clock)[:MOST], 2):
        keys.add(f"min{end - start}")
    return keys - {"min0", "month0"}


def added(keys: Iterable[str]) -> str | None:
    """The key of the sum of several amounts of one currency."""
    found = [match for key in keys if (match := MONEY_KEY.fullmatch(key))]
    if len({match.group(1) for match in found}) != 1:
        return None
    return f"{found[0].group(1)}{shown(sum((Decimal(match.group(2)) for match in found), Decimal(0)))}"
