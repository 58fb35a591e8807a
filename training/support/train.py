"""Trains the support model: `python -m training.support.train --out FOLDER`."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from training.network import halves
from training.support.examples import CHECKS, HERE, Example, exact, own, pairs
from training.support.items import Item, prepare, score, targets, tensors
from training.support.network import Sizes, SupportNetwork
from training.support.teacher import STRANGERS, Teacher, strangers
from training.support.variations import varied
from training.support.vocabulary import pieces_of

EXACT = Path("evals/labels/exact.jsonl")
BATCH = 16
SEEN = 0.6  # share of the examples that an epoch takes, about
TOKEN_WEIGHT, POSITIVE, DRAFT_WEIGHT = 3.0, 2.0, 0.5
TAUGHT = 3.0  # of what the teacher says against the labels
NEW = ("looks", "marks", "source", "case_norm", "gate", "hidden", "out")  # what the encoder does not bring
NEW_RATE = 6  # times as fast as the encoder


@dataclass(frozen=True, slots=True)
class Drafts:
    """What is learnt from."""

    tokenizer: Tokenizer
    examples: Sequence[Example]
    chance: random.Random
    teacher: Teacher | None = None

    def batches(self) -> list[list[Item]]:
        """One epoch: inputs of like length together, in a random order."""
        goods = {each.id.rpartition("/")[0]: each for each in self.examples if each.origin == "good"}
        given = [varied(each, goods, self.chance) for each in self.examples]
        given += strangers(self.examples, self.chance) if self.teacher else ()
        items = [prepare(self.tokenizer, each) for each in given if each is not None]
        self.chance.shuffle(items)
        items.sort(key=lambda item: len(item.window.ids) + len(item.window.case_ids) // 2 + self.chance.random() * 12)
        found = [items[at : at + BATCH] for at in range(0, len(items), BATCH)]
        self.chance.shuffle(found)
        return found


def loss_of(network: SupportNetwork, items: Sequence[Item], teacher: Teacher | None = None) -> torch.Tensor:
    """Tokens and drafts together, and what the teacher says of the tokens."""
    given = tensors(items)
    with halves():
        logits = network(*given)
    logits = logits.float()
    tokens, drafts = targets(items, given[0].shape[1])
    weight = torch.where(tokens == 1, POSITIVE, 1.0) * (tokens >= 0)
    by_token = cross_entropy(logits, tokens.clamp(0, 1), reduction="none") * weight
    known = (drafts >= 0).float()
    by_draft = cross_entropy(score(logits, given[4]), drafts.clamp(0.03, 0.97), reduction="none") * known
    loss = TOKEN_WEIGHT * by_token.sum() / weight.sum().clamp(min=1)
    loss = loss + DRAFT_WEIGHT * by_draft.sum() / known.sum().clamp(min=1)
    return loss + TAUGHT * teacher.distance(logits, given[4], items) if teacher else loss


def answers(network: SupportNetwork, items: Sequence[Item]) -> torch.Tensor:
    """The logits of drafts [drafts, 2]."""
    network.eval()
    order = sorted(range(len(items)), key=lambda index: len(items[index].window.ids))
    found = torch.zeros(len(items), len(CHECKS))
    with torch.no_grad(), halves():
        for at in range(0, len(order), 24):
            part = order[at : at + 24]
            given = tensors([items[index] for index in part])
            found[part] = score(network(*given).float(), given[4])
    return found


def report(found: torch.Tensor, examples: Sequence[Example]) -> None:
    """Print recall at 3, 5 and 10 % false alarms on good replies, and the area under the curve."""
    for check, name in enumerate(CHECKS):
        good = [float(found[i, check]) for i, each in enumerate(examples) if each.origin == "good"]
        if not good:
            good = [float(found[i, check]) for i, each in enumerate(examples) if each.faulty[check] is False]
        for origin in ("flawed", "first", "exact", "own"):
            bad = [float(found[i, check]) for i, e in enumerate(examples) if e.origin == origin and e.faulty[check]]
            if not bad:
                continue
            cuts = [sorted(good)[int(len(good) * (1 - share)) - 1] for share in (0.03, 0.05, 0.1)]
            recalls = [sum(each > cut for each in bad) / len(bad) for cut in cuts]
            area = sum(sum(b > g for g in good) for b in bad) / len(bad) / len(good)
            shown = " ".join(f"{each:.3f}" for each in recalls)
            print(
                f"{name} {origin}: {len(bad)}/{len(good)} recall at 3/5/10 %: {shown} area {area:.3f}",
                flush=True,
            )


def train(network: SupportNetwork, drafts: Drafts, epochs: int, rate: float, path: Path) -> None:
    """So many epochs; the weights are written after each."""
    body = [each for name, each in network.named_parameters() if not name.startswith(NEW)]
    head = [each for name, each in network.named_parameters() if name.startswith(NEW)]
    rates = [rate, rate * NEW_RATE]
    groups = [{"params": params, "lr": each} for params, each in zip((body, head), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    taken = int(len(drafts.examples) * SEEN) + (STRANGERS if drafts.teacher else 0)
    steps = epochs * (taken // BATCH + 2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps, pct_start=0.1)
    for epoch in range(epochs):
        began, losses = time.time(), []
        network.train()
        for batch in drafts.batches():
            loss = loss_of(network, batch, drafts.teacher)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            if schedule.last_epoch < steps - 1:
                schedule.step()
            losses.append(float(loss.detach()))
        print(f"epoch {epoch + 1}: loss {sum(losses) / len(losses):.3f}, {time.time() - began:.0f} s", flush=True)
        torch.save(network.state_dict(), path)
    network.eval()


def begin(network: SupportNetwork, weights: dict[str, torch.Tensor], kept: list[int]) -> None:
    """Go on from a support model, or take over the encoder of the check model."""
    wanted = network.state_dict()
    if "hidden.weight" in weights:
        network.load_state_dict(wanted | weights)
        return
    for name in wanted:
        if name.startswith(("embeddings.", "layers.")) and name in weights:
            given = weights[name]
            wanted[name] = given[kept].clone() if name == "embeddings.word_embeddings.weight" else given.clone()
    network.load_state_dict(wanted)


def main() -> None:
    """Train on some writers, watch another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--train", default="abcd", help="writers")
    parser.add_argument("--tune", default="e")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--own", type=int, default=1, help="how often an epoch has our own drafts")
    parser.add_argument("--weights", type=Path, help="weights of the check model to start from")
    parser.add_argument("--start", type=Path, help="folder of a training to go on from, with its vocabulary")
    parser.add_argument("--teacher", type=Path, help="folder of an exported support model to learn from as well")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    chosen.out.mkdir(parents=True, exist_ok=True)
    examples = [*pairs(chosen.train), *exact(EXACT)]
    ours = [each for path in sorted(HERE.glob("own-*.yaml")) for each in own(path)]
    tokenizer, kept = pieces_of(chosen.out, chosen.start, [*examples, *ours])
    print(len(examples), "examples,", len(ours), "of our own,", len(kept), "pieces", flush=True)
    start = chosen.start / "weights.pt" if chosen.start else chosen.weights
    examples += [replace(each, id=f"{each.id}/{time}") for time in range(chosen.own) for each in ours]
    weights = torch.load(start, weights_only=True) if start else {}
    network = SupportNetwork(kept, Sizes.of(weights) if chosen.start else Sizes())
    if start:
        begin(network, weights, kept)
    torch.manual_seed(chosen.seed)
    teacher = Teacher(chosen.teacher) if chosen.teacher else None
    chance = random.Random(chosen.seed)  # noqa: S311  # nosec B311 # nothing here is a secret
    drafts = Drafts(tokenizer, examples, chance, teacher)
    train(network, drafts, chosen.epochs, chosen.rate, chosen.out / "weights.pt")
    tuned = list(pairs(chosen.tune))
    report(answers(network, [prepare(tokenizer, each) for each in tuned]), tuned)


if __name__ == "__main__":
    main()
