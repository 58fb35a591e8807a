"""Writes the trained support model: `python -m training.support.export --trained FOLDER`."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch

from guardrails.model.features import load_tokenizer
from guardrails.support_model.reader import CHECKS, FOLDER, OnnxSupportModel
from training.onnx_file import write
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
    inputs = dict(zip(("ids", "marks", "case_ids", "case_sources"), example, strict=True))
    dynamic = {name: {1: "words" if name.startswith("case_") else "tokens"} for name in inputs}
    write(LeanNetwork(network), inputs, ["logits"], dynamic, path)
    shared(path)


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
