"""Trains the check network: `python -m training.train --data ../shared/data --out OUT`; about an hour on two cores."""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from guardrails.model.features import Window, load_tokenizer, windows
from training.examples import ABSENCES, LABELS, PROPERTIES, Example, our_drafts, real_replies
from training.network import CheckNetwork, encoder_folder

SMOOTHING = 0.04  # readers agree at about 0.95: no label is certain
UNSURE_WEIGHT = 0.6  # of a label that its reader marked as unsure
MARKS_WEIGHT = 3.0  # of the evidence against the levels, in the loss
TEACHER_WEIGHT = 2.0  # of a larger network's answers against the labels, where there is one
WARM_UP = 0.08
HEAD_RATE = 10  # the new parts learn so many times faster than the encoder


@dataclass(frozen=True, slots=True)
class Prepared:
    """One window of an example with its targets; `known` is 0 where the window cannot show the property."""

    window: Window
    levels: tuple[int, ...]
    known: tuple[float, ...]
    marks: tuple[frozenset[int], ...]
    marked: tuple[float, ...]
    teacher: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of several windows, filled up to the longest."""

    ids: torch.Tensor
    types: torch.Tensor
    echoes: torch.Tensor
    is_draft: torch.Tensor
    padding: torch.Tensor

    def run(self, network: CheckNetwork) -> tuple[torch.Tensor, torch.Tensor]:
        """The network's answer."""
        with torch.autocast("cpu", torch.bfloat16):
            logits, marks = network(self.ids, self.types, self.echoes, self.is_draft, self.padding)
        return logits.float(), marks.float()


def prepare(tokenizer: Tokenizer, example: Example, teacher: Sequence[float] | None = None) -> Prepared:
    """The first window of an example: 98 in 100 drafts have no other."""
    window = windows(tokenizer, example.complaint, example.draft)[0]
    marks, known, marked = [], [], []
    for name in PROPERTIES:
        level, quoted = example.labels[name], example.evidence.get(name)
        start = example.draft.find(quoted) if quoted else -1
        inside = _tokens_within(window, start, start + len(quoted or "")) if start >= 0 else frozenset()
        marks.append(inside)
        absent = level == 0 and name in ABSENCES
        marked.append(1.0 if inside or absent else 0.0)
        outside = bool(quoted) and not inside
        known.append(0.0 if outside else UNSURE_WEIGHT if name in example.unsure else 1.0)
    levels = tuple(example.labels[name] for name in PROPERTIES)
    return Prepared(window, levels, tuple(known), tuple(marks), tuple(marked), tuple(teacher) if teacher else None)


def _tokens_within(window: Window, start: int, end: int) -> frozenset[int]:
    return frozenset(
        index for index, place in enumerate(window.places) if place and place[0] < end and place[1] > start
    )


def batch_of(items: Sequence[Prepared]) -> Batch:
    """One batch."""
    longest = max(len(item.window.ids) for item in items)

    def filled(rows: list[Sequence[int]]) -> torch.Tensor:
        return torch.tensor([[*row, *([0] * (longest - len(row)))] for row in rows])

    windows_ = [item.window for item in items]
    return Batch(
        ids=filled([window.ids for window in windows_]),
        types=filled([window.types for window in windows_]),
        echoes=filled([window.echoes for window in windows_]),
        is_draft=filled([[int(place is not None) for place in window.places] for window in windows_]).float(),
        padding=filled([[1] * len(window.ids) for window in windows_]).bool(),
    )


def loss_of(network: CheckNetwork, items: Sequence[Prepared], weights: torch.Tensor) -> torch.Tensor:
    """Ordinal levels, evidence marks, and a teacher's answers where there are any."""
    batch = batch_of(items)
    logits, marks = batch.run(network)
    targets, known = _level_targets(items)
    level_loss = cross_entropy(logits, targets, pos_weight=weights, reduction="none") * known
    loss = level_loss.sum(dim=1).mean() + MARKS_WEIGHT * _marks_loss(marks, batch, items)
    taught = [index for index, item in enumerate(items) if item.teacher]
    if taught:
        wished = torch.tensor([items[index].teacher for index in taught]).sigmoid()
        loss = loss + TEACHER_WEIGHT * cross_entropy(logits[taught], wished, reduction="none").sum(dim=1).mean()
    return loss


def _level_targets(items: Sequence[Prepared]) -> tuple[torch.Tensor, torch.Tensor]:
    targets, known = [], []
    for item in items:
        row, weight = [], []
        for level, sure, highest in zip(item.levels, item.known, PROPERTIES.values(), strict=True):
            row += [1 - SMOOTHING / 2 if level > step else SMOOTHING / 2 for step in range(highest)]
            weight += [sure] * highest
        targets.append(row)
        known.append(weight)
    return torch.tensor(targets), torch.tensor(known)


def _marks_loss(marks: torch.Tensor, batch: Batch, items: Sequence[Prepared]) -> torch.Tensor:
    wished = torch.zeros_like(marks)
    for row, item in enumerate(items):
        for column, tokens in enumerate(item.marks):
            wished[row, sorted(tokens), column] = 1.0
    counted = batch.is_draft[:, :, None] * torch.tensor([item.marked for item in items])[:, None, :]
    losses = cross_entropy(marks, wished, pos_weight=torch.tensor(2.0), reduction="none") * counted
    return len(PROPERTIES) * losses.sum() / counted.sum().clamp(min=1)


