"""Finds weekdays that do not fit the date beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from guardrails.types import Draft, Finding
from guardrails.values.extract import values
from guardrails.values.stated import meant_day

WEEKDAY = re.compile(r"w(\d)")
BETWEEN = re.compile(r",? (?:the |on )?", re.IGNORECASE)


def mismatched(draft: Draft) -> Iterator[tuple[Finding, str]]:
    """A weekday next to a date that falls on another one."""
    for one, other in pairwise(values(draft.text, draft.now)):
        day = next((int(match.group(1)) for key in one.keys if (match := WEEKDAY.fullmatch(key))), None)
        meant = meant_day(other, draft.now)
        if (
            day is None
            or one.kind != "date"
            or meant is None
            or not BETWEEN.fullmatch(draft.text[one.end : other.start])
        ):
            continue
        if meant.weekday() != day:
            shown = draft.text[one.start : other.end]
            yield (
                Finding(one.start, other.end, f"'{shown}' is no day: the weekday belongs to another date."),
                f"Correct '{shown}': weekday and date do not fit.",
            )
