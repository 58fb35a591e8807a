"""Dates, weekdays and words such as "tomorrow", resolved from the moment that a case counts from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product

from guardrails.values.any_case import AnyCase
from guardrails.values.numbers import ORDINALS
from guardrails.values.value import Value

MONTHS = (
    "january february march april may june july august september october november december".split(),
    "jan feb mar apr may jun jul aug sep oct nov dec".split(),
)
CENTURY = 100
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar"
    r"|apr|jun"
    r"|jul|aug|sept?|oct|nov|dec)"
)
DAY_WORD = "|".join(sorted(ORDINALS, key=len, reverse=True))
DAY = rf"(?:[0-3]?\d(?:st|nd|rd|th)?|{DAY_WORD})"
YEAR = r"(?:,? (?P<year{0}>(?:19|20)\d\d))?"
WRITTEN = AnyCase(
    rf"\b(?P<day1>{DAY}) (?!may (?:be|have|not|well|i|we)\b)(?:of )?(?P<month1>{MONTH})\b\.?{YEAR.format(1)}(?!\d)"
    rf"|\b(?P<month2>{MONTH})\b\.? (?:the )?(?P<day2>[0-3]?\d(?:st|nd|rd|th)?"
    rf"|{DAY_WORD})\b(?!:\d){YEAR.format(2)}",
)
ISO = re.compile(
    r"(?=[12])(?<!\d)(?P<y>(?:19|20)\d\d)[-/.](?P<m>0?[1-9]|1[0-2])[-/.](?P<d>0?[1-9]|[12]\d|3[01])(?!\d)",
)
NUMERIC = re.compile(
    r"(?=\d)(?!24/7\b)(?<![\d/.£€$-])(?P<a>0?[1-9]|[12]\d|3[01])(?P<sep>[/.-])(?P<b>0?[1-9]|[12]\d"
    r"|3[01])(?:(?P=sep)(?P<y>(?:19|20)?\d\d)(?![\d/%])|(?<=/\d)(?![\d/%])(?=[\s,;:!?).-]|\Z)(?!\.\d)"
    r"|(?<=/\d\d)(?![\d/%])(?=[\s,;:!?).-]|\Z)(?!\.\d)|(?<=\.\d)\.(?=[\s,;:)]|\Z)|(?<=\.\d\d)\.(?=[\s,;:)]"
    r"|\Z))"
)
DAYS = AnyCase(
    rf"\b(?=\d)(?P<days>[0-3]?\d(?:st|nd|rd|th)?(?:, ?[0-3]?\d(?:st|nd|rd|th)?){{0,6}}),?(?P<joint> ?- ?| to "
    rf"| and | or )(?:the )?"
    rf"(?P<last>[0-3]?\d)(?:st|nd|rd|th)? (?:of )?(?P<month>{MONTH})\b",
)
ONLY_DAY = AnyCase(
    r"\bthe (?P<day>[0-3]?\d(?:st|nd|rd|th))\b(?! (?:time|floor|century|birthday|anniversary|attempt|place))",
)
WEEKDAY = AnyCase(
    r"\b(?P<name>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?P<full>days?)?\b",
)
MODAL = r"(?!this may (?!and\b|but\b|or\b|for\b|in\b|on\b|at\b|to\b|with\b|when\b|i\b|we\b|you\b)[a-z])"
MONTH_ALONE = AnyCase(
    (
        rf"\b(?:{MODAL}(?P<cue>in|since|until|till|before|by|of|late|early|mid|last|next|this|every"
        rf"|through) (?P<month>{MONTH})\b(?! [0-3]?\d\b)|(?P<plain>january|february|june|july|august"
        rf"|september"
        rf"|october|november|december)\b){YEAR.format(1)}|\b(?P<dated>{MONTH})\b\.?,? (?P<year2>(?:19|20)\d\d)\b"
    ),
)
SHARED_YEAR = re.compile(rf"(?: and| to| or| until|,)? (?:{MONTH}) (?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
RELATIVE = AnyCase(
    r"\b(?P<word>day after tomorrow|day before yesterday|today|tonight|tomorrow|yesterday|this (?:morning"
    r"|afternoon|evening)|last night"
    # "Over the next year" is a length of time.
    r"|(?<!over the )(?<!for the )(?<!within the )(?<!in the )"
    r"(?P<which>this|next|last|coming|following) (?P<span>week|weekend|month|year))\b",
)
OFFSETS = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "day after tomorrow": 2,
    "day before yesterday": -2,
    "last night": -1,
}


def dates(text: str, now: datetime | None) -> Iterator[Value]:
    """Everything that names a day or a span of days in a normal text."""
    yield from written(text, now)
    yield from numeric(text, now)
    for match in WEEKDAY.finditer(text):
        if match.group("full") or (
            text[match.start()].isupper() and match.group("name").lower() not in ("sat", "sun", "wed")
        ):
            yield weekday(match, now)
    for match in MONTH_ALONE.finditer(text):
        named = next(name for name in ("month", "plain", "dated") if match.group(name))
        month, year = month_number(match.group(named)), match.group("year1") or match.group("year2")
        keys = {f"{year}-{month:02}"} if year else {f"m{month}"}
        if not year and (shared := SHARED_YEAR.match(text, match.end())):
            keys.add(f"{shared['year']}-{month:02}")
        yield Value("date", match.start(named), match.end(), frozenset(keys))
    for match in RELATIVE.finditer(text):
        yield relative(match, now)


def written(text: str, now: datetime | None) -> Iterator[Value]:
    """Days with their month's name, and "the 12th"."""
    for match in WRITTEN.finditer(text):
        side = "1" if match.group("month1") else "2"
        day, year = day_number(match.group(f"day{side}")), match.group(f"year{side}")
        yield from day_value(match, [(day, month_number(match.group(f"month{side}")))], year, now)
    for match in DAYS.finditer(text):
        yield from ranged(match, now)
    for match in ONLY_DAY.finditer(text):
        yield Value("date", match.start(), match.end(), frozenset((f"d{day_number(match.group('day'))}",)))


