"""Reads a network's weights out of an exported complaint model: `python -m training.complaints.recover FILE FOLDER`.

For models of which only the file is kept: its weights of 8 bits, as numbers of 32.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

QUANTIZED = "_quantized"


def recovered(path: Path) -> dict[str, torch.Tensor]:
    """The weights by the names that they have in training.

    An exported matrix has lost its name; it is that of the bias which is added to its products.
    """
    model = onnx.load(str(path))
    kept = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    found = {name: torch.tensor(array) for name, array in kept.items() if name.endswith((".bias", "Norm.weight"))}
    for name in kept:
        if name.startswith("embeddings.") and name.endswith(QUANTIZED):
            found[name.removesuffix(QUANTIZED)] = plain(kept, name)
    for bias, matrix in biased(model.graph, kept):
        found[bias.removesuffix("bias") + "weight"] = plain(kept, matrix).T.contiguous()
    return found


def biased(graph: onnx.GraphProto, kept: Mapping[str, np.ndarray]) -> Iterator[tuple[str, str]]:
    """Each bias with the matrix whose products it is added to."""
    makers = {name: node for node in graph.node for name in node.output}
    for node in graph.node:
        biases = [name for name in node.input if name in kept and name.endswith(".bias")]
        if node.op_type != "Add" or not biases:
            continue
        maker = makers[next(name for name in node.input if name not in biases)]
        while maker.op_type != "MatMulInteger":
            maker = makers[maker.input[0]]
        yield biases[0], maker.input[1]


def plain(kept: Mapping[str, np.ndarray], name: str) -> torch.Tensor:
    """The numbers that weights of 8 bits stand for."""
    scale, zero = (kept[name.removesuffix(QUANTIZED) + each] for each in ("_scale", "_zero_point"))
    return torch.tensor((kept[name].astype(np.float32) - zero.astype(np.float32)) * scale)


def main() -> None:
    """Write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, metavar="FILE")
    parser.add_argument("out", type=Path, metavar="FOLDER")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    torch.save(recovered(chosen.model), chosen.out / "weights.pt")


if __name__ == "__main__":
    main()
