"""Lets the first layer answer for all of them: `python -m training.complaints.early --data DATA --trained FOLDER`.

It fits two heads behind the first layer of a trained network, which stays as it is, to what the heads behind its last
layer say: of the same messages, and of texts that nobody labelled.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import kl_div

from guardrails.complaint_model.reader import TOKENIZER
from guardrails.model.features import load_tokenizer
from guardrails.model.session import open_session
from training.complaints.network import ComplaintNetwork, FirstPart, SecondPart, new_heads, pooled
from training.complaints.rows import Row, Rows
from training.onnx_file import TOKENS, write

MIXED = 2500  # texts of several complaints
DECAY = 3e-3  # of the weights, against following few texts
STEPS = 150


class Both(nn.Module):
    """What the early heads read, and what the last heads say."""

    def __init__(self, network: ComplaintNetwork) -> None:
        super().__init__()
        self.first, self.second, self.heads = FirstPart(network), SecondPart(network), network.heads

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Inputs [1, 768] of the early heads, logits of escalation and of situation."""
        states = self.first(ids)
        last = pooled(self.second(states))
        return pooled(states), self.heads[0](last), self.heads[1](last)


def read(network: ComplaintNetwork, rows: Sequence[Row]) -> list[torch.Tensor]:
    """For all rows what `Both` gives, in the numbers of 8 bits with which the network is run."""
    names = ["given", "escalation", "situation"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "both.onnx"
        write(Both(network), {"ids": torch.randint(1000, 2000, (1, TOKENS))}, names, {"ids": {1: "tokens"}}, path)
        session = open_session(path)
    found = [session.run(names, {"ids": np.array([row.ids], dtype=np.int64)}) for row in rows]
    return [torch.from_numpy(np.concatenate(each)) for each in zip(*found, strict=True)]


def fit(head: nn.Linear, given: torch.Tensor, wished: torch.Tensor) -> None:
    """Let a head say of what it is given nearly what these logits say."""
    mean, spread = given.mean(dim=0), given.std(dim=0)
    given, wished = (given - mean) / spread, wished.log_softmax(dim=-1)
    nn.init.zeros_(head.weight)
    optimizer = torch.optim.LBFGS(head.parameters(), max_iter=STEPS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        apart = kl_div(head(given).log_softmax(dim=-1), wished, reduction="batchmean", log_target=True)
        loss = apart + DECAY * head.weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        head.weight /= spread
        head.bias -= head.weight @ mean


def main() -> None:
    """Write early.pt beside weights.pt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled.jsonl and unlabelled.jsonl")
    parser.add_argument("--trained", type=Path, required=True)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    chance = random.Random(1)  # noqa: S311  # nosec B311 # nothing here is a secret
    network = ComplaintNetwork.of(torch.load(chosen.trained / "weights.pt", weights_only=True))
    texts = Rows(load_tokenizer(TOKENIZER), chosen.data)
    rows = [*texts.labelled(), *texts.unlabelled(), *texts.mixed(MIXED, chance)]
    heads = new_heads()
    for head, asked, which in zip(heads, ("escalation", "situation"), (1, 2), strict=True):
        answers = read(network, [row for row in rows if row.asked == asked])
        fit(head, answers[0], answers[which])
    torch.save(heads.state_dict(), chosen.trained / "early.pt")


if __name__ == "__main__":
    main()
