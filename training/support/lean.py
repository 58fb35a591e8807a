"""The support network as it is run: one draft and its case without padding, each attention as one operator."""

from __future__ import annotations

import torch
from torch import nn

from training.export import Attention, encoded
from training.support.network import HEADS, SCALE, Look, SupportNetwork


class LeanLook(nn.Module):
    """Finds what `Look` finds."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def forward(self, states: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """The states with what was found added."""
        look = self.look
        asking = look.norm(states)
        words = torch.cat([look.nothing, words], dim=1)
        query = look.same(asking) + look.asks(asking)
        key = look.same(words) + look.answers(words)
        return states + look.out(Attention.apply(query, key, look.told(words), HEADS, SCALE))


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
        around = encoded(network.layers[0], plain)
        words = network.case_norm(plain + network.source(case_sources) + network.gate * around)
        states = network.embeddings(input_ids=ids) + network.marks(marks)
        for look, layer in zip(self.looks, network.layers, strict=True):
            states = encoded(layer, look(states, words))
        return network.out(nn.functional.gelu(network.hidden(torch.cat([states, marks], dim=-1))))
