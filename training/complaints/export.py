"""Writes the trained complaint model in its two parts: `python -m training.complaints.export --trained FOLDER`."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import nn

from guardrails.complaint_model.reader import FIRST, FOLDER, SECOND
from training.complaints.network import WIDTH, ComplaintNetwork, FirstPart, SecondPart, new_heads, pooled
from training.onnx_file import TOKENS, write


class Early(nn.Module):
    """The first part with the heads behind it."""

    def __init__(self, first: FirstPart, heads: nn.ModuleList) -> None:
        super().__init__()
        self.first, self.heads = first, heads

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """States, and the logits of escalation and of situation."""
        states = self.first(ids)
        both = pooled(states)
        return states, self.heads[0](both), self.heads[1](both)


class Late(nn.Module):
    """The second part with the head that is asked there."""

    def __init__(self, second: SecondPart, head: nn.Linear) -> None:
        super().__init__()
        self.second, self.head = second, head

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """The logits of escalation."""
        return self.head(pooled(self.second(states)))


def export(network: ComplaintNetwork, heads: nn.ModuleList, folder: Path) -> None:
    """Write both parts with weights of 8 bits; `heads` answer behind the first."""
    by_token = {name: {1: "tokens"} for name in ("ids", "states")}
    ids, states = torch.randint(1000, 2000, (1, TOKENS)), torch.randn(1, TOKENS, WIDTH)
    outputs = ["states", "escalation", "situation"]
    # What they are given differs too much in size, place by place, for 8 bits.
    write(Early(FirstPart(network), heads), {"ids": ids}, outputs, by_token, folder / FIRST, exact="heads")
    late = Late(SecondPart(network), network.heads[0])
    write(late, {"states": states}, ["escalation"], by_token, folder / SECOND)


def main() -> None:
    """Export the weights of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=FOLDER)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    network = ComplaintNetwork.of(torch.load(chosen.trained / "weights.pt", weights_only=True))
    heads = new_heads()
    heads.load_state_dict(torch.load(chosen.trained / "early.pt", weights_only=True))
    chosen.to.mkdir(parents=True, exist_ok=True)
    export(network, heads, chosen.to)


if __name__ == "__main__":
    main()
