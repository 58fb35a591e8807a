"""Opens the shipped networks as all of them are run: locally, on one thread, keeping no memory."""

from __future__ import annotations

from pathlib import Path

import onnxruntime


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """A network that several threads may run."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # a text of 20,000 characters would keep its memory for ever
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