def level_weights(items: Sequence[Prepared]) -> torch.Tensor:
    """What a rare level counts more, within bounds."""
    weights = []
    for index, highest in enumerate(PROPERTIES.values()):
        for step in range(highest):
            share = sum(item.levels[index] > step for item in items) / len(items)
            weights.append(min(2.5, max(0.4, math.sqrt((1 - share) / max(share, 0.02)))))
    return torch.tensor(weights)


def batches(items: list[Prepared], size: int) -> Iterator[list[Prepared]]:
    """All items once, in random order, those of like length together."""
    random.shuffle(items)
    pools = [items[at : at + size * 8] for at in range(0, len(items), size * 8)]
    ordered = [sorted(pool, key=lambda item: len(item.window.ids)) for pool in pools]
    made = [pool[at : at + size] for pool in ordered for at in range(0, len(pool), size)]
    random.shuffle(made)
    yield from made


def train(network: CheckNetwork, items: list[Prepared], epochs: int, rate: float, size: int) -> None:
    """Train in place, telling how far it is."""
    for parameter in network.embeddings.parameters():
        parameter.requires_grad = False  # half of all weights, and what they know of words is worth keeping
    body = list(network.layers.parameters())
    head = [p for name, p in network.named_parameters() if not name.startswith(("layers.", "embeddings."))]
    optimizer = torch.optim.AdamW([{"params": body}, {"params": head, "lr": rate * HEAD_RATE}], lr=rate)
    steps = epochs * math.ceil(len(items) / size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (WARM_UP * steps)) * max(0.02, 1 - step / steps)
    )
    weights, began = level_weights(items), time.monotonic()
    network.train()
    for epoch in range(1, epochs + 1):
        total, count = 0.0, 0
        for items_ in batches(items, size):
            loss = loss_of(network, items_, weights)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + loss.item(), count + 1
        print(f"epoch {epoch}/{epochs}: loss {total / count:.3f}, {time.monotonic() - began:.0f} s", flush=True)


def answers(network: CheckNetwork, items: Sequence[Prepared], size: int = 32) -> list[list[float]]:
    """The logits for each item."""
    network.eval()
    found: dict[int, list[float]] = {}
    order = sorted(range(len(items)), key=lambda index: len(items[index].window.ids))
    with torch.no_grad():
        for at in range(0, len(order), size):
            chosen = order[at : at + size]
            logits, _ = batch_of([items[index] for index in chosen]).run(network)
            found |= dict(zip(chosen, logits.tolist(), strict=True))
    network.train()
    return [found[index] for index in range(len(items))]


def main() -> None:
    """Train on what may be trained on, and write the weights and the answers on what may not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled.jsonl and unlabelled.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights.pt and answers.json")
    parser.add_argument("--layers", default="0,1,2,3,4,5", help="which layers of the encoder")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--weights", type=Path, help="begin with these weights (their layers in order)")
    parser.add_argument("--teacher", type=Path, nargs="*", default=[], help="answers.json of larger networks")
    chosen = parser.parse_args()
    random.seed(chosen.seed)
    torch.manual_seed(chosen.seed)
    examples = [*our_drafts(LABELS), *real_replies(chosen.data, LABELS)]
    taught = _mean_answers(chosen.teacher)
    tokenizer = load_tokenizer(encoder_folder() / "tokenizer.json")
    learnt = [each for each in examples if each.part == "train"]
    items = [prepare(tokenizer, each, taught.get(each.id)) for each in learnt]
    print(f"{len(items)} of {len(examples)} examples to learn from", flush=True)
    network = CheckNetwork(tuple(int(index) for index in chosen.layers.split(",")))
    if chosen.weights:
        network.load_state_dict(_picked(torch.load(chosen.weights), chosen.layers))
    train(network, items, chosen.epochs, chosen.rate, chosen.batch)
    chosen.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), chosen.out / "weights.pt")
    given = answers(network, [prepare(tokenizer, each) for each in examples])
    rows = {each.id: row for each, row in zip(examples, given, strict=True)}
    (chosen.out / "answers.json").write_text(json.dumps(rows), encoding="utf-8")


def _mean_answers(files: Sequence[Path]) -> dict[str, list[float]]:
    read = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    if not read:
        return {}
    return {
        id_: [sum(column) / len(read) for column in zip(*(each[id_] for each in read), strict=True)] for id_ in read[0]
    }


def _picked(weights: dict[str, torch.Tensor], layers: str) -> dict[str, torch.Tensor]:
    """Of a deeper network's weights those of some layers, numbered anew."""
    numbers = {f"layers.{old}.": f"layers.{new}." for new, old in enumerate(layers.split(","))}
    kept = {}
    for name, value in weights.items():
        if not name.startswith("layers."):
            kept[name] = value
            continue
        prefix = ".".join(name.split(".")[:2]) + "."
        if prefix in numbers:
            kept[name.replace(prefix, numbers[prefix], 1)] = value
    return kept


if __name__ == "__main__":
    main()
