"""Makes the layers of a trained check network smaller: `python -m training.slim --trained FOLDER --out FOLDER`.

They do nearly what they did; training with the network as it was for a teacher brings back most of the rest.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import torch

from guardrails.model.features import Window, load_tokenizer
from training.examples import LABELS, our_drafts, real_replies
from training.narrow import slim
from training.network import CheckNetwork, encoder_folder, inside
from training.train import learnt_from, prepare

TEXTS = 320  # from which the units and heads of a layer are chosen
SHARE = 0.3  # of our drafts among the texts to choose from: real replies are fewer, and as important


def read(network: CheckNetwork, windows: Sequence[Window]) -> None:
    """Let the network read these inputs, one by one."""
    for each in windows:
        is_draft = torch.tensor([[float(place is not None) for place in each.places]])
        network(*(torch.tensor([row]) for row in (each.ids, each.types, each.echoes)), is_draft)


def main() -> None:
    """Write the small network's weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled.jsonl and unlabelled.jsonl")
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=-1, help="leave out this part of the brands")
    parser.add_argument("--hidden", type=int, required=True, help="units of each layer")
    parser.add_argument("--heads", type=int, required=True, help="of each layer")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    weights = torch.load(chosen.trained / "weights.pt", weights_only=True)
    network = CheckNetwork(size=inside(weights))
    network.load_state_dict(weights)
    tokenizer = load_tokenizer(encoder_folder() / "tokenizer.json")
    random.seed(0)
    learnt = learnt_from([*our_drafts(LABELS), *real_replies(chosen.data, LABELS)], "all", chosen.fold, SHARE)
    random.shuffle(learnt)
    windows = [prepare(tokenizer, each).window for each in learnt[:TEXTS]]
    slim(network.eval().layers, chosen.hidden, chosen.heads, lambda: read(network, windows))
    chosen.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), chosen.out / "weights.pt")


if __name__ == "__main__":
    main()
