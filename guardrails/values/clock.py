"""Times of the day and lengths of time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from guardrails.values.any_case import AnyCase
from guardrails.values.numbers import NUMBER, STARTS, parse, shown
from guardrails.values.value import Value

HOUR_WORD = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
CLOCK = AnyCase(
    rf"(?=\d|\b(?:{STARTS}|quarter|noon|mid))(?:"  # how each of these begins
    r"(?<![\d.,:£€$/])(?<!\D-)(?P<hour>[01]?\d"
    r"|2[0-4])(?:[:.h](?P<minute>[0-5]\d))(?::[0-5]\d)?(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?(?![\d%]|[:.]\d)"
    r"|(?<![\d.,:£€$/])(?P<only>1[0-2]|0?[1-9])\s?(?P<half2>[ap])\.?\s?m\b\.?"
    r"|\b(?P<word>(?:12 |twelve )?(?:noon|midday|midnight))\b"
    r"|\b(?P<past>half|(?:a )?quarter|twenty-five|ten|five|twenty"
    r"|(?:(?:twenty-)?(?:one|two|three|four|six|seven|eight|nine)|\d{1,2}|ten|five|twenty|eleven|twelve"
    r"|(?:thir|four|six|seven|eigh|nine)teen) minutes)"
    rf"(?P<side> past| to) (?P<named>{HOUR_WORD}|noon|midnight|\d{{1,2}})\b"
    rf"|(?<![\d.,:-])\b(?P<oclock>1[0-2]|[1-9]|{HOUR_WORD})(?:\s?o'clock"
    r"(?:\s(?:in the )?(?P<part>morning|afternoon|evening|at night))?"
    r"|(?= (?:this|in the|that|(?:tomorrow|yesterday|(?:on )?(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day)(?: in the)?) "
    r"(?P<part2>morning|afternoon|evening|night)\b)|(?= (?P<part3>tonight|at night|tomorrow|yesterday)\b))"
    rf"|(?:(?<=\bby )(?<!\bone by )|(?<=\bat )|(?<=\bbefore )|(?<=\buntil )|(?<=\bsince )|(?<=\btill )"
    rf"|(?<=\bpast ))(?P<bare>{HOUR_WORD}|1[0-2]|[1-9])\b"
    r"(?=[.,;:!?)](?!\d)|\Z| (?:on|today|sharp|and|to|until|when|with|before|so|that|it|you|we|the)\b)"
    r"|(?<![\w.])(?P<german>[01]?\d|2[0-4])(?:[:.](?P<german_minute>[0-5]\d))?\s?uhr\b)",
)
WINDOW = AnyCase(
    rf"\b(?:from|between) (?P<from>{HOUR_WORD}|1[0-2]|[1-9]) (?:to|and|until|till) (?P<to>{HOUR_WORD}"
    rf"|1[0-2]|[1-9])\b"
    r"(?![ -](?:(?:working|business|calendar) )?(?:minutes?|hours?|days?|weeks?|months?|years?|per|percent"
    r"|pounds|euros"
    r"|dollars|times)\b|[.,:]\d|%)",
)
NO_CLOCK_AFTER = re.compile(
    r"\s?(?:%|percent|per|stars?|times|GB|km|kg|m\b|l\b|x\b|million|points?)",
    re.IGNORECASE,
)
NOON = 12
PAST = {"half": 30, "quarter": 15}
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
    r"(?P<kind>(?:working|business|week|calendar|full|whole|more|extra|additional|solid|long|entire|free"
    r"|cold|dry"
    r"|further)[ -])?(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|fortnights?|months?|years?|nights?"
    r"|seconds?"
    r"|secs?)"
)
PARTS = {"half": "0.5", "a half": "0.5", "a quarter": "0.25", "three quarters": "0.75"}
AND_PART = r"(?: and (?P<part>a half|a quarter|three quarters)\b)?"
AND_MINUTES = rf"(?:,? (?:and )?(?P<more>{NUMBER})[ -](?P<small>minutes?|mins?)\b)?"
LENGTH = AnyCase(
    rf"(?=\d|{STARTS})(?:"  # how each of these begins
    rf"(?<![\w£€$.,])(?P<number>{NUMBER})(?:\s?(?:-|to|or|and)\s?(?P<upper>{NUMBER}))?(?:[ -]"
    rf"|(?=[hmdws]))(?:and (?P<before>a half|a quarter|three quarters) )?{UNIT}\b(?!-old"
    rf"| old\b){AND_PART}{AND_MINUTES}"
    rf"|(?<![\w£€$.,])(?P<short>\d{{1,3}})\s?(?P<letter>h|hrs"
    rf"|d)\b(?:\s?(?P<rest>[0-5]?\d)(?:\s?m(?:ins?)?)?\b(?![:.]\d))?"
    r"|(?<![\w£€$.,])(?P<hours>\d{1,2})h(?P<minutes>[0-5]\d)m\b)",
)
ARTICLE = AnyCase(
    r"\b(?:(?:(?P<fraction>half an?|(?:a )?quarter of an|three[ -]quarters of an) |(?P<lead>within|in|for"
    r"|after|than|over"
    r"|about|nearly|almost|around|under|every|is|was|took|take|takes) (?:an? |the (?:next|last|past|full"
    r"|whole) )"
    r"|within the )"
    rf"(?!second\b){UNIT}\b(?! like\b){AND_PART}{AND_MINUTES}|(?:an?"
    rf"|one) {UNIT.replace('kind', 'kind2').replace('?P<unit>', '?P<unit2>')}"
    rf"(?:(?P<half2> and a half\b)|{AND_MINUTES.replace('more', 'more2').replace('small', 'small2')[:-1]}"
    r"|(?= (?:ago|late|earlier|later|delay|wait|overdue|of)\b)|(?<=hour)(?= (?:after|before)\b)))",
)
ALWAYS = AnyCase(r"(?=[2ra])(?:(?<!\d)24/7(?!\d)|\b(?:round|around) the clock\b)")


def times(text: str) -> Iterator[Value]:
    """Times of the day: keys are minutes after midnight, two where morning or evening is open."""
    for match in CLOCK.finditer(text):
        decimal = "." in match.group() and match.group().replace(".", "").isdigit()
        if decimal and NO_CLOCK_AFTER.match(text, match.end()):
            continue
        found = minutes(match)
        if found:
            keys = {f"t{each}" for each in found}
            if decimal:
                keys.add(f"n{shown(Decimal(match.group()))}")
            elif match.group("bare"):
                keys.add(f"n{shown(parse(match.group('bare')) or Decimal(0))}")
            yield Value("time", match.start(), match.end(), frozenset(keys))
    for match in WINDOW.finditer(text):
        for end in ("from", "to"):
            hour = int(parse(match.group(end)) or 0)
            yield Value("time", match.start(end), match.end(end), frozenset((f"n{hour}", *either(hour * 60))))


def either(exact: int) -> tuple[str, str]:
    """The keys of a time of which morning or evening is open."""
    return f"t{exact % 720}", f"t{exact % 720 + 720}"


def minutes(match: re.Match[str]) -> tuple[int, ...]:
    """What a time may mean, in minutes after midnight."""
    get = match.groupdict().get
    if word := get("word"):
        return (0, 1440) if "midnight" in word.lower() else (720,)
    if named := get("named"):
        hour = 12 if named.lower() in ("noon", "midnight") else int(parse(named) or 0)
        offset = past(str(get("past")).lower().removeprefix("a ").removesuffix(" minutes"))
        exact = hour * 60 + (offset if str(get("side")).strip().lower() == "past" else -offset)
        return exact % 720, exact % 720 + 720
    if german := get("german"):
        return (int(german) * 60 + int(get("german_minute") or 0),)
    hour = int(parse(get("hour") or get("only") or get("oclock") or get("bare") or "0") or 0)
    exact = hour * 60 + int(get("minute") or 0)
    half = get("half") or get("half2") or half_of(get("part") or get("part2") or get("part3"))
    if half:
        return (exact % 720 + (720 if half.lower() == "p" else 0),)
    return (exact, exact + 720) if 0 < hour <= NOON else (exact,)


def past(words: str) -> int:
    """The minutes that "quarter", "twenty-five" or "8" name."""
    return PAST.get(words) or int(parse(words) or 0)


def half_of(part: str | None) -> str | None:
    """Which half of the day a part of it lies in; None where that is open."""
    part = (part or "").lower()
    return "a" if part == "morning" else "p" if part in ("afternoon", "evening", "tonight") else None


def durations(text: str) -> Iterator[Value]:
    """Lengths of time in a normal text; of a range both ends, each a value of its own."""
    for match in LENGTH.finditer(text):
        if match.group("short") or match.group("hours"):
            yield brief(match)
            continue
        for end in ("number", "upper"):
            value = parse(match.group(end) or "")
            if value is not None:
                value += Decimal(PARTS.get((match.group("before") or match.group("part") or "").lower(), "0"))
                yield length(match, value, match.group("unit"), match.group("kind") or "", match.group("more"))
    for match in ARTICLE.finditer(text):
        fraction = (match.group("fraction") or "").lower()
        part = Decimal("0.75" if "three" in fraction else "0.25" if "quarter" in fraction else "0.5" if fraction else 1)
        part += Decimal(
            PARTS.get((match.group("part") or match.group("half2") or "").lower().removeprefix(" and "), "0")
        )
        kind = match.group("kind") or match.group("kind2") or ""
        more = match.group("more") or match.group("more2")
        yield length(match, part, match.group("unit") or match.group("unit2"), kind, more)
    for match in ALWAYS.finditer(text):
        yield Value("duration", match.start(), match.end(), frozenset(("24/7",)))


def brief(match: re.Match[str]) -> Value:
    """A length such as "2 h 10", "3d" or "1h35m"."""
    unit = "day" if (match.group("letter") or "h").lower() == "d" else "hour"
    return length(
        match,
        Decimal(match.group("short") or match.group("hours")),
        unit,
        "",
        match.group("rest") or match.group("minutes"),
    )


def length(match: re.Match[str], value: Decimal, unit: str, kind: str, more: str | None = None) -> Value:
    """One length of time, `more` its minutes beyond the hours; working days are a unit of their own."""
    family, factor = UNITS[unit.lower().rstrip("s")]
    if kind.strip(" -").lower() in ("working", "business", "week"):
        family, factor = "work", factor / 1440 if family == "min" else factor
    extra = (parse(more) or Decimal(0)) if more and family == "min" else Decimal(0)
    return Value("duration", match.start(), match.end(), frozenset((f"{family}{shown(value * factor + extra)}",)))
