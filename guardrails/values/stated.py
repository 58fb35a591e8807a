"""What a case states, and whether a value stands in it or follows from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

from guardrails.sentences import sentences
from guardrails.values.amounts import figures
from guardrails.values.any_case import AnyCase
from guardrails.values.calendar import DAYS, day_number, month_number
from guardrails.values.extract import values
from guardrails.values.normal import normal
from guardrails.values.numbers import ORDINALS, parse, shown
from guardrails.values.references import references
from guardrails.values.value import Kind, Value

ISO_KEY = re.compile(r"\d{4}-\d\d-\d\d")
MONTH_KEY = re.compile(r"(\d{4})-(\d\d)")
ALWAYS_GIVEN = frozenset(("rtoday",))
NEAR = 8  # days: further off, nobody says the weekday alone
MOST = 24  # dates or times of which the differences are taken
FEW = 20
WEEKDAY_KEY = re.compile(r"w\d")
UNIT_AFTER = re.compile(r" (day|night|week)s?\b", re.IGNORECASE)
LENGTH_KEY = re.compile(r"(min|work|night|month)(\d+(?:\.\d+)?)")
MINUTES_KEY = re.compile(r"min\d+(?:\.\d+)?")
TIME_KEY = re.compile(r"t\d+")
HALF_AN_HOUR = 30
A_TWENTIETH = Decimal("0.05")
AGO_KEY = re.compile(r"ago\d+")
SPOKEN = range(3, 13)  # ordinals that count ("the third outage")
COUNT_WORDS = {"twice": 2, "pair": 2, "both": 2, "double": 2, "duplicate": 2, "couple": 2, "trio": 3, "thrice": 3}
COUNT_WORDS |= {word: value for word, value in ORDINALS.items() if value in SPOKEN}
COUNT_WORD = AnyCase(rf"\b(?:{'|'.join(COUNT_WORDS)})\b")
HALF_OF = AnyCase(r"\bhalf (?:of|off|the|your|that|its|price)\b")
MONEY_KEY = re.compile(r"(\$|KR|[A-Z]{3})([\d.]+)")


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

    def nearly(self, value: Value) -> bool:
        """Whether a length of time is about one that the case gives, for words such as "almost"."""
        lengths = [Decimal(key[3:]) for key in value.keys if MINUTES_KEY.fullmatch(key)]
        known = [Decimal(key[3:]) for key in self.keys if MINUTES_KEY.fullmatch(key)]
        return any(abs(each - other) <= other / 8 for each in lengths for other in known)

    def nearly_amount(self, value: Value, *, over: bool, below: bool) -> bool:
        """Whether the case gives an amount that is a twentieth over this one at most, or so much below it."""
        here = [match.groups() for key in value.keys if (match := MONEY_KEY.fullmatch(key))]
        known = [match.groups() for key in self.keys if (match := MONEY_KEY.fullmatch(key))]
        beyond = (
            (Decimal(other) - Decimal(number)) / Decimal(other)
            for unit, number in here
            for same, other in known
            if unit == same and Decimal(other)
        )
        return any((over and 0 <= each <= A_TWENTIETH) or (below and -A_TWENTIETH <= each <= 0) for each in beyond)

    def just_before(self, value: Value) -> bool:
        """Whether the case gives a time less than half an hour before this one ("before half past eight")."""
        here = minutes_of(value)
        known = [int(key[1:]) for key in self.keys if TIME_KEY.fullmatch(key)]
        return any(0 < each - other < HALF_AN_HOUR for each in here for other in known)

    def was_ago(self, value: Value) -> bool:
        """Whether a length of time is about what has passed since a time of the case that names no other day."""
        lengths = [Decimal(key[3:]) for key in value.keys if MINUTES_KEY.fullmatch(key)]
        passed = [Decimal(key[3:]) for key in self.keys if AGO_KEY.fullmatch(key)]
        return any(abs(each - other) <= other / 8 for each in lengths for other in passed)

    def is_longer(self, value: Value) -> bool:
        """Whether the case gives a longer time in the same unit, of which this much may be left."""
        here = [match.groups() for key in value.keys if (match := LENGTH_KEY.fullmatch(key))]
        known = [match.groups() for key in self.keys if (match := LENGTH_KEY.fullmatch(key))]
        return any(unit == same and Decimal(number) < Decimal(other) for unit, number in here for same, other in known)

    def combines(self, value: Value) -> bool:
        """Whether a length of time is the sum or the difference of two that the case gives."""
        known = sorted(Decimal(key[3:]) for key in self.keys if MINUTES_KEY.fullmatch(key))[:MOST]
        made = {found for low, high in combinations(known, 2) for found in (high - low, high + low)}
        return bool(value.keys & {f"min{shown(each)}" for each in made})

    def comes_before(self, value: Value) -> bool:
        """Whether the day or month just before a date is one that the case gives ("before July", until 30 June)."""
        days = {f"d{int(key[1:]) - 1}" for key in value.keys if re.fullmatch(r"d\d+", key)}
        months = {f"m{(int(key[1:]) - 2) % 12 + 1}" for key in value.keys if re.fullmatch(r"m\d+", key)}
        dated = (date(int(found[1]), int(found[2]), 1) for key in value.keys if (found := MONTH_KEY.fullmatch(key)))
        months |= {f"{before.year}-{before.month:02}" for before in (each - timedelta(days=1) for each in dated)}
        exact = {
            (date.fromisoformat(key) - timedelta(days=1)).isoformat() for key in value.keys if ISO_KEY.fullmatch(key)
        }
        return bool((days | months | exact) & self.keys)

    def has_day(self, value: Value) -> bool:
        """Whether "the 16th" stands in a list of days, of which the case names the month once."""
        return any(f"n{key[1:]}" in self.keys for key in value.keys if re.fullmatch(r"d\d+", key))

    def derives(self, value: Value) -> bool:
        """Whether an amount follows from amounts, counts and percentages of the case in one step."""
        return bool(value.keys & derived_amounts(self.keys))

    def left_over(self, value: Value) -> bool:
        """Whether a count is the difference of two numbers of the case ("the 11 extra books" of twelve for one)."""
        counts = sorted({int(key[1:]) for key in self.keys if re.fullmatch(r"N\d{1,6}", key)} | {1})[:MOST]
        return bool(value.keys & {f"n{high - low}" for low, high in combinations(counts, 2)})

    def has_hour(self, value: Value) -> bool:
        """Whether a bare number is an hour that the case gives ("between 8 and 10")."""
        hours = [int(key[1:]) * 60 for key in value.keys if re.fullmatch(r"n\d{1,2}", key)]
        return any(f"t{hour + shift}" in self.keys for hour in hours for shift in (0, 720))

    def dates_weekday(self, value: Value) -> bool:
        """Whether a weekday is that of a date of the case, however far."""
        return any(f"W{key[1:]}" in self.keys for key in value.keys if re.fullmatch(r"w\d", key))


@lru_cache(maxsize=64)
def derived_amounts(keys: frozenset[str]) -> frozenset[str]:
    """Sums of two, three or all, differences, multiples, shares and percentages of the amounts among these keys."""
    found = sorted(match.groups() for key in keys if (match := MONEY_KEY.fullmatch(key)))[:MOST]
    amounts = [(currency, Decimal(number)) for currency, number in found]
    counts = [Decimal(key[1:]) for key in keys if re.fullmatch(r"N\d{1,4}", key)][:MOST]
    percents = [Decimal(key[1:]) / 100 for key in keys if key.startswith("%")][:MOST]
    made: set[tuple[str, Decimal]] = set()
    for (currency, one), (same, other) in combinations(amounts, 2):
        if currency == same:
            made |= {(currency, one + other), (currency, abs(one - other))}
    made |= {(each[0][0], each[0][1] + each[1][1] + each[2][1]) for each in combinations(amounts[:12], 3)}
    for currency, number in amounts:
        made |= {(currency, number * count) for count in counts}
        made |= {(currency, number / count) for count in counts if 1 < count <= FEW}
        made |= {(currency, round(number * part, 2)) for part in percents}
    if len({currency for currency, _ in amounts}) == 1:
        made.add((amounts[0][0], sum((number for _, number in amounts), Decimal(0))))
    return frozenset(f"{currency}{shown(number)}" for currency, number in made if number)


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
            keys |= {f"m{int(found[2])}" for key in value.keys if (found := MONTH_KEY.fullmatch(key))}
            written.setdefault(value.kind, {})[text[value.start : value.end]] = None
            if day := meant_day(value, now):
                exact.add(day)
                keys |= parts(day, now)
            clock |= minutes_of(value)
        keys |= counts_and_spans(values(text, now))
        keys |= numbers_in(text, now) | sums_in(text, now) | words_for_counts(text)
    for day in between(texts, now):
        keys |= {day.isoformat(), *parts(day, now)}
    keys |= differences(exact, clock)
    if now:
        keys |= passed(texts, now)
    return Stated(frozenset(keys), {kind: tuple(found) for kind, found in written.items()})


def minutes_of(value: Value) -> set[int]:
    """The minutes of the day that a time may mean; none of any other value."""
    return {int(key[1:]) for key in value.keys if TIME_KEY.fullmatch(key)}


def passed(texts: tuple[str, ...], now: datetime) -> set[str]:
    """How long ago the times are of texts that name no other day than today."""
    minute, keys = now.hour * 60 + now.minute, set[str]()
    for text in texts:
        found = values(text, now)
        if all(meant_day(value, now) == now.date() for value in found if value.kind == "date"):
            keys |= {f"ago{minute - each}" for value in found for each in minutes_of(value) if each < minute}
    return keys


@lru_cache(maxsize=512)
def numbers_in(text: str, now: datetime | None) -> frozenset[str]:
    """The numbers of the amounts, lengths and counts of a text, whatever they count."""
    plain = normal(text)
    counting = [value for value in values(text, now) if value.kind not in ("date", "time")]
    shown_numbers = [plain[value.start : value.end] for value in counting] + [
        plain[each.start : each.end] for each in references(plain)
    ]
    parsed = (parse(match.group()) for piece in shown_numbers for match in figures(piece))
    return frozenset(f"N{shown(value)}" for value in parsed if value is not None)


@lru_cache(maxsize=512)
def sums_in(text: str, now: datetime | None) -> frozenset[str]:
    """The sums of the counts that one sentence gives ("22 pupils and 3 teachers" are 25)."""
    keys: set[str] = set()
    for sentence in sentences(text):
        if len(figures(normal(sentence.text))) < 2:  # noqa: PLR2004  # nothing to add up
            continue
        counts = [key for value in values(sentence.text, now) if value.kind == "number" for key in value.keys]
        whole = [int(key[1:]) for key in counts if re.fullmatch(r"n\d{1,6}", key)]
        if len(whole) > 1:
            keys.add(f"N{sum(whole)}")
    return frozenset(keys)


def words_for_counts(text: str) -> set[str]:
    """The counts that lie in words such as "twice" and "a pair", and the share in "half of"."""
    keys = {"%50"} if HALF_OF.search(text) else set()
    for match in COUNT_WORD.finditer(text):
        count = COUNT_WORDS[match.group().lower()]
        keys.add(f"N{count}")
        if unit := UNIT_AFTER.match(text, match.end()):
            keys.add(f"min{count * (10080 if unit.group(1).lower() == 'week' else 1440)}")
    return keys


def counts_and_spans(found: tuple[Value, ...]) -> set[str]:
    """How many days a text names, and how far its moments and weekdays lie apart."""
    keys = {f"N{sum(value.kind == kind for value in found)}" for kind in ("date", "time")}
    weekdays = [next((int(key[1:]) for key in value.keys if WEEKDAY_KEY.fullmatch(key)), None) for value in found]
    moments: list[tuple[int, int]] = []
    day: int | None = None
    for value, of_week in zip(found, weekdays, strict=True):
        day = of_week if of_week is not None else day
        if value.kind == "time" and day is not None:
            moments += [(day, int(key[1:])) for key in value.keys if key.startswith("t")]
    named = [each for each in weekdays if each is not None][:MOST]
    keys |= {f"min{(other - one) % 7 * 1440}" for one, other in combinations(named, 2)}
    for one, other in combinations(moments[:MOST], 2):
        keys.add(f"min{((other[0] - one[0]) % 7) * 1440 + other[1] - one[1]}")
    return keys


def between(texts: tuple[str, ...], now: datetime | None) -> Iterator[date]:
    """The days inside spans such as "17 to 19 January"."""
    for text in texts:
        plain = normal(text)
        for match in DAYS.finditer(plain):
            if match["joint"].strip() not in ("-", "to"):
                continue
            first, last, month = day_number(match["days"]), int(match["last"]), month_number(match["month"])
            year = now.year if now else 2000
            with suppress(ValueError):
                yield from (date(year, month, day) for day in range(first, last + 1))


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
        f"{day.year}-{day.month:02}",
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
        keys |= {f"min{end - start}", f"min{1440 - end + start}"}
    return keys - {"min0", "month0"}
