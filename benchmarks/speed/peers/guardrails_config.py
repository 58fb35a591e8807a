"""The guards of guardrails-ai's server, which loads this file by its path."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3]))  # last, as in start.py

from benchmarks.speed.peers.guardrails_ai import guard

__all__ = ["guard"]
