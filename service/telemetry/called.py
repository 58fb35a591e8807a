"""What is known of an endpoint before it is called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Called:
    """An endpoint by the name that figures have for it, and how its model is asked; the embedded one has no URL."""

    endpoint: str
    model: str
    url: str | None
    max_tokens: int
    temperature: float
