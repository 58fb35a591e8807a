"""Opens the shipped networks as all of them are run: locally, on one thread, with the same working memory."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

# From its import on, onnxruntime keeps a device's id and a queue of events for its maker in the user's cache folder.
# It looks at this variable alone, and before anything of it can be called. Nothing of Amends phones home.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

# Fuses an addition and the norm behind it into an operator that takes six times as long as both on their own.
SLOWER_FUSION = "SkipLayerNormFusion"


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """A network that several threads may run."""
    share_memory()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.use_env_allocators", "1")
    # Without it a processor with AVX2 and no VNNI adds products of 8 bits in 16, which overflow: chances then differ by
    # up to 0.33 from those of every other processor. Where nothing overflows it changes nothing.
    options.add_session_config_entry("session.x64quantprecision", "1")
    options.enable_mem_pattern = False  # plans memory anew for each length of a text, and keeps every plan
    return onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=[SLOWER_FUSION]
    )


@cache
def share_memory() -> None:
    """Let all networks work in one store of memory.

    What one network leaves the next one takes. Stores of their own, or memory from the system by the thread, are kept
    by each network or thread for itself. It grows by powers of two: pieces just as large as what was missing fit
    hardly anything that comes later.
    """
    memory = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    onnxruntime.create_and_register_allocator(memory, None)
