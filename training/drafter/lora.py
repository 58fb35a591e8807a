"""Low-rank adaptation (LoRA, Hu et al. 2021): what the adapter adds to each linear layer of the frozen model."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import nn
from torch.nn.functional import linear

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


class LoraLinear(nn.Module):
    """A frozen linear layer and a trained product of two thin matrices beside it.

    `a` (rank x inputs) begins random and `b` (outputs x rank) at zero, so that training begins with the
    model as it was. Both are kept in 32 bits; the sum is computed in the layer's own precision.
    """

    def __init__(self, layer: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.layer = layer
        self.scale = alpha / rank
        self.a = nn.Parameter(torch.empty(rank, layer.in_features))
        self.b = nn.Parameter(torch.zeros(layer.out_features, rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """The frozen layer's answer and the adapter's."""
        frozen: torch.Tensor = self.layer(inputs)
        thin = linear(inputs, self.a.to(inputs.dtype))
        return frozen + linear(thin, self.b.to(inputs.dtype)) * self.scale


def adapt(model: nn.Module, rank: int, alpha: float) -> None:
    """Freeze the model and put an adapter beside each linear layer of its blocks."""
    model.requires_grad_(requires_grad=False)
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if name in TARGETS and isinstance(child, nn.Linear):
                setattr(parent, name, LoraLinear(child, rank, alpha))


def adapters(model: nn.Module) -> Iterator[tuple[str, LoraLinear]]:
    """Every adapter with the name of its layer."""
    return ((name, module) for name, module in model.named_modules() if isinstance(module, LoraLinear))


def adapter_state(model: nn.Module) -> dict[str, torch.Tensor]:
    """The trained matrices alone, as `<layer>.a` and `<layer>.b`."""
    state = {}
    for name, module in adapters(model):
        state[f"{name}.a"] = module.a.detach().clone()
        state[f"{name}.b"] = module.b.detach().clone()
    return state


def load_adapter_state(model: nn.Module, state: dict[str, torch.Tensor]) -> None:
    """Put trained matrices back.

    Raises:
        KeyError: they are another model's.
    """
    with torch.no_grad():
        for name, module in adapters(model):
            module.a.copy_(state[f"{name}.a"])
            module.b.copy_(state[f"{name}.b"])
