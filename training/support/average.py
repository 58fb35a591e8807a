"""Averages trainings of which one went on from the other: `python -m training.support.average OUT FOLDER=SHARE ...`.

Where a training was stopped at a high rate its weights are noisy; their mean over several stops is not.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import torch


def averaged(given: Sequence[tuple[dict[str, torch.Tensor], float]]) -> dict[str, torch.Tensor]:
    """The mean of these weights by their shares; what only some have is the mean of those."""
    names = {name for weights, _ in given for name in weights}
    found = {}
    for name in sorted(names):
        there = [(weights[name].float(), share) for weights, share in given if name in weights]
        found[name] = sum(each * share for each, share in there) / sum(share for _, share in there)
    return found


def main(out: str, *given: str) -> None:
    """Write the mean, with the vocabulary of the last."""
    folders = [(Path(each.rpartition("=")[0]), float(each.rpartition("=")[2])) for each in given]
    weights = averaged([(torch.load(folder / "weights.pt", weights_only=True), share) for folder, share in folders])
    Path(out).mkdir(parents=True, exist_ok=True)
    torch.save(weights, Path(out) / "weights.pt")
    for name in ("vocabulary.json", "tokenizer.json"):
        shutil.copy(folders[-1][0] / name, Path(out) / name)


if __name__ == "__main__":
    main(*sys.argv[1:])
