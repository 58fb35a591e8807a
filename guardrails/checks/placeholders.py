"""Flags blanks that nobody filled in, such as [Name]: they tell the customer that no person read the reply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.types import Draft, Finding, Reading
from guardrails.values.any_case import AnyCase
from guardrails.values.sources import case_text

FIELD = (
    r"(?:name|surname|date|time|amount|number|order|reference|address|e-?mail|phone|telephone|link|url|title|position|"
    r"company|brand|agent|customer|client|product|item|reason|signature|details?|insert|your|team|department|id|code|"
    r"price|sum|currency|city|country|hotel|store|location|manager|contact|website|day|month|year|issue|problem)"
)
PATTERNS = tuple(
    AnyCase(pattern) if flags == re.IGNORECASE else re.compile(pattern, flags)
    for pattern, flags in (
        (r"\{\{[^{}\n]{0,60}\}\}|[$#]?\{[\w .:|-]{1,60}\}|\{%[^%\n]{1,60}%\}", 0),
        (r"\[(?!(?:sic|at|dot|\d{1,3}|x|\.{2,3}|…)\])[^\[\]\n@/]{0,60}\](?!\()", re.IGNORECASE),
        (
            rf"<(?:insert|your|enter|add)\b[^<>\n]{{0,60}}>|<(?:[\w'’]+[ _-]){{0,4}}{FIELD}(?:[ _-][\w'’]+){{0,4}}>",
            re.IGNORECASE,
        ),
        (r"\((?:insert|enter|add)\s[^()\n]{1,60}\)", re.IGNORECASE),
        (rf"\((?:your|agent|customer|company|brand|client)(?:'s|’s)? {FIELD}\)", re.IGNORECASE),
        (r"«[^«»\n]{1,40}»(?=[,.!]|\s*\Z)|%[A-Z][A-Z_]{2,30}%|%\(\w{1,30}\)s|@@\w{1,30}@@", 0),
        (r"\$(?!(?:USD|AUD|CAD|NZD|SGD|HKD|MXN)\b)[A-Z][A-Z_]{2,30}\b", 0),
        (r"(?=[_#])(?:(?<!\w)_{3,}(?!\w)|(?<=\S )#{3,}(?=[\s.,]|\Z))", 0),
        (r"[£$€#]\s?[Xx]{1,8}(?:[.,][Xx0]{2,3})?(?!\w)", 0),
        (r"\b[Xx]{2,4}(?:[-/:.][Xx]{2,6})+\b|\b[Xx]{3}[ -][Xx]{4}\b", 0),
        (r"\b(?:X{3,}|x{4,})\b(?![ -]?[Xx\d*•]{2})", 0),
        (
            r"\bXX?\b(?=\s?(?:%|(?:working |business )?(?:days?|hours?|minutes?|weeks?|months?)\b|[ap]\.?m\b))",
            0,
        ),
        (r"\b(?:DD|MM|YYYY|YY|HH)(?:[-/:.](?:DD|MM|YYYY|YY|HH|SS))+\b", 0),
        (
            (
                r"\b(?:your|agent|customer|company|brand|manager|employee|client|order) ?(?:name|number|id|title)"
                r" here\b(?!\s*:)"
            ),
            re.IGNORECASE,
        ),
        (r"\b(?:insert|enter|add) (?:[\w'’]+ ){1,4}here\b(?!\s*:)", re.IGNORECASE),
        (
            (
                r"\b(?:Your|Agent|Customer|Company|Manager|Employee|Representative|Client)(?:'s|’s)? (?:Full "
                r"|First )?Name\b"
            ),
            0,
        ),
        (r"^[ \t]*Your (?:Job )?(?:Title|Position|Company|Signature|Team)[ \t]*$", re.MULTILINE),
        (r"\b(?:TBD|TBC|TODO|FIXME)\b", 0),
        (r"\blorem ipsum\b", re.IGNORECASE),
    )
)
MASKED = re.compile(r"(?<![Xx*•])[Xx*•]{2,24}(?:[ -][Xx*•]{2,8}){0,5}[ -]?\d{2,4}\b")


@dataclass(frozen=True, slots=True)
class Placeholders:
    """No blanks are left in the draft; marks that the case itself has, such as `[Ticket 12]`, are allowed."""

    name = "placeholders"
    scale = None

    def read(self, draft: Draft) -> Reading:
        """Faulty where a blank is found."""
        known = case_text(draft)
        found = [(start, end) for start, end in blanks(draft.text) if draft.text[start:end] not in known]
        if not found:
            return Reading()
        findings = tuple(
            Finding(start, end, f"'{draft.text[start:end]}' is a blank that was never filled in.")
            for start, end in found
        )
        words = ", ".join(dict.fromkeys(f"'{draft.text[start:end]}'" for start, end in found))
        return Reading(
            faulty=True,
            findings=findings,
            advice=f"Put the real value from the case in place of {words}, or remove the words that need it.",
        )


def blanks(text: str) -> Iterator[tuple[int, int]]:
    """Where blanks stand, in order and without overlap."""
    masked = [match.span() for match in MASKED.finditer(text)]
    spans = sorted(match.span() for pattern in PATTERNS for match in pattern.finditer(text))
    reached = 0
    for start, end in spans:
        if start >= reached and not any(first <= start < last for first, last in masked):
            reached = end
            yield start, end
