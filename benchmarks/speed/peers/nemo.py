"""NeMo Guardrails with the six simple checks as an output rail, in the bare endpoint's process: `PORT RAILS FOLDER`."""

# The peer's library is in an environment of its own, not here.
# mypy: ignore-errors

from __future__ import annotations

import sys
from pathlib import Path

from nemoguardrails import LLMRails, RailsConfig

from benchmarks.speed.bare import Message, serve

rails = LLMRails(RailsConfig.from_path(sys.argv[2]))


async def ask(messages: list[Message]) -> str:
    """The draft, asked for and checked by the rails."""
    answer = await rails.generate_async(messages=messages)
    return str(answer["content"])


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[3]), ask)
