"""A trained support model as the teacher of a smaller one, on texts that need no labels."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from guardrails.model.session import open_session
from training.examples import LABELS, our_drafts
from training.support.examples import Example
from training.support.items import Item

STRANGERS = 500  # drafts of an epoch that stand beside a case that is not theirs
CERTAIN = 6.0  # logits beyond this are as good as certain
CLOSENESS = 0.1  # of the distance of the logits against the cross-entropy of what they say


class Teacher:
    """An exported support model."""

    def __init__(self, folder: Path) -> None:
        self._session = open_session(folder / "support_model.onnx")

    def logits(self, item: Item) -> torch.Tensor:
        """What it says of each token."""
        window = item.window
        feed = {
            "ids": np.array([window.ids], dtype=np.int64),
            "marks": np.array([window.marks], dtype=np.float32),
            "case_ids": np.array([window.case_ids], dtype=np.int64),
            "case_sources": np.array([window.case_sources], dtype=np.int64),
        }
        return torch.from_numpy(self._session.run(["logits"], feed)[0][0])

    def distance(self, logits: torch.Tensor, there: torch.Tensor, items: Sequence[Item]) -> torch.Tensor:
        """How far these logits [batch, tokens, 2] are from its own, a mean over tokens."""
        wished = torch.zeros_like(logits)
        for row, item in zip(wished, items, strict=True):
            row[: len(item.window.ids)] = self.logits(item)
        given, bounded = logits.clamp(-CERTAIN, CERTAIN), wished.clamp(-CERTAIN, CERTAIN)
        apart = cross_entropy(logits, bounded.sigmoid(), reduction="none") + CLOSENESS * (given - bounded).square()
        return apart[there].mean()


def strangers(examples: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Drafts beside a case that is not theirs, so that nobody knows what is at fault: the teacher says it."""
    drafts = [each.draft for each in examples]
    others = [each for each in our_drafts(LABELS) if each.part == "train"]
    for number in range(STRANGERS):
        draft, case = chance.choice(drafts), chance.choice(drafts)
        text = chance.choice(others).draft if number % 2 else draft.text
        yield Example(f"stranger/{number}", replace(case, text=text), (None, None), origin="stranger")
