"""Finds marks that a business may forbid: links, emoji, exclamation marks and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.values.contacts import contacts
from guardrails.values.normal import normal

EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u2764\ufe0f]+|(?<!\\w)[:;]-?[)(DPp](?!\\w)")
SIMPLE = {
    "exclamation mark": re.compile(r"[!！¡]"),
    "question mark": re.compile(r"[?？¿]"),
    "emoji": EMOJI,
    "hashtag": re.compile(r"(?<!\w)#[^\W\d]\w*"),
    "list": re.compile(r"^[ \t]*(?:[-*•‣▪]|\d{1,2}[.)])[ \t]+\S", re.MULTILINE),
    "capitals": re.compile(r"\b[A-Z]{4,}(?: [A-Z]{2,})*\b"),
    "contraction": re.compile(r"\b\w+(?:n['’]t|['’](?:ll|re|ve|m|d))\b", re.IGNORECASE),
}
CONTACTS = {"link": "url", "phone number": "phone", "e-mail address": "email"}


def marks(text: str, mark: str) -> Iterator[tuple[int, int]]:
    """Where a mark of this name stands in a text."""
    if mark in CONTACTS:
        yield from ((each.start, each.end) for each in contacts(normal(text)) if each.kind == CONTACTS[mark])
    else:
        yield from (match.span() for match in SIMPLE[mark].finditer(text))
