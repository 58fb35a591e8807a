"""Finds e-mail addresses, also those that no mail server would take and those that are spelt out."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Wider than what a reply may use: also what no mail server would take is an address that somebody meant.
EMAIL = re.compile(r"(?<![\w.+%@-])[\w.+%'’-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}")
QUOTED_EMAIL = re.compile(r"\"[^\"\n@]{1,60}\"@[\w.-]{1,100}")
SPELLED_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?: ?(?:[\[({<] ?dot ?[\])}>]|\bdot\b) ?[\w.+-]{1,64}){0,3} ?"
    r"(?:[\[({<] ?(?:at|@) ?[\])}>]| at (?=[\w-]{1,63} ?(?:[\[({<]|dot\b))) ?[\w-]{1,63}"
    r"(?: ?(?:[\[({<] ?(?:dot|\.) ?[\])}>]|\bdot\b|\.) ?[\w-]{1,63}){1,3}",
    re.IGNORECASE,
)
LETTER = re.compile(r"[^\W\d_]")


def addresses(plain: str) -> Iterator[tuple[int, int]]:
    """Where they stand in a normal text; one may be found twice."""
    for pattern in (QUOTED_EMAIL, EMAIL, SPELLED_EMAIL):
        for match in pattern.finditer(plain):
            if LETTER.search(match.group().rpartition("@")[2]):
                yield match.start(), match.start() + len(match.group().rstrip(".-'’"))
