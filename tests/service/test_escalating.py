"""Escalation by policy, and what happens when it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from guardrails.escalation import KINDS, Kind
from guardrails.types import Agent, Complaint, Context
from service.escalating import Escalations
from tests.guardrails.policies import make_policy

CONTEXT = Context(brand="Harbourline", agent=Agent(name="Maya"))
COMPLAINT = Complaint(text="My kettle came with a cracked lid.", channel="email")


class Sure:
    """A model that is sure of one kind."""

    def __init__(self, chances: Mapping[Kind, float] | Exception) -> None:
        self.given = chances

    def escalations(self, message: str) -> Mapping[Kind, float]:
        """What was given."""
        del message
        if isinstance(self.given, Exception):
            raise self.given
        return {kind: self.given.get(kind, 0.0) for kind in KINDS}


def found(model: Sure) -> str | None:
    """What the default policy says of the complaint."""
    return asyncio.run(Escalations({"default": make_policy()}, model).find("default", COMPLAINT, CONTEXT))


def test_the_reason_comes_from_the_policy() -> None:
    """Kind and reason, for the agent."""
    assert found(Sure({"press": 0.9})) == (
        "press: The press is asking, or has been told. Who speaks for the business must answer."
    )


def test_an_ordinary_complaint_is_none() -> None:
    """Nothing is found where the model sees nothing."""
    assert found(Sure({"press": 0.1})) is None


def test_a_broken_check_escalates_and_quotes_nobody() -> None:
    """Whatever the model raises, a person must look, and the error's own text stays unsaid."""
    assert found(Sure(RuntimeError("secret"))) == (
        "unknown: the escalation check broke with RuntimeError; read the message before drafting"
    )


def test_what_cannot_be_read_in_time_is_for_a_person() -> None:
    """The work on one case is bounded, and what was left unread may hold the threat."""
    late = Escalations({"default": make_policy()}, Sure({}), read_s=-1)
    assert str(asyncio.run(late.find("default", COMPLAINT, CONTEXT))).startswith("unknown: ")
