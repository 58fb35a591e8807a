"""Reads a complaint with the complaint model: an encoder in ONNX, run locally on one thread.

It answers two questions: must a person take over (guardrails/escalation.py), and which situation is it
(service/situations.py)? For the second its first layer is enough, for the first where the message is plainly harmless.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from guardrails.escalation import KINDS, Kind
from guardrails.model.features import CLS, SEP, load_tokenizer
from guardrails.model.session import open_session

FOLDER = Path(__file__).parent
FIRST, SECOND = "complaint_model.onnx", "complaint_model_deep.onnx"
TOKENIZER = FOLDER.parent / "model" / "tokenizer.json"  # both models come from the same encoder
WINDOW_TOKENS = 128
OVERLAP_TOKENS = 32  # what two windows share, so that no threat is only seen cut in two
# Enough for a situation: with twice as many tokens of either it is found no more often.
STORY_TOKENS = 64
FACTS_TOKENS = 48
# Where the first layer sees so little of an escalation, the others have never said 0.3: see CARD.md.
SETTLED = 0.1
MOST_TOKENS = WINDOW_TOKENS + 2  # of any input, with the encoder's own marks
# As they were trained, in the order of the model's answers; they are also files of prompts/situations.
SITUATIONS = (
    "general",
    "agent_was_sharp",
    "broken_or_undelivered",
    "customer_beyond_reach",
    "expectations_we_cannot_meet",
    "our_own_lapse",
    "told_two_things",
    "wrong_or_late_order",
)


class OnnxComplaintModel:
    """The shipped complaint model; safe to use from several threads."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._first = open_session(folder / FIRST)
        self._second = open_session(folder / SECOND)
        self._tokenizer = load_tokenizer(TOKENIZER)

    def escalations(self, message: str) -> Mapping[Kind, float]:
        """The probability of each kind, 0 to 1; what is missing to 1 is that of no escalation.

        A long message is read in windows, and the one that most asks for a person counts: a threat is no smaller
        because much else was said.
        """
        rows = [self._escalation(window) for window in windows(self._tokens(message))]
        gravest = max(rows, key=lambda row: sum(row[1:]))
        return dict(zip(KINDS, gravest[1:], strict=True))

    def situations(self, complaint: str, facts: Sequence[str]) -> Mapping[str, float]:
        """The probability of each of SITUATIONS, by what the customer says and the business knows."""
        ids = with_facts(self._tokens(complaint), self._tokens("\n".join(facts)))
        (logits,) = self._first.run(["situation"], {"ids": np.array([ids], dtype=np.int64)})
        return dict(zip(SITUATIONS, shares(logits[0]), strict=True))

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _escalation(self, ids: Sequence[int]) -> list[float]:
        """The probabilities of no escalation and of each kind."""
        states, logits = self._first.run(["states", "escalation"], {"ids": np.array([ids], dtype=np.int64)})
        early = shares(logits[0])
        if sum(early[1:]) < SETTLED:
            return early
        (logits,) = self._second.run(["escalation"], {"states": states})
        return shares(logits[0])


def shares(logits: NDArray[np.float32]) -> list[float]:
    """The probabilities that logits stand for."""
    parts = np.exp(logits - logits.max())
    return [float(part) for part in parts / parts.sum()]


def windows(tokens: Sequence[int]) -> Iterator[list[int]]:
    """The inputs for one message; training cuts it in the same way."""
    last = max(len(tokens) - OVERLAP_TOKENS, 1)
    for at in range(0, last, WINDOW_TOKENS - OVERLAP_TOKENS):
        yield [CLS, *tokens[at : at + WINDOW_TOKENS], SEP]


def with_facts(complaint: Sequence[int], facts: Sequence[int]) -> list[int]:
    """The beginning of the complaint, and of the facts; training cuts them in the same way."""
    return [CLS, *complaint[:STORY_TOKENS], SEP, *facts[:FACTS_TOKENS], SEP]
