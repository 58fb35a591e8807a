"""Writes anybody's text as Markdown that shows that very text, and does nothing."""

from __future__ import annotations

import re
import unicodedata

# Line breaks other than ours, and characters that turn the direction of what follows them, or hide it.
BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
HIDDEN = re.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
# Braces would be read as a template of Django's where the help desk renders one, the others as Markdown or HTML.
ALWAYS = re.compile(r"[\\`*_{}]")
# Of what looks like a link the help desk takes the scheme away, whether or not it is one.
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "~": "&#126;", "[": "&#91;", "]": "&#93;"}
# What makes a heading, a list or a rule at the beginning of a line; one of equals signs makes the line above a heading.
AT_START = re.compile(r"([-+#=:]|\d+(?=[.)]))")
TICKET_NUMBER = re.compile(r"#(?=\d)")


def plain(text: str) -> str:
    """The Markdown for a text.

    A blank line stays the end of a paragraph; several become one. What could hide or turn other text goes.
    """
    lines = [_line(line) for line in _visible(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def one_line(text: str, most: int) -> str:
    """The Markdown for a text on one line, cut after so many characters of the text."""
    short = " ".join(_visible(text).split())
    return _line(short if len(short) <= most else short[: most - 1].rstrip() + "…")


def _visible(text: str) -> str:
    kept = HIDDEN.sub("", BREAKS.sub("\n", text))
    return "".join(each for each in kept if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs"))


def _line(line: str) -> str:
    stripped = line.strip()
    # White space at the beginning would make code of it.
    indent = "&nbsp;" * min(len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip()), 40) if stripped else ""
    text = ALWAYS.sub(r"\\\g<0>", stripped)
    # The help desk makes links of ticket numbers, breaks on very long ones, and writes into the ticket that is named.
    text = TICKET_NUMBER.sub("*#*", text)
    text = "".join(ENTITIES.get(each, each) for each in text)
    if start := AT_START.match(text):
        text = _escaped_start(text, start)
    return indent + text


def _escaped_start(text: str, start: re.Match[str]) -> str:
    first = start[0]
    if first.isdigit():
        return f"{first}&#{ord(text[start.end()])};{text[start.end() + 1 :]}"
    return f"&#{ord(first)};{text[1:]}"
