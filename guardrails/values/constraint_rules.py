"""Reads constraints in plain English into rules that a machine can decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from guardrails.values.constraint_patterns import (
    ADMISSION,
    ASK,
    AT_LEAST,
    AT_MOST,
    BAN,
    BETWEEN,
    CAUSE,
    CONDITION,
    CRITICISE,
    EXACTLY,
    FILLER,
    LANGUAGE,
    MARK,
    MARKS,
    MENTION,
    NAME_NO,
    NAMELESS,
    NO_DATA,
    NONE_OFFERED,
    OFFER_NEEDED,
    ONCE,
    ONLY,
    ONLY_ONCE,
    PART,
    PROMISE,
    REQUIRED,
    SAY,
    SENTENCE,
    STRICTLY_UNDER,
    WHEN_OF_SAYING,
)
from guardrails.values.normal import normal
from guardrails.values.numbers import parse
from guardrails.values.offers import mentions
from guardrails.values.subjects import quoted

RuleKind = Literal[
    "most",
    "least",
    "mark",
    "forbidden",
    "promise",
    "admission",
    "nameless",
    "required",
    "ask",
    "only",
    "cause",
    "criticise",
    "say",
    "meant",
    "word_once",
    "once",
    "language",
]
Unit = Literal["words", "characters", "sentences", "paragraphs", "lines"]

COURTESY = "please"  # as a part of its own it says nothing
# "Do not use more than" and "never write less than": between the two words there may be others.
NOT_MORE = re.compile(r"\b(?:not?|never|don't|cannot|can't)\b(?: \w+){0,3}? (?:more than|over)\b", re.IGNORECASE)
NOT_LESS = re.compile(
    r"\b(?:not?|never|don't|cannot|can't)\b(?: \w+){0,3}? (?:less than|fewer than|shorter than|under|below)\b",
    re.IGNORECASE,
)
# What is measured is a piece of the reply: "apologise in one sentence", "keep the greeting to one line".
OF_A_PIECE = re.compile(
    r"^(?:please )?(?:apologi[sz]e|say sorry|thank \w+|greet \w+|explain|summari[sz]e)\b"
    r"(?!.*\b(?:reply|message|answer|response|all)\b)"
    r"|\b(?:apology|explanation|greeting|summary|subject line|sign[- ]off)(?: (?:is|must be|should be))? "
    r"(?:to|under|in|within|at most|no longer|below|of)\b",
    re.IGNORECASE,
)
LABELLED = re.compile(r"\b[a-z]+ (?:number|reference|id)s?\b", re.IGNORECASE)
MARKED = re.compile(
    r"\d|['\"@]|\b(?:number|reference|link|phone number|e-?mail|website|url|address)\b",
    re.IGNORECASE,
)
UNITS: dict[str, Unit] = {"w": "words", "c": "characters", "s": "sentences", "p": "paragraphs"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to decide: `kind` with its number and unit, or its subject in the constraint's own words."""

    kind: RuleKind
    subject: str = ""
    number: int = 0
    unit: Unit = "words"


@lru_cache(maxsize=256)
def rules(constraint: str) -> tuple[Rule | None, ...]:
    """The rules in a constraint, one or more for each of its parts; None for a part that no machine can decide."""
    plain = normal(constraint).strip().rstrip(".")
    found: list[Rule | None] = []
    for sentence in SENTENCE.split(plain):
        if CONDITION.search(sentence) and not SAY.search(sentence):
            found.append(None)
            continue
        for part in (each.strip(" .") for each in PART.split(sentence)):
            if part and part.lower() != COURTESY:
                found.extend(list(part_rules(part)) or [None])
    return tuple(found)


def part_rules(part: str) -> Iterator[Rule | None]:
    """The rules in one part, and None where it says more than they do."""
    if OF_A_PIECE.search(part) and any(size_rules(part)):
        yield None  # how long the apology may be says nothing of the reply
        return
    size = list(size_rules(part))
    yield from size
    marks = [Rule("mark", mark) for mark, pattern in MARK.items() if pattern.search(part)]
    yield from marks
    if (size or marks) and says_more(part):
        yield None
    if once := ONLY_ONCE.search(part):
        yield Rule("word_once", once.group("word"))
    elif ONCE.search(part):
        yield Rule("once")
    elif only := ONLY.search(part):
        yield Rule("only", next(each for each in only.groups() if each))
    elif language := LANGUAGE.search(part):
        yield Rule("language", language.group("language"))
    elif not size and not marks:
        yield from subject_rules(part)


