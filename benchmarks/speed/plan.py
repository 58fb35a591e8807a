"""What is measured how: the plan of a run, and the turn of one arm in it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Plan(BaseModel):
    """How each arm is measured: so many clients for so many seconds, after some that do not count."""

    model_config = ConfigDict(frozen=True)

    clients: int = 64
    seconds: float = 60
    warm_up_s: float = 10


class Turn(BaseModel):
    """One arm over an endpoint that takes so long, in one round of the run; the first is 0."""

    model_config = ConfigDict(frozen=True)

    arm: str
    delay_ms: float
    round: int

    def __str__(self) -> str:
        return f"{self.arm}-{self.delay_ms:g}ms-round{self.round + 1}"
