"""Opens the shipped networks as all of them are run: locally, on one thread, keeping no memory."""

from __future__ import annotations

import os
from pathlib import Path

# From its import on, onnxruntime keeps a device's id and a queue of events for its maker in the user's cache folder.
# It looks at this variable alone, and before anything of it can be called. Nothing of Amends phones home.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """A network that several threads may run."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # a text of 20,000 characters would keep its memory for ever
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
