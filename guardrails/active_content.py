"""Finds what a mail program, a help desk or a browser might carry out or load instead of showing it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.types import Finding

# Every length is bounded, so that a long text takes no longer than its length.
ACTIVE = re.compile(
    r"<(?:script|style|iframe|frame|object|embed|applet|svg|math|link|meta|base|form|input|button|img|image|video|audio"
    r"|source|template|a|plaintext|xmp|listing|textarea|select|option|dialog|frameset|noframes|noscript|noembed|portal"
    r"|fencedframe|marquee|bgsound|keygen|isindex|canvas|slot|picture|track|param)\b[^<>]{0,400}>?"
    r"|<[a-z][\w:-]{0,30}\s[^<>=]{0,400}=[^<>]{0,400}>"  # any element with an attribute, such as an event's
    r"|<!(?:--|\[CDATA\[|DOCTYPE\b)"
    r"|\b(?:javascript|vbscript|livescript):(?=\S)"
    r"|\bdata:(?:[a-z]{1,20}/[\w.+-]{1,60})?(?:;[\w=-]{1,40}){0,4},",
    re.IGNORECASE,
)
REASON = "A program could carry this out, or load what it names; a reply is plain text."


def active_content(text: str) -> Iterator[Finding]:
    """Elements of HTML that do something, scripts and data in the place of a link, whoever wrote them first."""
    for match in ACTIVE.finditer(text):
        yield Finding(match.start(), match.end(), REASON)
