"""Decides whether a message is for a person and not for a drafting model: danger, law, data and press.

The policy lists words that leave no doubt; the complaint model reads the rest. Neither knows everything, so that
either is enough; a model that breaks escalates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol, get_args

from pydantic import Field, StringConstraints

from guardrails.signs import spaced_words, stands_in
from guardrails.types import Complaint, Context, Contract, Probability, Statement

Kind = Literal["safety", "data_breach", "legal", "press"]  # the gravest first
KINDS: tuple[Kind, ...] = get_args(Kind)

Sign = Annotated[str, StringConstraints(pattern=r"\w", max_length=200)]


class EscalationKind(Contract):
    """One kind of message that a person answers."""

    reason: Statement = Field(description="What the agent is told.")
    signs: tuple[Sign, ...] = Field(description="Words that leave no doubt; one that ends in * may go on.")


class EscalationKinds(Contract):
    """Every kind; none may be left out, so that a policy can be read whole."""

    safety: EscalationKind
    data_breach: EscalationKind
    legal: EscalationKind
    press: EscalationKind


class EscalationRule(Contract):
    """When not to draft; `chance` is the least probability at which the model's opinion counts."""

    chance: Probability
    kinds: EscalationKinds

    def kind(self, name: Kind) -> EscalationKind:
        """The rule of one kind."""
        found = getattr(self.kinds, name)
        assert isinstance(found, EscalationKind)
        return found


class EscalationModel(Protocol):
    """What reads a customer's message."""

    def escalations(self, message: str) -> Mapping[Kind, float]:
        """The probability of each kind, 0 to 1; together at most 1."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Why a person must answer."""

    kind: Kind
    reason: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


def find_escalation(
    complaint: Complaint, context: Context, rule: EscalationRule, model: EscalationModel
) -> Escalation | None:
    """The gravest kind that the customer's messages show, or None.

    Earlier messages of the customer count as much as the last: who has named their solicitor has not taken it back.
    """
    messages = (complaint.text, *(item.text for item in context.history or () if item.sender == "customer"))
    found = {kind for message in messages for kind in _kinds_of(message, rule, model)}
    for kind in KINDS:
        if kind in found:
            return Escalation(kind, rule.kind(kind).reason)
    return None


def _kinds_of(message: str, rule: EscalationRule, model: EscalationModel) -> Sequence[Kind]:
    words = spaced_words(message)
    by_sign = [kind for kind in KINDS if any(stands_in(words, sign) for sign in rule.kind(kind).signs)]
    chances = model.escalations(message)
    likeliest = max(KINDS, key=lambda kind: chances[kind])
    # The sum: a message that is surely one of the four, and perhaps either of two, must not slip through between them.
    return [*by_sign, likeliest] if sum(chances.values()) >= rule.chance else by_sign
