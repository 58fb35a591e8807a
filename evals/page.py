"""The frame of every page that the evals write: one file that needs nothing else, no script and no network."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from importlib.resources import files

# Nothing may be loaded and nothing may run, whatever a draft holds.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# What HTML does not allow, and what would let a text read otherwise than it is written. Each is one character, and
# so is what stands in for it: the places of findings hold.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def as_html(title: str, style: str, body: Iterable[str], rules: str = "") -> str:
    """A whole page; `style` names the style sheet, and `rules` are those, that it has beyond what all pages share."""
    styles = "".join((files("evals") / name).read_text(encoding="utf-8") for name in ("page.css", style))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{foreign(title)}</title>\n<style>\n{styles}{rules}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def foreign(text: str) -> str:
    """A text that others wrote, as HTML."""
    return escape(CONTROLS.sub("\ufffd", text))


def scrolling(table: str) -> str:
    """A table that scrolls by itself where the screen is narrow, with the keyboard too."""
    return f'<div class="scroll" tabindex="0">{table}</div>'


def block(html: str) -> str:
    """A text with its own lines and its own direction."""
    return f'<div class="text" dir="auto">{html}</div>'
