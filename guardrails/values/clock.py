"""Times of the day and lengths of time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from guardrails.values.numbers import NUMBER, parse, shown
from guardrails.values.value import Value

CLOCK = re.compile(
    r"(?<![\d.,:£€$/-])(?P<hour>[01]?\d"
    r"|2[0-4])(?:[:.h](?P<minute>[0-5]\d))(?::[0-5]\d)?(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?(?![\d%:]|\.\d)"
    r"|(?<![\d.,:£€$/])(?P<only>1[0-2]|0?[1-9])\s?(?P<half2>[ap])\.?\s?m\b\.?"
    r"|(?<![\d.,:])(?P<oclock>1[0-2]|[1-9])\s?o'clock(?:\s(?:in the )?(?P<part>morning|afternoon|evening|at night))?"
    r"|\b(?P<word>noon|midday|midnight)\b"
    r"|\b(?P<past>half|quarter|ten|five|twenty)(?P<side> past| to) (?P<named>one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve|\d{1,2})\b"
    r"|(?<![\w.])(?P<german>[01]?\d|2[0-4])(?:[:.](?P<german_minute>[0-5]\d))?\s?Uhr\b",
    re.IGNORECASE,
)
TIME_BEFORE = re.compile(r"\b(?:at|by|from|until|till|to|before|after|around|and|between|the|-)\s?\Z", re.IGNORECASE)
NOON = 12
PAST = {"half": 30, "quarter": 15, "ten": 10, "five": 5, "twenty": 20}
UNITS: dict[str, tuple[str, Decimal]] = {
    "minute": ("min", Decimal(1)),
    "min": ("min", Decimal(1)),
    "hour": ("min", Decimal(60)),
    "hr": ("min", Decimal(60)),
    "day": ("min", Decimal(1440)),
    "week": ("min", Decimal(10080)),
    "fortnight": ("min", Decimal(20160)),
    "month": ("month", Decimal(1)),
    "year": ("month", Decimal(12)),
    "night": ("night", Decimal(1)),
    "second": ("min", Decimal(1) / 60),
    "sec": ("min", Decimal(1) / 60),
}
UNIT = (
    r"(?P<kind>(?:working|business|week|calendar|full|whole|more|extra|additional|solid|long|entire"
    r"|further)[ -])?(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|fortnights?|months?|years?|nights?|seconds?"
    r"|secs?)"
)
LENGTH = re.compile(
    rf"(?<![\w£€$.,])(?P<number>{NUMBER})(?:\s?(?:-|to|or|and)\s?(?P<upper>{NUMBER}))?(?:[ -]"
    rf"|(?=[hmdws]))(?:and a half )?{UNIT}\b"
    rf"|(?<![\w£€$.,])(?P<short>\d{{1,3}})\s?(?P<letter>h|hrs|d)\b(?!\w)",
    re.IGNORECASE,
)
ARTICLE = re.compile(
    r"\b(?:(?P<fraction>half an?|a quarter of an) |(?P<lead>within|in|for|after|than|over|about|nearly|almost"
    r"|around|under|every|another|next|last|past|is|was|took|take|takes) (?:the |an? )(?:(?:next|last|past|full"
    r"|whole) )?)"
    rf"{UNIT}\b|\b(?:an?|one) {UNIT.replace('kind', 'kind2').replace('?P<unit>', '?P<unit2>')}(?= (?:ago|late"
    r"|earlier|later|delay|wait|overdue))",
    re.IGNORECASE,
)
ALWAYS = re.compile(r"(?<!\d)24/7(?!\d)|\b(?:round|around) the clock\b", re.IGNORECASE)


def times(text: str) -> Iterator[Value]:
    """Times of the day: keys are minutes after midnight, two where morning or evening is open."""
    for match in CLOCK.finditer(text):
        decimal = "." in match.group() and match.group().replace(".", "").isdigit()
        if decimal and not TIME_BEFORE.search(text, max(0, match.start() - 9), match.start()):
            continue
        found = minutes(match)
        if found:
            yield Value("time", match.start(), match.end(), frozenset(f"t{each}" for each in found))


def minutes(match: re.Match[str]) -> tuple[int, ...]:
    """What a time may mean, in minutes after midnight."""
    get = match.groupdict().get
    if word := get("word"):
        return (0, 1440) if word.lower() == "midnight" else (720,)
    if named := get("named"):
        hour = int(parse(named) or 0)
        offset = PAST[str(get("past")).lower()]
        exact = hour * 60 + (offset if str(get("side")).strip().lower() == "past" else -offset)
        return exact % 720, exact % 720 + 720
    if german := get("german"):
        return (int(german) * 60 + int(get("german_minute") or 0),)
    hour = int(get("hour") or get("only") or get("oclock") or 0)
    exact = hour * 60 + int(get("minute") or 0)
    half = get("half") or get("half2") or {"morning": "a"}.get(str(get("part")).lower(), "p" if get("part") else None)
    if half:
        return (exact % 720 + (720 if half.lower() == "p" else 0),)
    return (exact, exact + 720) if 0 < hour <= NOON else (exact,)


def durations(text: str) -> Iterator[Value]:
    """Lengths of time in a normal text; of a range both ends, each a value of its own."""
    for match in LENGTH.finditer(text):
        if match.group("short"):
            unit = "hour" if match.group("letter").lower().startswith("h") else "day"
            yield length(match, Decimal(match.group("short")), unit, "")
            continue
        for end in ("number", "upper"):
            value = parse(match.group(end) or "")
            if value is not None:
                half = Decimal("0.5") if "and a half" in match.group().lower() else Decimal(0)
                yield length(match, value + half, match.group("unit"), match.group("kind") or "")
    for match in ARTICLE.finditer(text):
        fraction = (match.group("fraction") or "").lower()
        part = Decimal("0.25") if "quarter" in fraction else Decimal("0.5") if fraction else Decimal(1)
        kind = match.group("kind") or match.group("kind2") or ""
        yield length(match, part, match.group("unit") or match.group("unit2"), kind)
    for match in ALWAYS.finditer(text):
        yield Value("duration", match.start(), match.end(), frozenset(("24/7",)))


def length(match: re.Match[str], value: Decimal, unit: str, kind: str) -> Value:
    """One length of time; working days are a unit of their own."""
    family, factor = UNITS[unit.lower().rstrip("s")]
    if kind.strip(" -").lower() in ("working", "business", "week"):
        family, factor = "work", factor / 1440 if family == "min" else factor
    return Value("duration", match.start(), match.end(), frozenset((f"{family}{shown(value * factor)}",)))
