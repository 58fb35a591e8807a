"""Reads the header Prefer (RFC 7240): whether the caller would rather come back than wait."""

from __future__ import annotations

import re

from fastapi import Request

HEADER = "Prefer"
ASYNCHRONOUS = "respond-async"
# Commas stand between preferences, and within quotes for themselves. A quote that nobody closes runs to the end: were
# it no match, the search would begin anew behind each one.
PREFERENCE = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z))++', re.DOTALL)
HEADER_PARAMETER: dict[str, object] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "With `respond-async`, the draft is made later: the answer is 202 and where to ask for it. Other "
    "preferences are ignored, as RFC 7240 has it.",
    "schema": {"type": "string"},
}


def prefers_async(request: Request) -> bool:
    """Whether the caller asks for an answer before the work is done."""
    fields = ",".join(request.headers.getlist(HEADER))
    names = (re.split("[;=]", preference, maxsplit=1)[0] for preference in PREFERENCE.findall(fields))
    return any(name.strip().lower() == ASYNCHRONOUS for name in names)
