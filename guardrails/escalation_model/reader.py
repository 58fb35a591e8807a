"""Reads a customer's message with the escalation model: an encoder in ONNX, run locally on one thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from guardrails.escalation import KINDS, Kind
from guardrails.model.features import CLS, SEP, load_tokenizer

FOLDER = Path(__file__).parent
TOKENIZER = FOLDER.parent / "model" / "tokenizer.json"  # both models come from the same encoder
WINDOW_TOKENS = 128
OVERLAP_TOKENS = 32  # what two windows share, so that no threat is only seen cut in two


class OnnxEscalationModel:
    """The shipped escalation model; safe to use from several threads.

    A long message is read in windows, and the one that most asks for a person counts: a threat is no smaller
    because much else was said.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # the longest message would keep its memory for ever
        path = str(folder / "escalation_model.onnx")
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._tokenizer = load_tokenizer(TOKENIZER)

    def chances(self, message: str) -> Mapping[Kind, float]:
        """The probability of each kind, 0 to 1; what is missing to 1 is that of no escalation."""
        tokens = self._tokenizer.encode(message, add_special_tokens=False).ids
        rows = [self._read(window) for window in windows(tokens)]
        gravest = max(rows, key=lambda row: sum(row[1:]))
        return dict(zip(KINDS, gravest[1:], strict=True))

    def _read(self, ids: Sequence[int]) -> list[float]:
        """The probabilities of none and of each kind."""
        (logits,) = self._session.run(["logits"], {"ids": np.array([ids], dtype=np.int64)})
        shares = np.exp(logits[0] - logits[0].max())
        return [float(share) for share in shares / shares.sum()]


def windows(tokens: Sequence[int]) -> Iterator[list[int]]:
    """The inputs for one message; training cuts it in the same way."""
    last = max(len(tokens) - OVERLAP_TOKENS, 1)
    for at in range(0, last, WINDOW_TOKENS - OVERLAP_TOKENS):
        yield [CLS, *tokens[at : at + WINDOW_TOKENS], SEP]