def ranged(match: re.Match[str], now: datetime | None) -> Iterator[Value]:
    """The days of "17 to 19 January" and of "1, 8 and 15 July" that stand in front of no month."""
    for each in re.finditer(r"\d+", match.group("days")):
        if int(each.group()) < int(match.group("last")):
            start = match.start("days") + each.start()
            for value in day_value(match, [(int(each.group()), month_number(match.group("month")))], None, now):
                yield Value("date", start, start + len(each.group()), value.keys)


def numeric(text: str, now: datetime | None) -> Iterator[Value]:
    """Days in figures; where day and month may be either, both readings count."""
    for match in ISO.finditer(text):
        yield from day_value(match, [(int(match.group("d")), int(match.group("m")))], match.group("y"), now)
    for match in NUMERIC.finditer(text):
        first, second = int(match.group("a")), int(match.group("b"))
        pairs = [(day, month) for day, month in ((first, second), (second, first)) if month <= len(MONTHS[0])]
        if match.group("sep") == "." and not match.group("y"):
            yield from dotted(match, now)
        else:
            yield from day_value(match, pairs, match.group("y"), now)


def dotted(match: re.Match[str], now: datetime | None) -> Iterator[Value]:
    """A day such as "29.4."; at the end of a sentence it may as well be a time or a number."""
    day, month = int(match.group("a")), int(match.group("b"))
    for value in day_value(match, [(day, month)] if month <= len(MONTHS[0]) else [], None, now):
        open_keys = {f"n{day}.{match.group('b').rstrip('0')}", f"t{day * 60 + month}", f"t{day * 60 + month + 720}"}
        yield Value("date", value.start, value.end, value.keys | open_keys)


def day_value(
    match: re.Match[str], pairs: list[tuple[int, int]], year: str | None, now: datetime | None
) -> Iterator[Value]:
    """A day, with the weekday it falls on where its year is known or near."""
    keys: set[str] = set()
    full = int(year) + (2000 if int(year) < CENTURY else 0) if year else None
    for (day, month), of_year in product(pairs, (full,) if full else near_years(now)):
        keys |= day_keys(of_year, month, day, open_year=full is None)
    if keys:
        yield Value("date", match.start(), match.end(), frozenset(keys))


def near_years(now: datetime | None) -> tuple[int | None, ...]:
    """The years that a date without one may mean."""
    return (now.year - 1, now.year, now.year + 1) if now else (None,)


def day_keys(year: int | None, month: int, day: int, *, open_year: bool) -> set[str]:
    """The keys of one day; an impossible one has none."""
    try:
        exact = date(year or 2000, month, day)
    except ValueError:
        return set()
    keys = {f"--{month:02}-{day:02}"} if open_year else set()
    return keys | ({exact.isoformat()} if year else set())


def weekday(match: re.Match[str], now: datetime | None) -> Value:
    """A weekday: itself, and the nearest such days on both sides of now."""
    number = next(at for at, name in enumerate(WEEKDAYS) if name.startswith(match.group("name").lower()[:3]))
    keys = {f"w{number}"}
    if now:
        ahead = (number - now.weekday()) % 7
        keys |= {(now.date() + timedelta(days=ahead + shift)).isoformat() for shift in (-7, 0)}
    return Value("date", match.start(), match.end(), frozenset(keys))


def relative(match: re.Match[str], now: datetime | None) -> Value:
    """A day counted from now, or a span such as "next week"."""
    word = re.sub(r"\s+", " ", match.group("word").lower())
    keys = {f"r{word.replace('coming', 'next').replace('following', 'next')}"}
    offset = 0 if word.startswith("this ") and not match.group("span") else OFFSETS.get(word)
    if now and word.endswith("year"):
        keys.add(f"n{now.year + {'this': 0, 'last': -1}.get(match.group('which').lower(), 1)}")
    if now and offset is not None:
        keys.add((now.date() + timedelta(days=offset)).isoformat())
    elif now:
        keys |= {f"{day.isoformat()}~" for day in span_days(match, now.date())}
        if word.endswith("month"):
            shift = {"this": 0, "last": -1}.get(match.group("which").lower(), 1)
            keys.add(f"m{(now.month - 1 + shift) % 12 + 1}")
    return Value("date", match.start(), match.end(), frozenset(keys))


def span_days(match: re.Match[str], today: date) -> Iterator[date]:
    """The days of a week or weekend around today; months and years are compared by their words alone."""
    shift = {"this": 0, "last": -7}.get(match.group("which").lower(), 7)
    monday = today - timedelta(days=today.weekday()) + timedelta(days=shift)
    span = match.group("span").lower()
    days = range(7) if span == "week" else range(5, 7) if span == "weekend" else range(0)
    return (monday + timedelta(days=each) for each in days)


def day_number(shown: str) -> int:
    """The number of "3", "3rd" or "third"."""
    return ORDINALS.get(shown.lower()) or int(re.sub(r"\D", "", shown))


def month_number(shown: str) -> int:
    """1 to 12."""
    return MONTHS[1].index(shown.lower()[:3]) + 1
