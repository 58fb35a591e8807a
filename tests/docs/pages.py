"""The pages of the docs, and the examples on them."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs"
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
LANGUAGES = ("sh", "python", "typescript")  # what is run; `console` and others are read alone


@dataclass(frozen=True, slots=True)
class Example:
    """One block of code, and the line on which it begins."""

    line: int
    language: str
    text: str


def read_examples(page: Path) -> list[Example]:
    """Every block of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Example(text.count("\n", 0, found.start()) + 2, found["language"], textwrap.dedent(found["text"]))
        for found in FENCE.finditer(text)
    ]


def written_in(language: str) -> list[str]:
    """The pages that have examples in a language."""
    return [page.name for page in PAGES if any(each.language == language for each in read_examples(page))]


PAGES = sorted(FOLDER.glob("*.md"))
