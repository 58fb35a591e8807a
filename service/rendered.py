"""A prompt that is ready for a model, its estimated length, and the hash of the files that it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from service.model import Message

BYTES_PER_TOKEN = 3  # English takes about four, so this errs on the side of leaving room
HASH_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """Messages for a model, and what must be known about them.

    `hash` changes with every word of the files that were used and never with the case. `guarded` is the
    instruction text without anything of the case: none of it may stand in a draft. `history_omitted` counts
    the oldest earlier messages that did not fit.
    """

    messages: tuple[Message, ...]
    name: str
    hash: str
    guarded: str
    history_omitted: int


def estimated_tokens(messages: Sequence[Message]) -> int:
    """How many tokens these messages take, estimated on the high side for languages in Latin script."""
    size = sum(len(message.content.encode("utf-8")) for message in messages)
    return -(-size // BYTES_PER_TOKEN)


def hash_of(texts: Sequence[str]) -> str:
    """A short content hash of several texts; the zero byte keeps their borders apart."""
    return hashlib.sha256("\0".join(texts).encode("utf-8")).hexdigest()[:HASH_CHARACTERS]