def says_more(part: str) -> bool:
    """Whether a part about length or marks has further words that could be a rule."""
    rest = part
    for pattern in (BETWEEN, EXACTLY, STRICTLY_UNDER, AT_LEAST, AT_MOST):
        rest = pattern.sub(" ", rest)
    for mark in MARKS.values():
        rest = re.sub(mark, " ", rest, flags=re.IGNORECASE)
    return any(word.lower() not in FILLER for word in re.findall(r"[A-Za-z']+", rest))


def size_rules(part: str) -> Iterator[Rule]:
    """Limits on the length."""
    part = NOT_LESS.sub("at least", NOT_MORE.sub("at most", part))
    if match := BETWEEN.search(part):
        yield Rule("least", number=whole(match.group("low")), unit=unit_of(match.group("unit")))
        yield Rule("most", number=whole(match.group("high")), unit=unit_of(match.group("unit")))
    elif match := EXACTLY.search(part):
        for kind in ("least", "most"):
            yield Rule(
                "least" if kind == "least" else "most",
                number=whole(match.group("number")),
                unit=unit_of(match.group("unit")),
            )
    elif match := STRICTLY_UNDER.search(part):
        yield Rule("most", number=whole(match.group("number")) - 1, unit=unit_of(match.group("unit")))
    elif match := AT_LEAST.search(part):
        yield Rule("least", number=whole(match.group("number")), unit=unit_of(match.group("unit")))
    elif match := AT_MOST.search(part):
        number = match.group("number") or match.group("number2") or match.group("number3")
        yield Rule(
            "most",
            number=whole(number),
            unit=unit_of(match.group("unit") or match.group("unit2") or match.group("unit3")),
        )


def subject_rules(part: str) -> Iterator[Rule]:  # noqa: C901, PLR0912 - one branch for each way to say it, in order
    """Subjects that are forbidden, and those that are required."""
    if match := CRITICISE.search(part):
        yield Rule("criticise", match.group("subject"))
    elif CAUSE.search(part) and re.match(BAN, part, re.IGNORECASE):
        yield Rule("cause", part)
    elif match := ASK.search(part):
        yield from (Rule("ask", each) for each in subjects(match.group("subject")))
    elif match := (NAME_NO.match(part) or NO_DATA.match(part)):
        yield from (Rule("forbidden", each.removeprefix("no ")) for each in subjects(match.group("subject")))
    elif match := NAMELESS.search(part):
        yield Rule("nameless", match.group("role") or match.group("role2"))
    elif (match := SAY.search(part)) and not quoted(match.group("subject")):
        yield Rule("say", WHEN_OF_SAYING.sub("", match.group("subject")))
    elif match := NONE_OFFERED.search(part):
        yield Rule("promise", match.group("subject"))
    elif match := MENTION.search(part):
        yield from (Rule("forbidden", each) for each in subjects(match.group("subject")))
    elif (match := PROMISE.search(part)) and LABELLED.search(match.group("subject")):
        yield Rule("forbidden", match.group("subject"))
    elif match:
        yield from (Rule("promise", each) for each in subjects(match.group("subject")))
    elif match := ADMISSION.search(part):
        yield from (Rule("admission", each) for each in subjects(match.group("subject")))
    elif (match := re.match(r"no (?P<subject>.+)", part, re.IGNORECASE)) and mentions(match.group("subject")):
        yield from (Rule("promise", each) for each in subjects(match.group("subject")))
    elif match := OFFER_NEEDED.search(part):
        yield Rule("required" if MARKED.search(match.group("subject")) else "meant", match.group("subject"))
    elif match := REQUIRED.search(part):
        yield Rule("required", match.group("subject"))


def subjects(words: str) -> list[str]:
    """The things that a list names ("refunds, credits or vouchers")."""
    return [
        each.strip(" .")
        for each in re.split(r",\s*(?:or\s+|and\s+)?|\s+(?:or|and|nor)\s+", words)
        if each.strip(" .'\"")
    ]


def whole(shown: str) -> int:
    """The number that these digits or words mean; an article means one."""
    value = parse(shown) if shown.lower() not in ("a", "an") else None
    return int(value) if value is not None else 1


def unit_of(shown: str) -> Unit:
    """The unit behind a spelling of it."""
    lowered = shown.lower()
    return "lines" if lowered.startswith("lin") else "characters" if lowered.startswith("let") else UNITS[lowered[0]]
