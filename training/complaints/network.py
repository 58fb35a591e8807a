"""The network of the complaint model: as it is trained, and in the two parts in which it is run."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn
from transformers import BertModel

from guardrails.complaint_model.reader import MOST_TOKENS, SITUATIONS
from guardrails.escalation import KINDS
from training.network import encoder_folder
from training.onnx_file import encoded

CLASSES = ("none", *KINDS)
LAYERS = (0, 2, 4)  # of the encoder's six
WIDTH = 384
FIRST = 1  # layers in the first part


def new_heads() -> nn.ModuleList:
    """What answers from the first word and the mean of all: one logit for each class of either question."""
    return nn.ModuleList(nn.Linear(2 * WIDTH, len(names)) for names in (CLASSES, SITUATIONS))


class ComplaintNetwork(nn.Module):
    """Some layers of the encoder, and a head for each question behind the last."""

    def __init__(self) -> None:
        super().__init__()
        encoder = BertModel.from_pretrained(encoder_folder(), add_pooling_layer=False, attn_implementation="eager")  # nosec B615 # a folder: nothing is downloaded
        self.embeddings = encoder.embeddings
        self.layers = nn.ModuleList(encoder.encoder.layer[index] for index in LAYERS)
        self.dropout = nn.Dropout(0.1)
        self.heads = new_heads()

    @classmethod
    def of(cls, weights: Mapping[str, torch.Tensor]) -> ComplaintNetwork:
        """The network that has these weights, with as many word pieces as they say."""
        network = cls()
        network.embeddings.word_embeddings = nn.Embedding(*weights["embeddings.word_embeddings.weight"].shape)
        network.load_state_dict(weights)
        return network.eval()

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


class FirstPart(nn.Module):
    """Embeddings and first layers, for one text without padding."""

    def __init__(self, network: ComplaintNetwork) -> None:
        super().__init__()
        self.words, self.norm = network.embeddings.word_embeddings, network.embeddings.LayerNorm
        # All texts are of the same type, so that it is a part of their places.
        places = network.embeddings.position_embeddings.weight + network.embeddings.token_type_embeddings.weight[0]
        self.places = nn.Parameter(places[:MOST_TOKENS].detach().clone())
        self.layers = network.layers[:FIRST]

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """The states behind the last of them."""
        states = self.norm(self.words(ids) + self.places[None, : ids.shape[1]])
        for layer in self.layers:
            states = encoded(layer, states)
        return states


class SecondPart(nn.Module):
    """The other layers."""

    def __init__(self, network: ComplaintNetwork) -> None:
        super().__init__()
        self.layers = network.layers[FIRST:]

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """The states behind the last layer."""
        for layer in self.layers:
            states = encoded(layer, states)
        return states


def pooled(states: torch.Tensor) -> torch.Tensor:
    """What a head reads: the first word and the mean of all."""
    return torch.cat([states[:, 0], states.mean(dim=1)], dim=-1)
