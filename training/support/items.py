"""Examples as tensors: the windows that the network reads, and what it should say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from guardrails.support_model.features import MARKS, Window, windows
from training.support.examples import CHECKS, Example

TOP = 4  # tokens of which the mean logit decides on a draft


@dataclass(frozen=True, slots=True)
class Item:
    """A window with its targets: of each token and check the label (-1: not known); of each check of the draft."""

    window: Window
    tokens: tuple[tuple[float, float], ...]
    draft: tuple[float, float]


def prepare(tokenizer: Tokenizer, example: Example) -> Item:
    """The first window of an example: a draft that is longer is rare."""
    window = next(windows(tokenizer, example.draft, example.draft.context))
    rows = []
    for place in window.places:
        row = [-1.0, -1.0]
        if place:
            for check, faulty in enumerate(example.faulty):
                marked = any(c == check for c, _, _ in example.spans)
                row[check] = -1.0 if faulty is None or (faulty and not marked) else 0.0
                for spans, label in ((example.open_spans, -1.0), (example.spans, 1.0)):
                    if any(c == check and s < place[1] and place[0] < e for c, s, e in spans):
                        row[check] = label
        rows.append(tuple(row))
    return Item(window, tuple(rows), tuple(-1.0 if each is None else float(each) for each in example.faulty))


def tensors(items: Sequence[Item]) -> list[torch.Tensor]:
    """Inputs, filled up to the longest."""
    longest = max(len(item.window.ids) for item in items)
    widest = max(len(item.window.case_ids) for item in items)
    ids = torch.zeros(len(items), longest, dtype=torch.long)
    marks = torch.zeros(len(items), longest, MARKS)
    case_ids, sources = (torch.zeros(len(items), widest, dtype=torch.long) for _ in range(2))
    there, case_there = torch.zeros(len(items), longest).bool(), torch.zeros(len(items), widest).bool()
    for row, item in enumerate(items):
        size, wide = len(item.window.ids), len(item.window.case_ids)
        ids[row, :size] = torch.tensor(item.window.ids)
        marks[row, :size] = torch.tensor(item.window.marks)
        case_ids[row, :wide] = torch.tensor(item.window.case_ids)
        sources[row, :wide] = torch.tensor(item.window.case_sources)
        there[row, :size] = True
        case_there[row, :wide] = True
    return [ids, marks, case_ids, sources, there, case_there]


def targets(items: Sequence[Item], longest: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Labels of tokens and drafts."""
    tokens = torch.full((len(items), longest, len(CHECKS)), -1.0)
    for row, item in enumerate(items):
        tokens[row, : len(item.tokens)] = torch.tensor(item.tokens)
    return tokens, torch.tensor([item.draft for item in items])


def score(logits: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
    """The logit of a draft: the mean of its likeliest tokens."""
    masked = logits.masked_fill(~there[:, :, None], -20.0)
    return masked.topk(min(TOP, masked.shape[1]), dim=1).values.mean(dim=1)
