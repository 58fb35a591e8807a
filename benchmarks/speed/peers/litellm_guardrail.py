"""The six simple checks as a custom guardrail of the LiteLLM proxy, after the call."""

# The peer's library is in an environment of its own, not here.
# mypy: ignore-errors

from __future__ import annotations

from litellm.integrations.custom_guardrail import CustomGuardrail

from benchmarks.speed.simple_checks import failed


class SimpleChecks(CustomGuardrail):
    """Looks at each answer, and lets it through."""

    async def async_post_call_success_hook(self, data: object, user_api_key_dict: object, response: object) -> None:
        """Check the draft."""
        del data, user_api_key_dict
        for choice in response.choices:
            choice.message.provider_specific_fields = {"failed": failed(choice.message.content)}
