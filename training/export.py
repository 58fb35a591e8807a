"""Calibrates a trained network on held-out drafts and writes the shipped model: ONNX with 8-bit weights."""

from __future__ import annotations

import argparse
import json
import math
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from training.examples import LABELS, PROPERTIES, Example, our_drafts, real_replies
from training.network import CheckNetwork, encoder_folder

MODEL = Path(__file__).parents[1] / "guardrails" / "model"
TOKENS = 24  # of the example that the export runs once


def export(network: CheckNetwork, path: Path) -> None:
    """Write the network with weights of 8 bits."""
    network.eval()
    ids = torch.randint(1000, 2000, (1, TOKENS))
    zeros = torch.zeros_like(ids)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network,
            (ids, zeros, zeros, torch.ones(1, TOKENS)),
            str(plain),
            input_names=["ids", "types", "echoes", "is_draft"],
            output_names=["logits", "marks"],
            dynamic_axes={
                **{name: {1: "tokens"} for name in ("ids", "types", "echoes", "is_draft", "marks")},
            },
            dynamo=False,
        )
        quantize_dynamic(plain, path, weight_type=QuantType.QInt8, per_channel=True)


def calibrate(logits: Sequence[float], reached: Sequence[bool]) -> tuple[float, float]:
    """Slope and offset that make logits probabilities (Platt scaling), by gradient descent on the log loss."""
    x = torch.tensor(logits)
    y = torch.tensor([float(value) for value in reached])
    scale = torch.tensor([0.0, 0.0], requires_grad=True)  # log of the slope, so that it stays positive; offset
    optimizer = torch.optim.LBFGS([scale], max_iter=100)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x * scale[0].exp() + scale[1], y)
        loss = loss + 0.01 * scale.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return math.exp(scale[0].item()), scale[1].item()


def best_cut(chances: Sequence[float], reached: Sequence[bool]) -> float:
    """The probability from which on a level counts as reached: the best macro-F1, the nearest to a half of equals."""
    cuts = [step / 100 for step in range(40, 61)]  # further from a half it fits the few drafts that calibrate
    return max(cuts, key=lambda cut: (round(_macro_f1(chances, reached, cut), 3), -abs(cut - 0.5)))


def _macro_f1(chances: Sequence[float], reached: Sequence[bool], cut: float) -> float:
    pairs = [(truth, chance >= cut) for truth, chance in zip(reached, chances, strict=True)]
    total = 0.0
    for value in (True, False):
        both = sum(truth is value and said is value for truth, said in pairs)
        either = sum(truth is value for truth, _ in pairs) + sum(said is value for _, said in pairs)
        total += 2 * both / either if either else 0.0
    return total / 2


def calibration(examples: Sequence[Example], answers: dict[str, list[float]]) -> list[dict[str, object]]:
    """What guardrails/model/reader.py needs to know of each property."""
    rows: list[dict[str, object]] = []
    first = 0
    for name, highest in PROPERTIES.items():
        slopes, offsets, cuts = [], [], []
        for step in range(highest):
            logits = [answers[each.id][first + step] for each in examples]
            reached = [each.labels[name] > step for each in examples]
            slope, offset = calibrate(logits, reached)
            chances = [1 / (1 + math.exp(-(slope * logit + offset))) for logit in logits]
            slopes.append(round(slope, 4))
            offsets.append(round(offset, 4))
            cuts.append(best_cut(chances, reached))
        rows.append({"name": name, "slopes": slopes, "offsets": offsets, "cuts": cuts})
        first += highest
    return rows


def main() -> None:
    """Write check_model.onnx, calibration.json and tokenizer.json into guardrails/model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled.jsonl and unlabelled.jsonl")
    parser.add_argument(
        "--trained", type=Path, required=True, help="folder that training wrote; this network is shipped"
    )
    parser.add_argument("--layers", required=True)
    chosen = parser.parse_args()
    network = CheckNetwork(tuple(int(index) for index in chosen.layers.split(",")))
    network.load_state_dict(torch.load(chosen.trained / "weights.pt"))
    export(network, MODEL / "check_model.onnx")
    given = json.loads((chosen.trained / "answers.json").read_text(encoding="utf-8"))
    examples = [each for each in (*our_drafts(LABELS), *real_replies(chosen.data, LABELS)) if each.part == "calibrate"]
    rows = calibration(examples, given)
    (MODEL / "calibration.json").write_text(json.dumps({"properties": rows}, indent=1) + "\n", encoding="utf-8")
    shutil.copyfile(encoder_folder() / "tokenizer.json", MODEL / "tokenizer.json")


if __name__ == "__main__":
    main()
