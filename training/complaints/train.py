"""Trains the complaint model: `python -m training.complaints.train --data DATA --out FOLDER`; minutes on one core."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from guardrails.complaint_model.reader import TOKENIZER
from guardrails.model.features import load_tokenizer
from training.complaints.network import ComplaintNetwork
from training.complaints.rows import UNKNOWN, Row, Rows

EPOCHS = 4
BATCH = 24
RATE = 6e-5
HEAD_RATE = 1e-3
SMOOTHING = 0.05
FOLDS = 5
SEED = 1


def train(network: ComplaintNetwork, rows: Sequence[Row], epochs: int, seed: int) -> None:
    """Show the network all rows so many times."""
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311  # nosec B311 # nothing here is a secret
    heads = list(network.heads.parameters())
    body = [each for name, each in network.named_parameters() if not name.startswith("heads.")]
    optimizer = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01)
    steps = epochs * -(-len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [RATE, HEAD_RATE], total_steps=steps, pct_start=0.1)
    network.train()
    for epoch in range(epochs):
        total = 0.0
        for batch in batches(rows, chance):
            loss = loss_of(network, batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        print(f"epoch {epoch + 1} of {epochs}: loss {total / steps * epochs:.3f}", flush=True)
    network.eval()


def batches(rows: Sequence[Row], chance: random.Random) -> list[Sequence[Row]]:
    """Rows of like length side by side, in a random order: what fills up the shorter ones is work for nothing."""
    order = sorted(rows, key=lambda row: len(row.ids) + chance.uniform(-10, 10))
    found = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    chance.shuffle(found)
    return found


def loss_of(network: ComplaintNetwork, rows: Sequence[Row]) -> torch.Tensor:
    """The mean loss of the labels that these rows have."""
    losses = [
        cross_entropy(logits, labels, ignore_index=UNKNOWN, label_smoothing=SMOOTHING, reduction="sum")
        for logits, labels in zip(network(*tensors(rows)), both_labels(rows), strict=True)
    ]
    return torch.stack(losses).sum() / len(rows)


def tensors(rows: Sequence[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and padding, filled up to the longest."""
    longest = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    padding = torch.zeros(len(rows), longest, dtype=torch.bool)
    for index, row in enumerate(rows):
        ids[index, : len(row.ids)] = torch.tensor(row.ids)
        padding[index, : len(row.ids)] = True
    return ids, padding


def both_labels(rows: Sequence[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    """The classes of either question."""
    return torch.tensor([row.escalation for row in rows]), torch.tensor([row.situation for row in rows])


def cross_validate(rows: Sequence[Row], epochs: int) -> None:
    """Print what networks that have not seen a row say of it."""
    order = random.Random(0).sample(list(rows), len(rows))  # noqa: S311  # nosec B311 # nothing here is a secret
    found = missed = alarms = harmless = kinds = situations = known = 0
    for fold in range(FOLDS):
        torch.manual_seed(fold)
        network = ComplaintNetwork()
        train(network, [row for index, row in enumerate(order) if index % FOLDS != fold], epochs, fold)
        for row in order[fold::FOLDS]:
            with torch.no_grad():
                escalation, situation = (logits[0].softmax(dim=0) for logits in network(*tensors([row])))
            if row.asked == "situation":
                known += 1
                situations += int(situation.argmax()) == row.situation
                continue
            escalates = float(escalation[1:].sum()) >= 0.6  # noqa: PLR2004 - as the default policy has it
            found += escalates and row.escalation > 0
            missed += not escalates and row.escalation > 0
            alarms += escalates and row.escalation == 0
            harmless += row.escalation == 0
            kinds += escalates and int(escalation[1:].argmax()) + 1 == row.escalation
    print(f"escalation: found {found} of {found + missed}, kind right {kinds}; {alarms} false alarms of {harmless}")
    print(f"situation: right {situations} of {known}", flush=True)


def main() -> None:
    """Train on all rows and write the weights, or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled.jsonl and unlabelled.jsonl")
    parser.add_argument("--out", type=Path, help="folder for weights.pt; without it the network is cross-validated")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    chosen = parser.parse_args()
    tokenizer = load_tokenizer(TOKENIZER)
    torch.manual_seed(SEED)
    network = ComplaintNetwork()
    known = network.embeddings.word_embeddings.num_embeddings
    if known != tokenizer.get_vocab_size():
        raise SystemExit(f"{TOKENIZER} has not the encoder's {known} word pieces: put back the encoder's own.")
    rows = list(Rows(tokenizer, chosen.data).labelled())
    if chosen.out is None:
        cross_validate(rows, chosen.epochs)
        return
    train(network, rows, chosen.epochs, SEED)
    chosen.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), chosen.out / "weights.pt")


if __name__ == "__main__":
    main()
