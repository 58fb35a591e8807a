"""Evens out spellings of characters without moving any of them, so that offsets still hold."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\0"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
TABLE = (
    dict.fromkeys(map(ord, SPACES + INVISIBLE), " ")
    | dict.fromkeys(map(ord, "‘’‛ʼ´`＇"), "'")
    | dict.fromkeys(map(ord, "“”„‟«»＂"), '"')
    | dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "＇＂－"}
    | {ord("￡"): "£", ord("￥"): "¥", ord("￠"): "¢"}
    | {
        code: str(unicodedata.digit(chr(code)))
        for code in (*range(0x660, 0x66A), *range(0x6F0, 0x6FA), *range(0x966, 0x970))
    }
)


@lru_cache(maxsize=512)
def normal(text: str) -> str:
    """The text with one kind of space, quotation mark, dash and digit; as long as the text itself."""
    return text if text.isascii() and "\0" not in text and "\t" not in text else text.translate(TABLE)


def word_set(words: str) -> frozenset[str]:
    """The words of a text that lists them."""
    return frozenset(words.split())
