"""Trains the check network, in the two steps that training/README.md shows."""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from guardrails.model.features import Window, load_tokenizer, windows
from guardrails.sentences import sentences
from training.examples import ABSENCES, LABELS, PROPERTIES, Example, our_drafts, real_replies
from training.network import EARLY, LAYERS, CheckNetwork, encoder_folder, halves, inside

SMOOTHING = 0.04  # readers agree at about 0.95: no label is certain
UNSURE_WEIGHT = 0.6  # of a label that its reader marked as unsure
MARKS_WEIGHT = 3.0  # of the evidence against the levels, in the loss
WARM_UP = 0.08
REAL_WEIGHT = 2.0  # of a real reply against a draft of our own
SHORTENED = 0.35  # so many drafts of an epoch lose a sentence that is no evidence for anything
LEAST_SENTENCES = 3
MASKED = 0.04  # so many tokens of a draft are hidden
MASK = 103  # the encoder's own mark for them
EARLY_WEIGHT = 1.0  # of the last answer as a teacher of the early one
TAUGHT = 2.0  # of what a teacher says against the labels
CERTAIN = 6.0  # a teacher's logits beyond this are as good as certain
CLOSENESS = 0.2  # of the distance of the logits against the cross-entropy of what they say
HEAD_RATE = 10  # the new parts learn so many times faster than the encoder


Answer = tuple[torch.Tensor, torch.Tensor]  # logits and marks


