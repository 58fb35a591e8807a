"""Turns complaint and draft into what the check model reads; training uses the same code, so that both see the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

DRAFT_TOKENS = 224  # 98 in 100 real replies fit into one window of so many
LONG_TOKENS = 112  # of a window where the draft is longer: one sentence among fewer weighs more
OVERLAP_TOKENS = 48  # what two windows of a longer draft share, so that no sentence is only seen cut in two
COMPLAINT_TOKENS = 64  # its beginning and its end; the rest reaches the model through the echo marks
LEAST_COMPLAINT_TOKENS = 16
ALL_TOKENS = 208  # of draft and complaint: beside a long draft the complaint is cut shorter, to save time
CLS, SEP = 101, 102  # the encoder's own marks

WORD = re.compile(r"[^\W_]+")
ENDINGS = ("ing", "ed", "es", "s", "e", "y")
LEAST_STEM = 3
# Words that stand in any complaint and any reply: that both have them shows nothing.
COMMON = frozenset(
    "the a an and or of to in on at for from with by is are was were be been it its this that these those i we you "
    "he she they my our your me us them as not no but if so do did does have has had will would can could just very "
    "all any out up about".split()
)


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the model.

    For each token: its id, which text it is of (0 draft, 1 complaint), whether it is of a word of the draft that the
    complaint has too, and where it stands in the draft (None for all other tokens).
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    echoes: tuple[int, ...]
    places: tuple[tuple[int, int] | None, ...]


def load_tokenizer(path: Path) -> Tokenizer:
    """The encoder's tokenizer, which cuts nothing off and fills nothing up."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def windows(tokenizer: Tokenizer, complaint: str, draft: str) -> list[Window]:
    """The inputs for one draft: one window, or several that overlap where it is long."""
    tokens = tokenizer.encode(draft, add_special_tokens=False)
    room = max(LEAST_COMPLAINT_TOKENS, min(COMPLAINT_TOKENS, ALL_TOKENS - len(tokens.ids)))
    asked = _both_ends(tokenizer.encode(complaint, add_special_tokens=False).ids, room)
    tail = [*asked, SEP] if asked else []
    echoed = _echo_marks(complaint, draft)
    most = DRAFT_TOKENS if len(tokens.ids) <= DRAFT_TOKENS else LONG_TOKENS
    last = max(len(tokens.ids) - OVERLAP_TOKENS, 1)
    return [
        _window(tokens.ids[at : at + most], tokens.offsets[at : at + most], tail, echoed)
        for at in range(0, last, most - OVERLAP_TOKENS)
    ]


def _window(ids: Sequence[int], places: Sequence[tuple[int, int]], tail: Sequence[int], echoed: bytearray) -> Window:
    after = len(tail) + 1
    return Window(
        ids=(CLS, *ids, SEP, *tail),
        types=(0,) * (len(ids) + 2) + (1,) * len(tail),
        echoes=(0, *(echoed[start] for start, _ in places), *(0,) * after),
        places=(None, *places, *(None,) * after),
    )


def _both_ends(ids: list[int], most: int) -> list[int]:
    """The beginning, which tells the story, and the end, which tells what is asked for."""
    if len(ids) <= most:
        return ids
    return ids[: most * 3 // 4] + ids[-(most - most * 3 // 4) :]


def _echo_marks(complaint: str, draft: str) -> bytearray:
    """For each character of the draft 1 if it belongs to a word that the complaint has too, else 0."""
    known = {_stem(word) for word in _words(complaint)}
    marks = bytearray(len(draft) + 1)
    for match in WORD.finditer(draft):
        word = match.group().lower()
        if _tells(word) and _stem(word) in known:
            marks[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return marks


def _words(text: str) -> list[str]:
    return [word for word in map(str.lower, WORD.findall(text)) if _tells(word)]


def _tells(word: str) -> bool:
    return len(word) >= LEAST_STEM and word not in COMMON


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM:
            return word[: -len(ending)]
    return word
