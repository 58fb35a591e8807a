"""Runs one of the modules beside it with a peer's Python: `PEER/bin/python -P start.py MODULE ARGUMENT...`.

Our folder comes last where modules are looked for: guardrails-ai calls its package `guardrails`, as we call ours.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).parents[3]))
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
