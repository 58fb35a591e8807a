"""Calibrates a trained network on held-out drafts and writes the shipped model: ONNX with 8-bit weights."""

from __future__ import annotations

import argparse
import json
import math
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from guardrails.checks.apology import settled_as_hollow
from guardrails.model.features import load_tokenizer
from training.examples import FOLDS, LABELS, PROPERTIES, Example, our_drafts, real_replies
from training.network import CheckNetwork, Exit, encoder_folder, inside
from training.onnx_file import TOKENS, encoded, write
from training.prune import ids_before, prune_model

MODEL = Path(__file__).parents[1] / "guardrails" / "model"
FIRST, SECOND = "check_model.onnx", "check_model_deep.onnx"
Answers = Mapping[str, list[list[float]]]  # of each example the early logits and the last
LEAST_CASES = 8  # of a level, for a kind of draft to help in choosing its cut
LEAST_CUT = 40  # percent; further from a half a cut fits the few drafts that calibrate


class Part(nn.Module):
    """Some layers in a row and the exit behind them, for one text without padding."""

    def __init__(self, layers: nn.ModuleList, exit_: Exit) -> None:
        super().__init__()
        self.layers, self.exit = layers, exit_

    def forward(self, states: torch.Tensor, is_draft: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """States, logits and marks."""
        for layer in self.layers:
            states = encoded(layer, states)
        return states, *self.exit(states, is_draft)


class FirstPart(Part):
    """The first layers, with the embeddings before them."""

    def __init__(self, network: CheckNetwork) -> None:
        super().__init__(network.layers[: network.early], network.exits[0])
        self.words = network.embeddings.word_embeddings
        self.places = nn.Parameter(network.embeddings.position_embeddings.weight.detach().clone())
        self.types, self.echo = network.embeddings.token_type_embeddings, network.echo
        self.norm = network.embeddings.LayerNorm

    def forward(  # type: ignore[override]  # it begins with words
        self, ids: torch.Tensor, types: torch.Tensor, echoes: torch.Tensor, is_draft: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """States, logits and marks."""
        states = self.words(ids) + self.types(types) + self.places[None, : ids.shape[1]]
        return super().forward(self.norm(states) + self.echo(echoes), is_draft)


def export(network: CheckNetwork, folder: Path) -> None:
    """Write the network in two parts, the second for drafts of which the first is not sure, with weights of 8 bits."""
    network.eval()
    ids = torch.randint(1000, 2000, (1, TOKENS))
    zeros, ones = torch.zeros_like(ids), torch.ones(1, TOKENS)
    states = torch.randn(1, TOKENS, network.exits[0].mark.in_features)
    last = Part(network.layers[network.early :], network.exits[1])
    words = {"ids": ids, "types": zeros, "echoes": zeros, "is_draft": ones}
    by_token = {name: {1: "tokens"} for name in (*words, "states", "last_states", "marks")}
    write(FirstPart(network), words, ["states", "logits", "marks"], by_token, folder / FIRST)
    write(last, {"states": states, "is_draft": ones}, ["last_states", "logits", "marks"], by_token, folder / SECOND)


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer for one level: its logit, whether the draft reaches the level, and what kind of draft it is."""

    logit: float
    reached: bool
    ours: bool


def balance(rows: Sequence[Seen]) -> list[float]:
    """Weights with which both kinds count the same, and in each kind the rarer side of a level more than its share.

    How many replies hold an excuse differs from trade to trade, so that the share of those at hand is only half
    believed; a kind with hardly a case counts nothing.
    """
    number = Counter((row.ours, row.reached) for row in rows)
    enough = {kind: min(number[kind, True], number[kind, False]) >= LEAST_CASES for kind in (True, False)}
    size = Counter(row.ours for row in rows)
    return [
        math.sqrt(1 / (size[row.ours] * number[row.ours, row.reached])) if enough[row.ours] else 0.0 for row in rows
    ]


def calibrate(rows: Sequence[Seen]) -> tuple[float, float]:
    """Slope and offset that make logits probabilities (Platt scaling), by gradient descent on the log loss."""
    x = torch.tensor([row.logit for row in rows])
    y = torch.tensor([float(row.reached) for row in rows])
    weights = torch.tensor(balance(rows))
    weights = weights / weights.sum()
    scale = torch.tensor([0.0, 0.0], requires_grad=True)  # log of the slope, so that it stays positive; offset
    optimizer = torch.optim.LBFGS([scale], max_iter=100)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        guess = x * scale[0].exp() + scale[1]
        losses = torch.nn.functional.binary_cross_entropy_with_logits(guess, y, reduction="none")
        loss = (losses * weights).sum() + 0.01 * scale.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return math.exp(scale[0].item()), scale[1].item()


def best_cut(rows: Sequence[Seen], chances: Sequence[float]) -> float:
    """The probability from which on a level counts as reached: the best macro-F1, the nearest to a half of equals."""
    kinds = []
    for kind in (True, False):
        chosen = [(chance, row.reached) for chance, row in zip(chances, rows, strict=True) if row.ours is kind]
        if min(sum(truth for _, truth in chosen), sum(not truth for _, truth in chosen)) >= LEAST_CASES:
            kinds.append(([chance for chance, _ in chosen], [truth for _, truth in chosen]))
    cuts = [step / 100 for step in range(LEAST_CUT, 101 - LEAST_CUT)]
    return max(cuts, key=lambda cut: (round(sum(macro_f1(*kind, cut) for kind in kinds), 2), -abs(cut - 0.5)))


def macro_f1(chances: Sequence[float], reached: Sequence[bool], cut: float) -> float:
    """Of those whose chance is at least the cut, against those that reach the level."""
    pairs = [(truth, chance >= cut) for truth, chance in zip(reached, chances, strict=True)]
    total = 0.0
    for value in (True, False):
        both = sum(truth is value and said is value for truth, said in pairs)
        either = sum(truth is value for truth, _ in pairs) + sum(said is value for _, said in pairs)
        total += 2 * both / either if either else 0.0
    return total / 2


def calibration(examples: Sequence[Example], answers: Sequence[Sequence[float]]) -> list[dict[str, object]]:
    """What guardrails/model/reader.py needs to know of each property."""
    rows: list[dict[str, object]] = []
    first = 0
    for name, highest in PROPERTIES.items():
        slopes, offsets, cuts = [], [], []
        for step in range(highest):
            seen = [
                Seen(answer[first + step], each.labels[name] > step, each.ours)
                for each, answer in zip(examples, answers, strict=True)
                # What words alone settle, the model is not asked.
                if not (name == "apology" and step and settled_as_hollow(each.draft))
            ]
            slope, offset = calibrate(seen)
            slopes.append(round(slope, 4))
            offsets.append(round(offset, 4))
            cuts.append(best_cut(seen, [1 / (1 + math.exp(-(slope * row.logit + offset))) for row in seen]))
        rows.append({"name": name, "slopes": slopes, "offsets": offsets, "cuts": cuts})
        first += highest
    return rows


def unseen(
    examples: Sequence[Example], trained: Answers, folds: Sequence[Answers]
) -> list[tuple[Example, list[list[float]]]]:
    """What no training saw, with the answers: our drafts of the calibrating part, and real replies out of fold."""
    ours = [(each, trained[each.id]) for each in examples if each.ours and each.part == "calibrate"]
    real = [(each, folds[each.fold][each.id]) for each in examples if each.trainable and not each.ours]
    return [*ours, *(real if folds else ())]


def main() -> None:
    """Write the two parts of the check model, calibration.json and tokenizer.json into guardrails/model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled.jsonl and unlabelled.jsonl")
    parser.add_argument("--trained", type=Path, required=True, help="folder that training wrote; this is shipped")
    parser.add_argument("--folds", type=Path, nargs=FOLDS, required=True, help="folders of the folds, in order")
    parser.add_argument("--keep-pieces", action="store_true", help="those of the tokenizer that is there, and it too")
    chosen = parser.parse_args()
    weights = torch.load(chosen.trained / "weights.pt", weights_only=True)
    network = CheckNetwork(size=inside(weights))
    network.load_state_dict(weights)
    export(network, MODEL)
    examples = [*our_drafts(LABELS), *real_replies(chosen.data, LABELS)]
    trained, *folds = (
        json.loads((folder / "answers.json").read_text(encoding="utf-8")) for folder in (chosen.trained, *chosen.folds)
    )
    pairs = unseen(examples, trained, folds)
    rows = {
        name: calibration([each for each, _ in pairs], [answer[which] for _, answer in pairs])
        for which, name in enumerate(("early", "last"))
    }
    (MODEL / "calibration.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if chosen.keep_pieces:
        whole, there = load_tokenizer(encoder_folder() / "tokenizer.json"), load_tokenizer(MODEL / "tokenizer.json")
        prune_model(MODEL / FIRST, ids_before(whole, there))
    else:
        shutil.copyfile(encoder_folder() / "tokenizer.json", MODEL / "tokenizer.json")


if __name__ == "__main__":
    main()
