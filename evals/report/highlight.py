"""Marks words of a text: spans may overlap, touch and nest, and the text itself stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from evals.page import foreign


@dataclass(frozen=True, slots=True)
class Span:
    """Words from `start` to `end`, in Unicode code points, end exclusive; `look` is how they are shown.

    `number` stands at their end and leads to what is said about them.
    """

    start: int
    end: int
    look: str = ""
    number: int | None = None


def marked(text: str, spans: Iterable[Span]) -> str:
    """The text as HTML: every stretch of it carries the looks of all spans that it lies in."""
    return "".join(_piece(text[low:high], high, over) for low, high, over in pieces(len(text), spans))


def merged(text: str, spans: Iterable[Span]) -> str:
    """The text as HTML with all that lies in any span marked, whatever the span."""
    parts = groupby(pieces(len(text), spans), key=lambda piece: bool(piece[2]))
    shown = ((found, "".join(foreign(text[low:high]) for low, high, _ in part)) for found, part in parts)
    return "".join(f"<mark>{words}</mark>" if found else words for found, words in shown)


def pieces(length: int, spans: Iterable[Span]) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """Cut a text of this length wherever a span begins or ends; spans without a word in it are left out."""
    starting: dict[int, list[Span]] = defaultdict(list)
    cuts = {0, length}
    for span in spans:
        within = replace(span, start=max(0, span.start), end=min(length, span.end))
        if within.start < within.end:
            starting[within.start].append(within)
            cuts |= {within.start, within.end}
    over: list[Span] = []
    for low, high in pairwise(sorted(cuts)):
        over = [span for span in over if span.end > low] + starting[low]
        yield low, high, tuple(over)


def _piece(words: str, end: int, over: Sequence[Span]) -> str:
    if not over:
        return foreign(words)
    looks = " ".join(sorted({span.look for span in over if span.look}))
    numbers = " ".join(str(span.number) for span in over if span.number is not None and span.end == end)
    told = f' data-n="{numbers}"' if numbers else ""
    return f'<mark class="{looks}"{told}>{foreign(words)}</mark>'
