"""Averages trained adapters: `python -m training.drafter.average OUT.pt ADAPTER.pt=SHARE ...`.

Each should have gone on from another: the mean of an adapter and of what further lessons made of it writes better than
either (training/drafter/README.md has the losses).
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from training.support.average import averaged


def main(out: str, *given: str) -> None:
    """Write the mean of these adapters by their shares."""
    parts = [(torch.load(each.rpartition("=")[0], weights_only=True), float(each.rpartition("=")[2])) for each in given]
    torch.save(averaged(parts), Path(out))


if __name__ == "__main__":
    main(*sys.argv[1:])
