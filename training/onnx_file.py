"""Writes trained networks as onnxruntime runs them best: each attention one operator, and weights of 8 bits."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
import torch
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

TOKENS = 24  # of the example that the export runs once


class Attention(torch.autograd.Function):
    """The attention of one layer, exported as the one operator that onnxruntime has for it."""

    @staticmethod
    def forward(
        _: object, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, heads: int, scale: float
    ) -> torch.Tensor:
        """[batch, tokens, width] from three such."""
        parts = [each.unflatten(-1, (heads, -1)).transpose(1, 2) for each in (query, key, value)]
        return nn.functional.scaled_dot_product_attention(*parts, scale=scale).transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(graph, query, key, value, heads: int, scale: float):  # noqa: ANN001, ANN205, PLR0917  # types of torch's exporter
        """The operator."""
        made = graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads, scale_f=scale)
        return made.setType(query.type())


def encoded(layer: nn.Module, states: torch.Tensor) -> torch.Tensor:
    """What one layer of the encoder makes of the states."""
    own, output = layer.attention.self, layer.attention.output
    scale = own.attention_head_size**-0.5
    seen = Attention.apply(own.query(states), own.key(states), own.value(states), own.num_attention_heads, scale)
    states = output.LayerNorm(output.dense(seen) + states)
    inner = nn.functional.gelu(layer.intermediate.dense(states))
    return layer.output.LayerNorm(layer.output.dense(inner) + states)


def write(
    network: nn.Module,
    example: Mapping[str, torch.Tensor],
    outputs: Sequence[str],
    dynamic: Mapping[str, Mapping[int, str]],
    path: Path,
) -> None:
    """Write a network by the inputs of an example; `dynamic` names the dimensions that differ from text to text."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network.eval(),
            tuple(example.values()),
            str(plain),
            input_names=list(example),
            output_names=list(outputs),
            dynamic_axes={name: dict(axes) for name, axes in dynamic.items() if name in {*example, *outputs}},
            opset_version=20,
            custom_opsets={"com.microsoft": 1},
            dynamo=False,
        )
        apart(plain)
        kind = {"DefaultTensorType": TensorProto.FLOAT}  # the attention's output, which onnx cannot infer
        quantize_dynamic(plain, path, weight_type=QuantType.QInt8, per_channel=True, extra_options=kind)


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
