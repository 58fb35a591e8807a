"""Makes a trained layer of an encoder smaller, so that it does nearly what it did on given texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import nn

RIDGE = 1e-3  # of the mean energy of what is kept: keeps a fit from following few texts
AT_ONCE = 24  # one group in so many goes before it is reckoned anew how much the others are missed


def slim(layers: Iterable[nn.Module], hidden: int, heads: int, read: Callable[[], None]) -> None:
    """Leave each layer so many hidden units and heads, those that do most on the texts that `read` lets them read.

    It is called for each part, from the first layer on, since each changes what the next is given.
    """
    for layer in layers:
        if heads < layer.attention.self.num_attention_heads:
            fewer_heads(layer, given_to(layer.attention.output.dense, read), heads)
        if hidden < layer.intermediate.dense.out_features:
            narrow(layer, given_to(layer.intermediate.dense, read), hidden)


def given_to(part: nn.Module, read: Callable[[], None]) -> torch.Tensor:
    """What a part of the network is given while it reads texts one by one, one row a token."""
    found: list[torch.Tensor] = []
    hook = part.register_forward_pre_hook(lambda _, given: found.append(given[0][0]))
    with torch.no_grad():
        read()
    hook.remove()
    return torch.cat(found)


def narrow(layer: nn.Module, states: torch.Tensor, hidden: int) -> None:
    """Keep so many units of the feed-forward part, and fit anew what reads them.

    `states` [tokens, width] are what that part was given on texts that may be trained on.
    """
    inner, outer = layer.intermediate.dense, layer.output.dense
    with torch.no_grad():
        active = nn.functional.gelu(inner(states))
        kept = needed(outer, active, hidden, 1)
        layer.intermediate.dense = linear(inner.weight[kept], inner.bias[kept])
        layer.output.dense = refitted(outer, active, kept)


def fewer_heads(layer: nn.Module, found: torch.Tensor, heads: int) -> None:
    """Keep so many heads of the attention, and fit anew what reads them.

    `found` [tokens, width] is what all its heads found, side by side, on texts that may be trained on.
    """
    own, outer = layer.attention.self, layer.attention.output.dense
    size = own.attention_head_size
    with torch.no_grad():
        kept = needed(outer, found, heads, size)
        layer.attention.output.dense = refitted(outer, found, kept)
        own.query, own.key, own.value = (linear(x.weight[kept], x.bias[kept]) for x in (own.query, own.key, own.value))
        own.num_attention_heads, own.all_head_size = heads, heads * size


def needed(outer: nn.Linear, given: torch.Tensor, number: int, size: int) -> torch.Tensor:
    """The columns of so many groups, each `size` wide, that are left when always those go that are missed least.

    How much a group is missed is how far what the others tell stays from what all told, even when it is fitted anew.
    """
    centred = given - given.mean(dim=0)
    gram, told = centred.T @ centred, centred.T @ (centred @ outer.weight.T)
    gram += RIDGE * gram.diagonal().mean() * torch.eye(len(gram))
    left = torch.arange(len(gram)).unflatten(0, (-1, size))
    while len(left) > number:
        kept = left.flatten()
        inverse = torch.linalg.inv(gram[kept][:, kept])
        fitted = (inverse @ told[kept]).unflatten(0, left.shape)
        own = inverse.unflatten(1, left.shape).unflatten(0, left.shape).diagonal(dim1=0, dim2=2).permute(2, 0, 1)
        missed = (fitted * torch.linalg.solve(own, fitted)).sum(dim=(1, 2))
        fewer = max(number, len(left) - max(1, len(left) // AT_ONCE))
        left = left[missed.topk(fewer).indices.sort().values]
    return left.flatten()


def refitted(outer: nn.Linear, given: torch.Tensor, kept: torch.Tensor) -> nn.Linear:
    """What reads these columns alone, and tells nearly what `outer` tells of all."""
    mean = given.mean(dim=0)
    centred = given - mean
    fewer = centred[:, kept]
    gram = fewer.T @ fewer
    gram += RIDGE * gram.diagonal().mean() * torch.eye(len(kept))
    # The ridge pulls towards the columns as they were, not towards nothing.
    start = outer.weight.T[kept]
    weight = start + torch.linalg.solve(gram, fewer.T @ (centred @ outer.weight.T - fewer @ start))
    return linear(weight.T, outer.bias + mean @ outer.weight.T - mean[kept] @ weight)


def resize(layer: nn.Module, hidden: int, heads: int) -> None:
    """Give the layer so many units and heads, for weights that are loaded next."""
    own, width = layer.attention.self, layer.output.dense.out_features
    layer.intermediate.dense, layer.output.dense = nn.Linear(width, hidden), nn.Linear(hidden, width)
    inside = heads * own.attention_head_size
    own.query, own.key, own.value = (nn.Linear(width, inside) for _ in range(3))
    layer.attention.output.dense = nn.Linear(inside, width)
    own.num_attention_heads, own.all_head_size = heads, inside


def linear(weight: torch.Tensor, bias: torch.Tensor) -> nn.Linear:
    """A linear map of these weights."""
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.weight, made.bias = (nn.Parameter(each.detach().clone().contiguous()) for each in (weight, bias))
    return made
