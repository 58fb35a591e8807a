"""The support network as it is run: one draft and its case without padding, each attention as one operator."""

from __future__ import annotations

import torch
from torch import nn

from training.narrow import linear
from training.onnx_file import Attention, encoded
from training.support.network import HEADS, SCALE, Look, SupportNetwork


class LeanLook(nn.Module):
    """Finds what `Look` finds, with the maps whose results it adds made one."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.asks, self.answers = summed(look.same, look.asks), summed(look.same, look.answers)

    def forward(self, states: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """The states with what was found added."""
        look = self.look
        asking = look.norm(states)
        words = torch.cat([look.nothing, words], dim=1)
        query, key = self.asks(asking), self.answers(words)
        return states + look.out(Attention.apply(query, key, look.told(words), HEADS, SCALE))


def summed(one: nn.Linear, other: nn.Linear) -> nn.Linear:
    """One map for the sum of two; the first has no bias."""
    return linear(one.weight + other.weight, other.bias)


class LeanNetwork(nn.Module):
    """Says what `SupportNetwork` says, but for rounding."""

    def __init__(self, network: SupportNetwork) -> None:
        super().__init__()
        self.network = network
        self.looks = nn.ModuleList(map(LeanLook, network.looks))

    def forward(
        self, ids: torch.Tensor, marks: torch.Tensor, case_ids: torch.Tensor, case_sources: torch.Tensor
    ) -> torch.Tensor:
        """Logits [1, tokens, 2]."""
        network = self.network
        plain = network.embeddings(input_ids=case_ids)
        words = plain + network.source(case_sources)
        if network.gate is not None:
            words = words + network.gate * encoded(network.layers[0], plain)
        words = network.case_norm(words)
        states = network.embeddings(input_ids=ids) + network.marks(marks)
        for number, layer in enumerate(network.layers):
            if number < len(self.looks):
                states = self.looks[number](states, words)
            states = encoded(layer, states)
        return network.out(nn.functional.gelu(network.hidden(torch.cat([states, marks], dim=-1))))
