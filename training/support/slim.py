"""Takes parts out of a trained support model: `python -m training.support.slim --trained FOLDER --out FOLDER`.

What is left does nearly what the whole did; training with the whole as its teacher brings back most of the rest.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from guardrails.model.features import load_tokenizer
from training.narrow import slim
from training.support.examples import pairs
from training.support.items import Item, prepare, tensors
from training.support.network import Sizes, SupportNetwork

TEXTS = 200  # from which the units of a layer are chosen


def slimmed(network: SupportNetwork, kept: list[int], sizes: Sizes, items: Sequence[Item]) -> SupportNetwork:
    """A network of these sizes with the parts of the given one that do most on these items."""
    given = network.state_dict()
    wide = Sizes.of(given)
    small = SupportNetwork(kept, replace(sizes, hidden=wide.hidden, heads=wide.heads))
    small.load_state_dict({name: given[name] for name in small.state_dict()})
    small.eval()
    slim(small.layers, sizes.hidden, sizes.heads, lambda: read(small, items))
    return small


def read(network: SupportNetwork, items: Sequence[Item]) -> None:
    """Let the network read these drafts, one by one."""
    for item in items:
        network(*tensors([item])[:4])


def main() -> None:
    """Write the small network's weights, with the vocabulary of the whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--looks", type=int, default=3)
    parser.add_argument("--hidden", type=int, default=1536)
    parser.add_argument("--heads", type=int, default=12)
    parser.add_argument("--around", action="store_true", help="words of the case still take from their neighbours")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    chosen.out.mkdir(parents=True, exist_ok=True)
    for name in ("vocabulary.json", "tokenizer.json"):
        shutil.copy(chosen.trained / name, chosen.out / name)
    kept = json.loads((chosen.out / "vocabulary.json").read_text())
    weights = torch.load(chosen.trained / "weights.pt", weights_only=True)
    network = SupportNetwork(kept, Sizes.of(weights))
    network.load_state_dict(weights)
    tokenizer = load_tokenizer(chosen.out / "tokenizer.json")
    examples = list(pairs("abcd"))
    random.Random(0).shuffle(examples)  # noqa: S311  # nosec B311 # no secret
    items = [prepare(tokenizer, each) for each in examples[:TEXTS]]
    sizes = Sizes(chosen.layers, chosen.looks, chosen.hidden, chosen.heads, chosen.around)
    torch.save(slimmed(network, kept, sizes, items).state_dict(), chosen.out / "weights.pt")


if __name__ == "__main__":
    main()
