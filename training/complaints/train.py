"""Trains the complaint model: `python -m training.complaints.train --data DATA`; some minutes on two cores."""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from torch.nn.functional import cross_entropy
from transformers import BertModel

from guardrails.complaint_model.reader import FOLDER, SITUATIONS, TOKENIZER, windows, with_facts
from guardrails.escalation import KINDS
from guardrails.model.features import load_tokenizer
from training.network import encoder_folder

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT / "evals" / "labels" / "escalation-train.jsonl"
REAL = ROOT / "evals" / "labels" / "escalation-real.jsonl"  # those that are for a person, by id
LICENCES = ("Apache-2.0", "CC0-1.0")
PAIRS = ROOT / "training" / "drafter" / "pairs"
CLASSES = ("none", *KINDS)
UNKNOWN = -100  # a label that a row does not have
LAYERS = (0, 2, 4)
EPOCHS = 4
BATCH = 24
RATE = 6e-5
HEAD_RATE = 1e-3
SMOOTHING = 0.05
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the model sees it, with the labels that it has."""

    ids: tuple[int, ...]
    escalation: int = UNKNOWN
    situation: int = UNKNOWN


class ComplaintNetwork(nn.Module):
    """The encoder's first word and the mean of all, then one logit for each class of either question."""

    def __init__(self, layers: tuple[int, ...] = LAYERS) -> None:
        super().__init__()
        encoder = BertModel.from_pretrained(encoder_folder(), add_pooling_layer=False, attn_implementation="eager")  # nosec B615 # a folder: nothing is downloaded
        self.embeddings = encoder.embeddings
        self.layers = nn.ModuleList(encoder.encoder.layer[index] for index in layers)
        self.dropout = nn.Dropout(0.1)
        self.heads = nn.ModuleList(
            nn.Linear(2 * encoder.config.hidden_size, len(names)) for names in (CLASSES, SITUATIONS)
        )

    def forward(self, ids: torch.Tensor, padding: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of escalation and of situation; `padding` is True for tokens that are there (None: all are)."""
        there = torch.ones_like(ids, dtype=torch.bool) if padding is None else padding
        states = self.embeddings(input_ids=ids)
        mask = torch.where(there[:, None, None, :], 0.0, -1e4).to(states.dtype)
        for layer in self.layers:
            given = layer(states, attention_mask=mask)
            states = given[0] if isinstance(given, tuple) else given
        counted = there[:, :, None].to(states.dtype)
        mean = (states * counted).sum(dim=1) / counted.sum(dim=1)
        both = self.dropout(torch.cat([states[:, 0], mean], dim=-1))
        return self.heads[0](both), self.heads[1](both)


def read_rows(data: Path) -> list[Row]:
    """The labelled messages, the drafter's pairs with their situations, and real complaints under free licences."""
    tokenizer = load_tokenizer(TOKENIZER)

    def tokens(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    rows = []
    for line in MESSAGES.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        # Of a long message the first window teaches: the threat may stand in the others or not.
        ids = next(iter(windows(tokens(given["complaint"]))))
        rows.append(Row(tuple(ids), escalation=CLASSES.index(given["kind"])))
    for path in sorted(PAIRS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            pair = json.loads(line)
            said = tokens(pair["case"]["complaint"]["text"])
            known = tokens("\n".join(pair["case"]["context"].get("facts") or ()))
            rows.append(Row(tuple(next(iter(windows(said)))), escalation=CLASSES.index(pair["escalate"] or "none")))
            if pair["situation"] in SITUATIONS:
                rows.append(Row(tuple(with_facts(said, known)), situation=SITUATIONS.index(pair["situation"])))
    real = {row["id"]: row["kind"] for row in map(json.loads, REAL.read_text(encoding="utf-8").splitlines())}
    for name in ("labelled.jsonl", "unlabelled.jsonl"):
        for line in (data / name).read_text(encoding="utf-8").splitlines():
            given = json.loads(line)
            if given["license"].startswith(LICENCES):
                label = CLASSES.index(real.get(given["id"], "none"))
                rows.append(Row(tuple(next(iter(windows(tokens(given["complaint"]))))), escalation=label))
    return rows


def train(rows: Sequence[Row], epochs: int, seed: int) -> ComplaintNetwork:
    """A network that has seen all rows so many times."""
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311  # nosec B311 # nothing here is a secret
    network = ComplaintNetwork()
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
    return network.eval()


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
        network = train([row for index, row in enumerate(order) if index % FOLDS != fold], epochs, fold)
        for row in order[fold::FOLDS]:
            with torch.no_grad():
                escalation, situation = (logits[0].softmax(dim=0) for logits in network(*tensors([row])))
            if row.situation != UNKNOWN:
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


def export(network: ComplaintNetwork, path: Path) -> None:
    """Write the network with weights of 8 bits."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network,
            (torch.randint(1000, 2000, (1, 24)),),
            str(plain),
            input_names=["ids"],
            output_names=["escalation", "situation"],
            dynamic_axes={"ids": {1: "tokens"}},
            dynamo=False,
        )
        quantize_dynamic(plain, path, weight_type=QuantType.QInt8, per_channel=True)


def main() -> None:
    """Train on all rows and write the shipped model, or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled.jsonl and unlabelled.jsonl")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--cross-validate", action="store_true", help="measure and write nothing")
    chosen = parser.parse_args()
    rows = read_rows(chosen.data)
    if chosen.cross_validate:
        cross_validate(rows, chosen.epochs)
    else:
        export(train(rows, chosen.epochs, seed=1), FOLDER / "complaint_model.onnx")


if __name__ == "__main__":
    main()
