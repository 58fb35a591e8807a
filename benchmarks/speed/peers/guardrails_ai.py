"""guardrails-ai with the six simple checks as validators of its own, in the bare endpoint's process.

`MODULE PORT ENDPOINT_URL FOLDER`, or the module that its server takes its guards from.
"""

# The peer's library is in an environment of its own, not here.
# mypy: ignore-errors

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from guardrails.validator_base import FailResult, PassResult, ValidationResult, Validator, register_validator

from benchmarks.speed.bare import asking, serve
from benchmarks.speed.simple_checks import SIMPLE_CHECKS
from guardrails import AsyncGuard, OnFailAction


def validator_of(name: str, passes: Callable[[str], bool]) -> type[Validator]:
    """One of the six as a class of validators."""

    def validate(self: Validator, value: str, metadata: dict[str, object]) -> ValidationResult:
        del self, metadata
        return PassResult() if passes(value) else FailResult(error_message=f"{name} did not pass")

    made = type(name, (Validator,), {"_validate": validate})
    return register_validator(name=f"amends/{name}", data_type="string")(made)


guard = AsyncGuard(id="drafts", name="drafts").use(
    *(validator_of(name, passes)(on_fail=OnFailAction.NOOP) for name, passes in SIMPLE_CHECKS.items())
)


async def review(draft: str) -> list[str]:
    """The names of the checks that a draft did not pass."""
    outcome = await guard.validate(draft)
    return [summary.validator_name for summary in outcome.validation_summaries or ()]


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[3]), asking(sys.argv[2]), review)
