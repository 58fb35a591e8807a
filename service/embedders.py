"""Reads which pages may hold the desk in a frame."""

from __future__ import annotations

import re

SELF = "'self'"
ORIGIN = re.compile(r"https?://(?:\*\.)?[a-z0-9.-]+(?::[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](?::[0-9]{1,5})?", re.ASCII)


def read_embedders(setting: str) -> tuple[str, ...]:
    """The origins of a setting, with blanks or commas between them.

    Raises:
        ValueError: one is no origin.
    """
    found = []
    for part in setting.replace(",", " ").split():
        origin = SELF if part.strip("'") == "self" else part.lower().rstrip("/")
        if origin != SELF and not ORIGIN.fullmatch(origin):
            raise ValueError(
                f"{part!r} is no origin; write `https://help.example.com`, `https://*.example.com` or `self`"
            )
        found.append(origin)
    return tuple(dict.fromkeys(found))
