"""Writes a trained adapter as GGUF: `python -m training.drafter.export adapter.pt --base BASE --out drafter.gguf`."""

from __future__ import annotations

import argparse
from pathlib import Path

import gguf
import torch
from transformers import AutoConfig, PretrainedConfig

from training.drafter.train import ALPHA

ARCHITECTURE = "llama"
NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def export(state: dict[str, torch.Tensor], config: PretrainedConfig, out: Path) -> None:
    """Write the adapter in 16 bits."""
    writer = gguf.GGUFWriter(out, ARCHITECTURE)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_name("Amends drafter")
    writer.add_license("Apache-2.0")
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, ALPHA)
    for name, matrix in state.items():
        layer, _, side = name.rpartition(".")
        values = in_llama_order(matrix, layer, config) if side == "b" else matrix
        writer.add_tensor(f"{tensor_name(layer)}.lora_{side}", values.to(torch.float16).contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def tensor_name(layer: str) -> str:
    """llama.cpp's name of a layer: `model.layers.3.mlp.up_proj` is `blk.3.ffn_up.weight`."""
    _, _, number, part = layer.split(".", 3)
    return f"blk.{number}.{NAMES[part]}.weight"


def in_llama_order(matrix: torch.Tensor, layer: str, config: PretrainedConfig) -> torch.Tensor:
    """Rows of queries and keys as llama.cpp wants them: the two halves that rotate together stand side by side."""
    if layer.endswith("q_proj"):
        heads = config.num_attention_heads
    elif layer.endswith("k_proj"):
        heads = config.num_key_value_heads
    else:
        return matrix
    rows, rank = matrix.shape
    return matrix.reshape(heads, 2, rows // heads // 2, rank).swapaxes(1, 2).reshape(rows, rank)


def main() -> None:
    """Read the adapter, write the file, say its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("adapter", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    config = AutoConfig.from_pretrained(arguments.base)  # nosec B615 # a folder: nothing is downloaded
    export(torch.load(arguments.adapter, weights_only=True), config, arguments.out)
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
