"""The six simple checks as an action of NeMo Guardrails, for an output rail."""

# The peer's library is in an environment of its own, not here.
# mypy: ignore-errors

from __future__ import annotations

from nemoguardrails.actions import action

from benchmarks.speed.simple_checks import failed


@action(is_system_action=True)
async def simple_checks(context: dict[str, str]) -> list[str]:
    """The names of the checks that a draft did not pass."""
    return failed(context["bot_message"])
