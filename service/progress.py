"""What is told of a draft while it is made: never its text before it is checked, and no more than verdicts quote."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from guardrails.types import Contract, Verdict
from service.schemas import Usage


class AttemptStarted(Contract):
    """A model was asked for a text."""

    attempt: int = Field(ge=1, description="Counts the attempts of this draft.")


class AttemptChecked(Contract):
    """A text came and was checked."""

    attempt: int = Field(ge=1)
    passed: bool
    verdicts: tuple[Verdict, ...]


class AttemptFailed(Contract):
    """No text came; `reason` is the name of the fault."""

    attempt: int = Field(ge=1)
    reason: str
    kind: str = Field(
        default="failed", description="What was wrong, in a word, as in the service's metrics: `key_refused`."
    )


Progress = AttemptStarted | AttemptChecked | AttemptFailed
Listener = Callable[[Progress], None]
Spending = Callable[[Usage], None]  # hears what each answer of a model took, as soon as it is there


def unheard(progress: Progress) -> None:
    """Tell nobody."""


def unspent(usage: Usage) -> None:
    """Tell nobody."""
