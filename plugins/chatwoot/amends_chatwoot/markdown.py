"""Writes anybody's text as the Markdown that Chatwoot shows as that very text: no markup, no link, nobody mentioned."""

from __future__ import annotations

import re

BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# What hides, or turns the direction of what follows, is named instead: an agent sees that it is there.
HIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
ANYWHERE = re.compile(r"[\\`*_{}\[\]<>~|&#@!^$]|(?<=:)/(?=/)|(?<=\bwww)\.")
AT_START = re.compile(r"^(\s*)([-+=:]|\d{1,9}(?=[.)]))", re.MULTILINE)
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def plain(text: str) -> str:
    """The Markdown for a text of any length."""
    escaped = ANYWHERE.sub(r"\\\g<0>", visible(text))
    return AT_START.sub(_start, INDENT.sub("", escaped))


def one_line(text: str, most: int) -> str:
    """The Markdown for a text on one line, cut after so many characters of it."""
    short = " ".join(visible(text).split())
    return plain(short if len(short) <= most else short[: most - 1].rstrip() + "…")


def quoted(text: str) -> str:
    """The Markdown for a text as a block apart from ours."""
    lines = [line.rstrip() for line in plain(text).split("\n")]
    # Two blanks at the end of a line keep the next one from joining it.
    ends = ["  " if line and after else "" for line, after in zip(lines, [*lines[1:], ""], strict=True)]
    return "\n".join(f"> {line}{end}" if line else ">" for line, end in zip(lines, ends, strict=True))


def visible(text: str) -> str:
    """The text, with a name in place of each character that could not be seen."""
    return HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", BREAKS.sub("\n", text))


def _start(found: re.Match[str]) -> str:
    space, first = found.groups()
    return f"{space}{first}\\" if first.isdigit() else f"{space}\\{first}"
