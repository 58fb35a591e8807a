"""Makes text from outside harmless in a prompt: it cannot close its fence nor use the model's markup."""

from __future__ import annotations

import re

# What looks like "<": ASCII, full-width, small, and the angles that readers and models take for it. The
# double quotation marks of French and Chinese are left alone: they are common in honest complaints.
LEFT_ANGLES = "<\uff1c\ufe64\u2039\u2329\u3008\u27e8\u227a\u02c2\u1438\u276e\u276c\u2991"
# Only what cannot begin a tag stays: "<3", "< 5", "<=", "<-". Everything else is taken away, and with it the
# control tokens of chat templates ("<|im_end|>", "<0x0A>"), which model servers obey wherever they stand.
OPENING = re.compile(rf"[{LEFT_ANGLES}](?! ?\d(?!x)|[=-])")
ENTITY = re.compile(r"&(?:lt|#0{0,8}60|#x0{0,8}3c);?", re.IGNORECASE)
INSTRUCTION_TOKEN = re.compile(
    r"\[(?=\s?/?\s?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT)\s?\])",
    re.IGNORECASE,
)
NEW_LINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
SURROGATES = re.compile("[\ud800-\udfff]")
# Text that is there and cannot be seen: soft hyphen, zero-width space, direction marks, invisible operators,
# BOM, and the tag characters in which whole sentences can be hidden.
HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
# What none of the above begins with, holds or is, and most texts consist of: looking once takes a tenth of the time.
HARMLESS = re.compile("[\t\n -%'-;=-Z\\\\-~\u00a0-\u00ac\u00ae-\u00ff\u2010-\u2027\u20ac]*")


def harmless(text: str) -> str:
    """The text with one kind of line end, no controls, and "(" for everything that could open a tag."""
    if HARMLESS.fullmatch(text):
        return text
    text = NEW_LINES.sub("\n", text)
    text = CONTROLS.sub(" ", text)
    text = SURROGATES.sub("\ufffd", text)
    text = HIDDEN.sub("", text)
    text = ENTITY.sub("<", text)
    text = OPENING.sub("(", text)
    return INSTRUCTION_TOKEN.sub("(", text)


def one_line(text: str) -> str:
    """The harmless text on one line, so that a value cannot start a line of its own."""
    return " ".join(harmless(text).split())


def fenced(tag: str, text: str) -> str:
    """The harmless text between an opening and a closing tag, each on its own line."""
    return f"<{tag}>\n{harmless(text).strip()}\n</{tag}>"


def fenced_line(tag: str, text: str) -> str:
    """One line of harmless text between its tags."""
    return f"<{tag}>{one_line(text)}</{tag}>"
