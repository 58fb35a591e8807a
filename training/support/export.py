"""Writes the trained support model: `python -m training.support.export --trained FOLDER`."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic

from guardrails.model.features import load_tokenizer
from guardrails.support_model.reader import CHECKS, FOLDER, OnnxSupportModel
from training.support.examples import Example, pairs
from training.support.items import TOP, prepare, tensors
from training.support.lean import LeanNetwork
from training.support.network import Sizes, SupportNetwork

ALARMS = {"grounding": 0.032, "remedies": 0.018}  # false alarms that are let through on the drafts that calibrate
SHARED = 1_000  # bytes from which on it pays to keep equal weights once
LENIENCE = 1.5  # so far below the cut the model still doubts a value that the rules cannot derive
CREDIBLE = {"grounding": 1.0, "remedies": 2.0}  # so far below the cut what rules find in the words still stands


def export(network: SupportNetwork, example: Sequence[torch.Tensor], path: Path) -> None:
    """Write the network with weights of 8 bits."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            LeanNetwork(network).eval(),
            tuple(example),
            str(plain),
            input_names=["ids", "marks", "case_ids", "case_sources"],
            output_names=["logits"],
            dynamic_axes={
                "ids": {1: "tokens"},
                "marks": {1: "tokens"},
                "case_ids": {1: "words"},
                "case_sources": {1: "words"},
            },
            opset_version=20,
            custom_opsets={"com.microsoft": 1},
            dynamo=False,
        )
        apart(plain)
        kind = {"DefaultTensorType": TensorProto.FLOAT}  # the attention's output, which onnx cannot infer
        quantize_dynamic(plain, path, weight_type=QuantType.QInt8, per_channel=True, extra_options=kind)
        shared(path)


def apart(path: Path) -> None:
    """Give each use of a weight its own copy: where one stands for another the quantizer leaves it in 32 bits."""
    model = onnx.load(str(path))
    weights = {each.name: each for each in model.graph.initializer}
    for node in list(model.graph.node):
        if node.op_type == "Identity" and node.input[0] in weights:
            copy = model.graph.initializer.add()
            copy.CopyFrom(weights[node.input[0]])
            copy.name = node.output[0]
            model.graph.node.remove(node)
    onnx.save(model, str(path))


def shared(path: Path) -> None:
    """Keep equal weights once."""
    model = onnx.load(str(path))
    first: dict[tuple[bytes, tuple[int, ...], int], str] = {}
    instead: dict[str, str] = {}
    for each in list(model.graph.initializer):
        key = (each.raw_data, tuple(each.dims), each.data_type)
        if len(each.raw_data) >= SHARED and first.setdefault(key, each.name) != each.name:
            instead[each.name] = first[key]
            model.graph.initializer.remove(each)
    for node in model.graph.node:
        for at, name in enumerate(node.input):
            node.input[at] = instead.get(name, name)
    onnx.save(model, str(path))


def cuts(model: OnnxSupportModel, examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """For each check the logit that so many good replies exceed, and that of doubt."""
    found = {}
    for name in CHECKS:
        scores = sorted(score(model, each, name) for each in examples if each.origin in ("good", "plain"))
        cut = round(scores[int(len(scores) * (1 - ALARMS[name]))], 3)
        found[name] = {"cut": cut, "doubt": round(cut - LENIENCE, 3), "credible": round(cut - CREDIBLE[name], 3)}
    return found


def score(model: OnnxSupportModel, example: Example, name: str) -> float:
    """The mean logit of the likeliest tokens."""
    highest = sorted((place.logit for place in getattr(model.read(example.draft), name).places), reverse=True)[:TOP]
    return sum(highest) / max(1, len(highest))


def main() -> None:
    """Export, then calibrate on writers that were not trained on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--calibrate", default="e", help="writers")
    parser.add_argument("--keep-cuts", action="store_true", help="leave calibration.json as it is")
    parser.add_argument("--to", type=Path, default=FOLDER)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    kept = json.loads((chosen.trained / "vocabulary.json").read_text())
    weights = torch.load(chosen.trained / "weights.pt", weights_only=True)
    network = SupportNetwork(kept, Sizes.of(weights))
    network.load_state_dict(weights)
    tokenizer = load_tokenizer(chosen.trained / "tokenizer.json")
    examples = list(pairs(chosen.calibrate))
    chosen.to.mkdir(exist_ok=True)
    export(network.eval(), tensors([prepare(tokenizer, examples[0])])[:4], chosen.to / "support_model.onnx")
    shutil.copy(chosen.trained / "tokenizer.json", chosen.to / "tokenizer.json")
    if chosen.keep_cuts:
        return
    start = {name: {"cut": 0.0, "doubt": 0.0, "credible": 0.0} for name in CHECKS}
    (chosen.to / "calibration.json").write_text(json.dumps(start))
    found = cuts(OnnxSupportModel(chosen.to), examples)
    (chosen.to / "calibration.json").write_text(json.dumps(found) + "\n")
    print(found)


if __name__ == "__main__":
    main()
