"""Reads an exported support model back as weights to train on from: `python -m training.support.restore --out FOLDER`.

The weights are as exact as the file, 8 bits. What the export made one stays one: both looks that ask, and both that
answer, become `asks` and `answers` with a `same` of zeros, which says the same.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer

from guardrails.support_model.reader import FOLDER
from training.network import encoder_folder

LAYER = ("attention.output", "intermediate", "output")  # in the order in which they multiply
ONCE = re.compile(r"/(?P<name>marks|hidden|out)/MatMul")
LOOKED = re.compile(r"/looks\.(?P<number>\d)/(?P<name>asks|answers|told|out)/MatMul")
ASKED = re.compile(r"/(?P<name>query|key|value)(?:_(?P<number>\d+))?/MatMul")
DENSE = re.compile(r"/dense(?:_(?P<number>\d+))?/MatMul")


def restored(model: onnx.ModelProto) -> dict[str, torch.Tensor]:
    """The weights by the names that training gives them."""
    values = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    found = {own(name): torch.from_numpy(each.copy()) for name, each in values.items() if each.dtype == np.float32}
    found = {name: each for name, each in found.items() if not name.endswith("_scale")}
    for name in values:
        if name.endswith(".weight_quantized"):
            found[own(name.removesuffix("_quantized"))] = plain(values, name)
    for node, quantized in products(model):
        found[f"{place(node)}.weight"] = plain(values, quantized).T.contiguous()
    for name in [each for each in found if each.endswith(".asks.weight")]:
        found[name.replace("asks", "same")] = torch.zeros_like(found[name])
    return found


def products(model: onnx.ModelProto) -> Iterator[tuple[str, str]]:
    """The name of each product with a weight, and of that weight."""
    for node in model.graph.node:
        if node.op_type == "MatMulInteger":
            yield node.name, node.input[1]


def plain(values: dict[str, np.ndarray], name: str) -> torch.Tensor:
    """A weight of 8 bits in 32."""
    stem = name.removesuffix("_quantized")
    zero, scale = values[f"{stem}_zero_point"].astype(np.float32), values[f"{stem}_scale"]
    return torch.from_numpy((values[name].astype(np.float32) - zero) * scale)


def own(name: str) -> str:
    """What training calls a weight that the export calls so."""
    return name.removeprefix("network.")


def place(node: str) -> str:
    """The part of the network that a product belongs to.

    Raises:
        ValueError: the file is no support model.
    """
    if match := ONCE.match(node):
        return match["name"]
    if match := LOOKED.match(node.replace("/look/", "/")):
        return f"looks.{match['number']}.{match['name']}"
    if match := ASKED.match(node):
        return f"layers.{int(match['number'] or 0)}.attention.self.{match['name']}"
    if match := DENSE.match(node):
        layer, part = divmod(int(match["number"] or 0), len(LAYER))
        return f"layers.{layer}.{LAYER[part]}.dense"
    raise ValueError(f"A support model has no {node}.")


def pieces(path: Path) -> list[int]:
    """For each piece of the pruned tokenizer its number in the encoder's."""
    whole = Tokenizer.from_file(str(encoder_folder() / "tokenizer.json"))
    vocabulary = Tokenizer.from_file(str(path)).get_vocab()
    return [whole.token_to_id(each) for each in sorted(vocabulary, key=vocabulary.__getitem__)]


def main() -> None:
    """Write weights and vocabulary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=FOLDER, help="folder of the exported model")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    torch.save(restored(onnx.load(str(chosen.model / "support_model.onnx"))), chosen.out / "weights.pt")
    shutil.copy(chosen.model / "tokenizer.json", chosen.out / "tokenizer.json")
    (chosen.out / "vocabulary.json").write_text(json.dumps(pieces(chosen.model / "tokenizer.json")))


if __name__ == "__main__":
    main()