@dataclass(frozen=True, slots=True)
class Prepared:
    """One window of an example with its targets; `known` is 0 where the window cannot show the property."""

    window: Window
    levels: tuple[int, ...]
    known: tuple[float, ...]
    marks: tuple[frozenset[int], ...]
    marked: tuple[float, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Course:
    """How a training goes: epochs, the encoder's learning rate, and examples in a batch."""

    epochs: int
    rate: float
    size: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of several windows, filled up to the longest."""

    ids: torch.Tensor
    types: torch.Tensor
    echoes: torch.Tensor
    is_draft: torch.Tensor
    padding: torch.Tensor

    def run(self, network: CheckNetwork) -> list[Answer]:
        """The network's answers, the early one and the last: logits and marks of each."""
        with halves():
            given = network(self.ids, self.types, self.echoes, self.is_draft, self.padding)
        return [(logits.float(), marks.float()) for logits, marks in given]


def prepare(tokenizer: Tokenizer, example: Example) -> Prepared:
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
    weight = REAL_WEIGHT if example.lifelike else 1.0
    return Prepared(window, levels, tuple(known), tuple(marks), tuple(marked), weight)


def shortened(example: Example) -> Example:
    """The same draft without one sentence that decides nothing, so that its labels hold; or as it is."""
    spans = sentences(example.draft)
    quotes = [quote for quote in example.evidence.values() if quote]
    needed = [(at, at + len(quote)) for quote in quotes if (at := example.draft.find(quote)) >= 0]
    spare = []
    for index, span in enumerate(spans):
        before = spans[index - 1] if index else span
        # The tie of an apology may stand in the sentence behind it.
        touched = any(start < span.end and end > before.start for start, end in needed)
        if not touched:
            spare.append(span)
    if not spare or len(spans) < LEAST_SENTENCES or len(quotes) != len(needed):
        return example
    chosen = random.choice(spare)  # noqa: S311  # nosec B311 # no secret
    return replace(example, draft=example.draft[: chosen.start] + example.draft[chosen.end :].lstrip())


def masked(window: Window) -> Window:
    """The same window with some tokens of the draft hidden."""
    hidden = torch.rand(len(window.ids)) < MASKED
    ids = [
        MASK if place and hide else token
        for token, place, hide in zip(window.ids, window.places, hidden.tolist(), strict=True)
    ]
    return replace(window, ids=tuple(ids))


def varied(tokenizer: Tokenizer, example: Example) -> Prepared:
    """An example as one epoch sees it."""
    lost = random.random() < SHORTENED  # noqa: S311  # nosec B311 # no secret
    item = prepare(tokenizer, shortened(example) if lost else example)
    return replace(item, window=masked(item.window))


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


def loss_of(
    network: CheckNetwork, items: Sequence[Prepared], weights: torch.Tensor, teacher: CheckNetwork | None = None
) -> torch.Tensor:
    """Ordinal levels and evidence marks; the early answer learns from the last as well, or both from a teacher."""
    batch = batch_of(items)
    early, last = batch.run(network)
    targets, known, counts = _level_targets(items)
    loss = torch.zeros(())
    for logits, marks in (early, last):
        level_loss = cross_entropy(logits, targets, pos_weight=weights, reduction="none") * known
        loss = loss + (level_loss.sum(dim=1) * counts).sum() / counts.sum()
        loss = loss + MARKS_WEIGHT * _marks_loss(marks, batch, items)
    if teacher:
        with torch.no_grad():
            wished_early, wished_last = batch.run(teacher)
        return loss + TAUGHT * (taught(early, wished_early, batch) + taught(last, wished_last, batch))
    wished = last[0].detach().sigmoid()
    return loss + EARLY_WEIGHT * cross_entropy(early[0], wished, reduction="none").sum(dim=1).mean()


def taught(answer: Answer, wished: Answer, batch: Batch) -> torch.Tensor:
    """How far an answer is from a teacher's, in levels and in marks."""
    levels = distance(answer[0], wished[0]).sum(dim=1).mean()
    marks = distance(answer[1], wished[1]) * batch.is_draft[:, :, None]
    return levels + MARKS_WEIGHT * marks.sum() / batch.is_draft.sum()


def distance(logits: torch.Tensor, wished: torch.Tensor) -> torch.Tensor:
    """Of each logit from a teacher's."""
    bounded = wished.clamp(-CERTAIN, CERTAIN)
    apart = (logits.clamp(-CERTAIN, CERTAIN) - bounded).square()
    return cross_entropy(logits, bounded.sigmoid(), reduction="none") + CLOSENESS * apart


def _level_targets(items: Sequence[Prepared]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    targets, known = [], []
    for item in items:
        row, weight = [], []
        for level, sure, highest in zip(item.levels, item.known, PROPERTIES.values(), strict=True):
            row += [1 - SMOOTHING / 2 if level > step else SMOOTHING / 2 for step in range(highest)]
            weight += [sure] * highest
        targets.append(row)
        known.append(weight)
    return torch.tensor(targets), torch.tensor(known), torch.tensor([item.weight for item in items])


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


def train(
    network: CheckNetwork,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    course: Course,
    teacher: CheckNetwork | None = None,
) -> None:
    """Train in place, telling how far it is."""
    for parameter in network.embeddings.parameters():
        parameter.requires_grad = False  # half of all weights, and what they know of words is worth keeping
    body = list(network.layers.parameters())
    head = [p for name, p in network.named_parameters() if not name.startswith(("layers.", "embeddings."))]
    optimizer = torch.optim.AdamW([{"params": body}, {"params": head, "lr": course.rate * HEAD_RATE}], lr=course.rate)
    steps = course.epochs * math.ceil(len(examples) / course.size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (WARM_UP * steps)) * max(0.02, 1 - step / steps)
    )
    weights, began = level_weights([prepare(tokenizer, each) for each in examples]), time.monotonic()
    network.train()
    for epoch in range(1, course.epochs + 1):
        total, count = 0.0, 0
        items = [varied(tokenizer, each) for each in examples]
        for items_ in batches(items, course.size):
            loss = loss_of(network, items_, weights, teacher)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + loss.item(), count + 1
        print(f"epoch {epoch}/{course.epochs}: loss {total / count:.3f}, {time.monotonic() - began:.0f} s", flush=True)


def answers(network: CheckNetwork, items: Sequence[Prepared], size: int = 32) -> list[list[list[float]]]:
    """The logits for each item: the early ones and the last."""
    network.eval()
    found: dict[int, list[list[float]]] = {}
    order = sorted(range(len(items)), key=lambda index: len(items[index].window.ids))
    with torch.no_grad():
        for at in range(0, len(order), size):
            chosen = order[at : at + size]
            (early, _), (last, _) = batch_of([items[index] for index in chosen]).run(network)
            both = zip(early.tolist(), last.tolist(), strict=True)
            found |= dict(zip(chosen, map(list, both), strict=True))
    network.train()
    return [found[index] for index in range(len(items))]


def answered(network: CheckNetwork, tokenizer: Tokenizer, examples: Sequence[Example]) -> dict[str, list[list[float]]]:
    """The logits for each example; of a long draft the highest of any window, as it is judged when it is checked."""
    read = {each.id: windows(tokenizer, each.complaint, each.draft) for each in examples}
    first = {each.id: prepare(tokenizer, each) for each in examples}
    pairs = [(name, replace(first[name], window=window)) for name, found in read.items() for window in found]
    rows: dict[str, list[list[float]]] = {}
    for (name, _), row in zip(pairs, answers(network, [item for _, item in pairs]), strict=True):
        before = rows.setdefault(name, row)
        rows[name] = [list(map(max, *both)) for both in zip(before, row, strict=True)]
    return rows


def main() -> None:
    """Train on what may be trained on, and write the weights and the answers to every example."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled.jsonl and unlabelled.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights.pt and answers.json")
    parser.add_argument("--rows", choices=("ours", "all"), required=True, help="our drafts alone, or real replies too")
    parser.add_argument("--fold", type=int, default=-1, help="leave out this part of the brands")
    parser.add_argument("--share", type=float, default=1.0, help="of our drafts, drawn by chance")
    parser.add_argument("--layers", type=int, default=LAYERS, help="of the encoder's six, from the first on")
    parser.add_argument("--early", type=int, default=EARLY, help="behind so many layers is the early exit")
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--weights", type=Path, help="begin with these weights")
    parser.add_argument("--keep", type=float, default=0.0, help="average the end with so much of the beginning")
    parser.add_argument("--teacher", type=Path, help="weights of a network whose answers are learnt as well")
    chosen = parser.parse_args()
    random.seed(chosen.seed)
    torch.manual_seed(chosen.seed)
    examples = [*our_drafts(LABELS), *real_replies(chosen.data, LABELS)]
    learnt = learnt_from(examples, chosen.rows, chosen.fold, chosen.share)
    print(f"{len(learnt)} of {len(examples)} examples to learn from", flush=True)
    tokenizer = load_tokenizer(encoder_folder() / "tokenizer.json")
    given = torch.load(chosen.weights, weights_only=True) if chosen.weights else None
    network = CheckNetwork(chosen.layers, chosen.early, size=inside(given) if given else None)
    if given:
        network.begin(given)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    train(network, tokenizer, learnt, Course(chosen.epochs, chosen.rate, chosen.batch), teacher_of(chosen.teacher))
    average(network, before, chosen.keep)
    chosen.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), chosen.out / "weights.pt")
    rows = answered(network, tokenizer, examples)
    (chosen.out / "answers.json").write_text(json.dumps(rows), encoding="utf-8")


def teacher_of(path: Path | None) -> CheckNetwork | None:
    """The network with these weights, as it answers."""
    if path is None:
        return None
    weights = torch.load(path, weights_only=True)
    teacher = CheckNetwork(size=inside(weights))
    teacher.load_state_dict(weights)
    return teacher.eval()


def learnt_from(examples: Sequence[Example], rows: str, fold: int, share: float) -> list[Example]:
    """Our drafts of the training part, and the real replies that may be trained on, less one fold of their brands.

    Real replies are tested by cross-validation, so that none has to be kept back from the network that is shipped.
    """
    ours = [each for each in examples if each.part == "train" and not each.lifelike]
    drawn = ours if share >= 1 else random.sample(ours, int(len(ours) * share))  # nosec B311 # no secret
    if rows == "ours":
        return drawn
    real = [each for each in examples if each.trainable and not each.ours and each.fold != fold]
    written = [each for each in examples if each.ours and each.lifelike and fold < 0]
    return [*drawn, *real, *written]


def average(network: CheckNetwork, before: Mapping[str, torch.Tensor], keep: float) -> None:
    """Keep so much of what was known before: brands that no reply was seen of gain by it.

    The early exit stays as it is trained: before, it stood behind another layer.
    """
    after = network.state_dict()
    for name, value in after.items():
        if value.is_floating_point() and not name.startswith("exits.0."):
            after[name] = value * (1 - keep) + before[name] * keep
    network.load_state_dict(after)


if __name__ == "__main__":
    main()
