"""The network behind grounding and remedies: a small encoder of the draft that looks across into the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn
from transformers import BertModel

from guardrails.support_model.features import MARKS, SOURCES
from training.narrow import resize
from training.network import HEAD, encoder_folder
from training.support.examples import CHECKS

ENCODERS = (0, 2, 4)  # the layers of the encoder that the network begins with
HEADS, WIDTH = 4, 64  # of the look into the case
SCALE = 0.25  # of its scores


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the network is.

    It has layers of the encoder's, each with so many hidden units and heads, and looks before the first of them;
    `around` says whether a word of the case takes from its neighbours.
    """

    layers: int = 3
    looks: int = 3
    hidden: int = 1536
    heads: int = 12
    around: bool = True

    @classmethod
    def of(cls, weights: Mapping[str, torch.Tensor]) -> Sizes:
        """Of the network that has these weights."""
        layers = {name.split(".")[1] for name in weights if name.startswith("layers.")}
        looks = {name.split(".")[1] for name in weights if name.startswith("looks.")}
        hidden = len(weights["layers.0.intermediate.dense.bias"])
        heads = len(weights["layers.0.attention.self.query.bias"]) // HEAD
        return cls(len(layers), len(looks), hidden, heads, "gate" in weights)


class Look(nn.Module):
    """What the tokens of the draft find in the case: attention to its words, which carry their source."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.same = nn.Linear(width, HEADS * WIDTH, bias=False)  # asks and answers alike, so that equal words meet
        self.asks = nn.Linear(width, HEADS * WIDTH)
        self.answers = nn.Linear(width, HEADS * WIDTH)
        self.told = nn.Linear(width, HEADS * WIDTH)
        self.out = nn.Linear(HEADS * WIDTH, width)
        self.nothing = nn.Parameter(torch.zeros(1, 1, width))
        self.dropout = nn.Dropout(dropout)
        nn.init.orthogonal_(self.same.weight)
        for each in (self.asks, self.answers):
            nn.init.normal_(each.weight, std=0.005)
        nn.init.normal_(self.out.weight, std=0.005)
        nn.init.zeros_(self.out.bias)

    def forward(self, states: torch.Tensor, words: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        """The states with what was found added; `words` are the case's."""
        batch, tokens, _ = states.shape
        asking = self.norm(states)
        words = torch.cat([self.nothing.expand(batch, -1, -1), words], dim=1)
        query = self._heads(self.same(asking) + self.asks(asking))
        key = self._heads(self.same(words) + self.answers(words))
        value = self._heads(self.told(words))
        scores = query @ key.transpose(2, 3) * SCALE
        if mask is not None:
            scores = scores + mask
        found = (scores.softmax(dim=-1) @ value).transpose(1, 2).reshape(batch, tokens, HEADS * WIDTH)
        return states + self.dropout(self.out(found))

    def _heads(self, given: torch.Tensor) -> torch.Tensor:
        return given.reshape(given.shape[0], given.shape[1], HEADS, WIDTH).transpose(1, 2)


class SupportNetwork(nn.Module):
    """For each token of a draft the logits of being unsupported (grounding) and unauthorised (remedies)."""

    def __init__(self, vocabulary: list[int], sizes: Sizes = Sizes(), dropout: float = 0.1) -> None:  # frozen
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
        kept = self.embeddings.word_embeddings.weight.data[vocabulary].clone()
        self.embeddings.word_embeddings = nn.Embedding.from_pretrained(kept, freeze=False)
        self.layers = nn.ModuleList(encoder.encoder.layer[index] for index in ENCODERS[: sizes.layers])
        whole = encoder.config
        if (sizes.hidden, sizes.heads) != (whole.intermediate_size, whole.num_attention_heads):
            for layer in self.layers:
                resize(layer, sizes.hidden, sizes.heads)
        self.looks = nn.ModuleList(Look(width, dropout) for _ in range(sizes.looks))
        self.marks = nn.Linear(MARKS, width)
        self.source = nn.Embedding(len(SOURCES) + 1, width)
        self.case_norm = nn.LayerNorm(width)
        # How much a word of the case takes from its neighbours.
        self.gate = nn.Parameter(torch.full((width,), 0.1)) if sizes.around else None
        self.hidden = nn.Linear(width + MARKS, 128)
        self.out = nn.Linear(128, len(CHECKS))
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.marks.weight, std=0.005)
        nn.init.zeros_(self.marks.bias)
        nn.init.normal_(self.source.weight, std=0.02)

    def case_words(self, ids: torch.Tensor, sources: torch.Tensor, padding: torch.Tensor | None) -> torch.Tensor:
        """The words of the case, each with its source, and with a gate what the first layer makes of its neighbours."""
        plain = self.embeddings(input_ids=ids)
        if self.gate is None:
            return self.case_norm(plain + self.source(sources))
        mask = None if padding is None else torch.where(padding[:, None, None, :], 0.0, -1e4).to(plain.dtype)
        given = self.layers[0](plain, attention_mask=mask)
        around = given[0] if isinstance(given, tuple) else given
        return self.case_norm(plain + self.source(sources) + self.gate * around)

    def forward(  # noqa: PLR0917 - ONNX names inputs by their place
        self,
        ids: torch.Tensor,
        marks: torch.Tensor,
        case_ids: torch.Tensor,
        case_sources: torch.Tensor,
        padding: torch.Tensor | None = None,
        case_padding: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Logits [batch, tokens, 2]; the paddings are True for tokens that are there (None: all are)."""
        states = self.embeddings(input_ids=ids) + self.marks(marks)
        words = self.case_words(case_ids, case_sources, case_padding)
        mask = None if padding is None else torch.where(padding[:, None, None, :], 0.0, -1e4).to(states.dtype)
        beyond = None
        if case_padding is not None:
            there = torch.cat([torch.ones_like(case_padding[:, :1]), case_padding], dim=1)
            beyond = torch.where(there[:, None, None, :], 0.0, -1e4).to(states.dtype)
        for number, layer in enumerate(self.layers):
            if number < len(self.looks):
                states = self.looks[number](states, words, beyond)
            given = layer(states, attention_mask=mask)
            states = given[0] if isinstance(given, tuple) else given
        return self.out(self.dropout(nn.functional.gelu(self.hidden(torch.cat([states, marks], dim=-1)))))
