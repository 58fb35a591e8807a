"""Where the files are that come with Amends."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

# A folder of text, not a package: one of its files tells where it is.
PROMPTS = Path(str(files("prompts") / "reply.md")).parent
POLICIES = Path(str(files("guardrails") / "policies" / "default.yaml")).parent
ADAPTER = Path(str(files("service.embedded") / "drafter.gguf"))
