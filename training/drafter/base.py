"""Unpacks the shipped weights for the training: `python -m training.drafter.base SmolLM2-135M-Instruct.Q4_1.gguf OUT`.

The adapter is trained on the very numbers that it will sit on: the weights as they are after their quantisation.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from safetensors.torch import save_model
from transformers import AutoModelForCausalLM, AutoTokenizer


def unpack(weights: Path, out: Path) -> None:
    """Write the model and its tokenizer as a folder that transformers reads."""
    place = {"pretrained_model_name_or_path": str(weights.parent), "gguf_file": weights.name}
    tokenizer = AutoTokenizer.from_pretrained(**place)  # nosec B615 # a folder: nothing is downloaded
    model = AutoModelForCausalLM.from_pretrained(**place, dtype=torch.float32)  # nosec B615 # a folder: nothing is downloaded
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(out)
    del model.config.quantization_config  # the numbers are unpacked: there is nothing left to unpack
    model.config.save_pretrained(out)
    save_model(model, str(out / "model.safetensors"), metadata={"format": "pt"})


if __name__ == "__main__":
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
