"""How placeholders are written, and how they are known again when a model has spelt them otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.values.normal import normal
from service.placeholders.kinds import KINDS, Kind

BLANK = r"[\s\u200b-\u200d\u2060\ufeff\u00ad]"
# A word may be broken: over lines, with a hyphen or without, or by characters that nobody sees.
BREAK = rf"(?:-?{BLANK}{{0,3}}(?:\n|\\n|[\u200b-\u200d\u2060\ufeff\u00ad]){BLANK}{{0,3}}|\\\n)?"
SPACED = rf"{BLANK}{{0,3}}"
# As it is, escaped for Markdown, HTML, JSON or an address, or another bracket that stands for it.
ESCAPE = rf"(?:\\{{1,2}}{SPACED})?"
OPEN = rf"{ESCAPE}(?:[\[{{<⟨⟦【〔「]|&#0?91;|&#x5b;|&lsqb;|&lbrack;|&lt;|&lcub;|\\u005b|\\u007b|%5b)"
CLOSE = rf"{ESCAPE}(?:[\]}}>⟩⟧】〕」]|&#0?93;|&#x5d;|&rsqb;|&rbrack;|&gt;|&rcub;|\\u005d|\\u007d|%5d)"
LOW_LINE = rf"{ESCAPE}(?:_|&#0?95;|&lowbar;|&#x5f;|\\u005f|%5f)"
HYPHENED = rf"-?{SPACED}"
GAP = rf"(?:{LOW_LINE}|{BLANK}|\\n|&nbsp;|%20|[-.:#*`'\"–—]){{0,6}}"
FEEBLE = r"[*`'\"]{0,3}"


def _word(between: str) -> str:
    return "|".join(f"(?:{between.join(kind)})" for kind in ("E-MAIL", *KINDS))


MARK = re.compile(
    rf"(?:(?P<open>(?:{OPEN}{SPACED}){{1,3}}){FEEBLE}(?P<inside>{_word(HYPHENED)})"
    rf"|(?<![A-Za-z])(?<![A-Za-z0-9]_)(?P<bare>{_word(BREAK)}))"
    rf"(?P<gap>{GAP})(?P<number>\d(?:{BREAK}\d){{0,5}})(?!\d|_\w)"
    rf"(?:{FEEBLE}(?P<close>(?:{SPACED}{CLOSE}){{1,3}}))?",
    re.IGNORECASE | re.ASCII,
)
# What has no number, or no kind that is known, and is a placeholder all the same: [EMAIL_X], [ADDRESS_2], MY_PHONE_1.
KNOWN = "|".join(KINDS)
STRAY = re.compile(
    rf"(?<![A-Za-z0-9_])(?:[A-Z]+_)?(?:{KNOWN})_\w{{1,12}}"
    rf"|[\[{{<⟨⟦【]{SPACED}(?:(?:{KNOWN})(?:_\w{{0,12}})?|[A-Z][A-Z_]{{2,20}}_\d{{1,4}}){SPACED}[\]}}>⟩⟧】]"
)
STRONG_GAP = re.compile(LOW_LINE, re.IGNORECASE)
# Without brackets and low line a number behind a word is one more often than not: that of a list in the next line,
# of a sentence, or of an amount. Only what is written as closely as "EMAIL 1" may be a placeholder.
CLOSE_GAP = re.compile(r"[ -]?")
COUNTED = re.compile(r"[.,:]\d")
# Behind "account 1" that is a placeholder without its brackets; before any other word it counts: "email 1 day ahead".
CLAUSE_END = re.compile(r"['’]s\b|\s*(?:[.,;:!?)\]\"”]|\Z|\n|(?:and|or|und|oder|et|ou|y|o|e|en|i)\b)")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that reads like a placeholder: where it stands, which it is, and whether it can be anything else."""

    start: int
    end: int
    kind: Kind
    number: int
    sure: bool  # brackets or a low line
    capitals: bool
    ends_clause: bool
    opens: bool  # it has a bracket in front
    closes: bool  # it has one behind

    @property
    def name(self) -> tuple[Kind, int]:
        """What tells it from the others."""
        return self.kind, self.number


def written(kind: Kind, number: int) -> str:
    """A placeholder as a model is given it."""
    return f"[{kind}_{number}]"


def marks(text: str) -> Iterator[Mark]:
    """Everything that reads like a placeholder, in order and without overlap."""
    plain = normal(text)
    reached, opened = 0, 0  # brackets of the text itself, which are not a placeholder's to close
    for match in MARK.finditer(plain):
        opened = max(0, opened + plain.count("[", reached, match.start()) - plain.count("]", reached, match.start()))
        word = match["inside"] or match["bare"]
        letters = "".join(filter(str.isalpha, word)) if "\\n" not in word else re.sub(r"\\n|[^A-Za-z]", "", word)
        kind = next(each for each in KINDS if each == letters.upper())
        end = match.end()
        if match["close"] and not match["open"] and opened:
            end = match.end("number")
        closes = bool(match["close"]) and end == match.end()
        sure = bool(match["open"] or closes or STRONG_GAP.search(match["gap"]))
        if not sure and _counts(plain, match):
            continue
        reached = end
        yield Mark(
            start=match.start(),
            end=end,
            kind=kind,
            number=int("".join(filter(str.isdigit, match["number"]))),
            sure=sure,
            capitals=letters.isupper(),
            ends_clause=bool(CLAUSE_END.match(plain, end)),
            opens=bool(match["open"]),
            closes=closes,
        )


def _counts(plain: str, match: re.Match[str]) -> bool:
    """Whether the number behind a bare word counts something: "card 1,204", or "by email 1) ..., 2) ..."."""
    if not CLOSE_GAP.fullmatch(match["gap"]) or COUNTED.match(plain, match.end("number")):
        return True
    line = plain[plain.rfind("\n", 0, match.start()) + 1 : match.start()]
    return plain.startswith(")", match.end("number")) and line.count("(") <= line.count(")")


def strays(text: str) -> frozenset[str]:
    """What looks like a placeholder and has no number, or another kind than ours."""
    return frozenset(match.group() for match in STRAY.finditer(normal(text)))
