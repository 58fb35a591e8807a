"""Reads a complaint with the complaint model: an encoder in ONNX, run locally on one thread.

It answers two questions: must a person take over (guardrails/escalation.py), and which situation is it
(service/situations.py)?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from guardrails.escalation import KINDS, Kind
from guardrails.model.features import CLS, SEP, load_tokenizer
from guardrails.model.session import open_session

FOLDER = Path(__file__).parent
TOKENIZER = FOLDER.parent / "model" / "tokenizer.json"  # both models come from the same encoder
WINDOW_TOKENS = 128
OVERLAP_TOKENS = 32  # what two windows share, so that no threat is only seen cut in two
FACTS_TOKENS = 96
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
        self._session = open_session(folder / "complaint_model.onnx")
        self._tokenizer = load_tokenizer(TOKENIZER)

    def escalations(self, message: str) -> Mapping[Kind, float]:
        """The probability of each kind, 0 to 1; what is missing to 1 is that of no escalation.

        A long message is read in windows, and the one that most asks for a person counts: a threat is no smaller
        because much else was said.
        """
        rows = [self._read("escalation", window) for window in windows(self._tokens(message))]
        gravest = max(rows, key=lambda row: sum(row[1:]))
        return dict(zip(KINDS, gravest[1:], strict=True))

    def situations(self, complaint: str, facts: Sequence[str]) -> Mapping[str, float]:
        """The probability of each of SITUATIONS, by what the customer says and the business knows."""
        ids = with_facts(self._tokens(complaint), self._tokens("\n".join(facts)))
        return dict(zip(SITUATIONS, self._read("situation", ids), strict=True))

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _read(self, output: str, ids: Sequence[int]) -> list[float]:
        """The probabilities that an output stands for."""
        (logits,) = self._session.run([output], {"ids": np.array([ids], dtype=np.int64)})
        shares = np.exp(logits[0] - logits[0].max())
        return [float(share) for share in shares / shares.sum()]


def windows(tokens: Sequence[int]) -> Iterator[list[int]]:
    """The inputs for one message; training cuts it in the same way."""
    last = max(len(tokens) - OVERLAP_TOKENS, 1)
    for at in range(0, last, WINDOW_TOKENS - OVERLAP_TOKENS):
        yield [CLS, *tokens[at : at + WINDOW_TOKENS], SEP]


def with_facts(complaint: Sequence[int], facts: Sequence[int]) -> list[int]:
    """The beginning of the complaint, and of the facts; training cuts them in the same way."""
    return [CLS, *complaint[:WINDOW_TOKENS], SEP, *facts[:FACTS_TOKENS], SEP]
