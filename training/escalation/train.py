"""Trains the escalation model: `python -m training.escalation.train`; some minutes on two cores."""

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

from guardrails.escalation import KINDS
from guardrails.escalation_model.reader import FOLDER, TOKENIZER, windows
from guardrails.model.features import load_tokenizer
from training.network import encoder_folder

ROWS = Path(__file__).parents[2] / "evals" / "labels" / "escalation-train.jsonl"
CLASSES = ("none", *KINDS)
LAYERS = (0, 2, 4)
EPOCHS = 8
BATCH = 24
RATE = 6e-5
HEAD_RATE = 1e-3
SMOOTHING = 0.05
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the model sees it, and its class."""

    ids: tuple[int, ...]
    label: int


class EscalationNetwork(nn.Module):
    """The encoder's first words and the mean of all, then one logit for each class."""

    def __init__(self, layers: tuple[int, ...] = LAYERS) -> None:
        super().__init__()
        encoder = BertModel.from_pretrained(encoder_folder(), add_pooling_layer=False, attn_implementation="eager")
        self.embeddings = encoder.embeddings
        self.layers = nn.ModuleList(encoder.encoder.layer[index] for index in layers)
        self.head = nn.Linear(2 * encoder.config.hidden_size, len(CLASSES))
        self.dropout = nn.Dropout(0.1)

    def forward(self, ids: torch.Tensor, padding: torch.Tensor | None = None) -> torch.Tensor:
        """Logits [batch, classes]; `padding` is True for tokens that are there (None: all are)."""
        there = torch.ones_like(ids, dtype=torch.bool) if padding is None else padding
        states = self.embeddings(input_ids=ids)
        mask = torch.where(there[:, None, None, :], 0.0, -1e4).to(states.dtype)
        for layer in self.layers:
            given = layer(states, attention_mask=mask)
            states = given[0] if isinstance(given, tuple) else given
        counted = there[:, :, None].to(states.dtype)
        mean = (states * counted).sum(dim=1) / counted.sum(dim=1)
        logits: torch.Tensor = self.head(self.dropout(torch.cat([states[:, 0], mean], dim=-1)))
        return logits


def read_rows(path: Path) -> list[Row]:
    """The labelled messages; of a long one the first window teaches, as its writer put the threat there or nowhere."""
    tokenizer = load_tokenizer(TOKENIZER)
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        tokens = tokenizer.encode(given["complaint"], add_special_tokens=False).ids
        rows.extend(Row(tuple(ids), CLASSES.index(given["kind"])) for ids in list(windows(tokens))[:1])
    return rows


def train(rows: Sequence[Row], epochs: int, seed: int) -> EscalationNetwork:
    """A network that has seen all rows so many times."""
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311 - nothing here is a secret
    network = EscalationNetwork()
    head = list(network.head.parameters())
    body = [each for name, each in network.named_parameters() if not name.startswith("head.")]
    optimizer = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": head, "lr": HEAD_RATE}], weight_decay=0.01)
    steps = epochs * -(-len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [RATE, HEAD_RATE], total_steps=steps, pct_start=0.1)
    network.train()
    for epoch in range(epochs):
        order = chance.sample(list(rows), len(rows))
        total = 0.0
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            loss = cross_entropy(network(*tensors(batch)), labels(batch), label_smoothing=SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach()) * len(batch)
        print(f"epoch {epoch + 1} of {epochs}: loss {total / len(order):.3f}", flush=True)
    return network.eval()


def tensors(rows: Sequence[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and padding, filled up to the longest."""
    longest = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    padding = torch.zeros(len(rows), longest, dtype=torch.bool)
    for index, row in enumerate(rows):
        ids[index, : len(row.ids)] = torch.tensor(row.ids)
        padding[index, : len(row.ids)] = True
    return ids, padding


def labels(rows: Sequence[Row]) -> torch.Tensor:
    """The classes."""
    return torch.tensor([row.label for row in rows])


def cross_validate(rows: Sequence[Row], epochs: int) -> None:
    """Print what networks that have not seen a row say of it: escalation or none, and whether the kind is right."""
    order = random.Random(0).sample(list(rows), len(rows))  # noqa: S311 - nothing here is a secret
    found = missed = alarms = right = 0
    for fold in range(FOLDS):
        network = train([row for index, row in enumerate(order) if index % FOLDS != fold], epochs, fold)
        for row in order[fold::FOLDS]:
            with torch.no_grad():
                chances = network(*tensors([row]))[0].softmax(dim=0)
            escalates = float(chances[1:].sum()) >= 0.5  # noqa: PLR2004 - as the default policy has it
            found += escalates and row.label > 0
            missed += not escalates and row.label > 0
            alarms += escalates and row.label == 0
            right += escalates and int(chances[1:].argmax()) + 1 == row.label
    harmless = len(order) - found - missed
    print(f"found {found} of {found + missed}, kind right {right}; {alarms} false alarms of {harmless}", flush=True)


def export(network: EscalationNetwork, path: Path) -> None:
    """Write the network with weights of 8 bits."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network,
            (torch.randint(1000, 2000, (1, 24)),),
            str(plain),
            input_names=["ids"],
            output_names=["logits"],
            dynamic_axes={"ids": {1: "tokens"}},
            dynamo=False,
        )
        quantize_dynamic(plain, path, weight_type=QuantType.QInt8, per_channel=True)


def main() -> None:
    """Train on all rows and write the shipped model, or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--cross-validate", action="store_true", help="measure and write nothing")
    chosen = parser.parse_args()
    rows = read_rows(ROWS)
    if chosen.cross_validate:
        cross_validate(rows, chosen.epochs)
    else:
        export(train(rows, chosen.epochs, seed=1), FOLDER / "escalation_model.onnx")


if __name__ == "__main__":
    main()
