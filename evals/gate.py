"""The gate: the least that a run must reach, in one YAML file, so that a worse prompt cannot go in unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from evals.files import read_yaml
from evals.outcomes import EXPECTED, READY, CaseOutcome, summarise
from guardrails.policy import CheckRules
from guardrails.types import Contract


def _known(name: str) -> str:
    """A check that a policy has a rule for."""
    if name not in CheckRules.model_fields:
        raise PydanticCustomError(
            "check", "there is no such check; known are {known}", {"known": ", ".join(CheckRules.model_fields)}
        )
    return name


Least = Annotated[float, Field(ge=0, le=1)]
CheckName = Annotated[str, AfterValidator(_known)]


class Gate(Contract):
    """Least shares, 0 to 1: of ready drafts, of cases that are as expected, and of drafts that pass a check."""

    ready: Least
    as_expected: Least
    checks: dict[CheckName, Least]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is below the gate."""

    name: str
    reached: float
    least: float

    def __str__(self) -> str:
        return f"{self.name}: {self.reached:.1%}, and the gate asks for {self.least:.1%}"


def load_gate(path: Path) -> Gate:
    """Read a gate.

    Raises:
        InputError: names the file, the line and the field of the first fault.
    """
    return read_yaml(path, Gate)[0]


def shortfalls(gate: Gate, outcomes: Sequence[CaseOutcome]) -> tuple[Shortfall, ...]:
    """What the run is below; a check that no draft was judged by is below any gate above zero."""
    least: Mapping[str, float] = {READY: gate.ready, EXPECTED: gate.as_expected, **gate.checks}
    reached = {share.name: share.passed.value for share in summarise(outcomes).shares}
    return tuple(
        Shortfall(name, reached.get(name, 0.0), share)
        for name, share in least.items()
        if reached.get(name, 0.0) < share
    )
