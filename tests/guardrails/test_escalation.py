"""When a person must answer: signs of the policy, the model's opinion, and the customer's earlier messages."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from guardrails.escalation import Kind, find_escalation
from guardrails.types import Agent, Complaint, Context, HistoryItem
from tests.guardrails.policies import make_policy

RULE = make_policy().escalate
HARMLESS = "The kettle came with a cracked lid."


class ByWords:
    """A model that gives chances for messages that hold a word, and notes what it reads."""

    def __init__(self, word: str = "-", **chances: float) -> None:
        self.word = word
        self.given = chances
        self.read: list[str] = []

    def escalations(self, message: str) -> Mapping[Kind, float]:
        """The chances where the word stands."""
        self.read.append(message)
        given = self.given if self.word in message else {}
        return {
            "safety": given.get("safety", 0.0),
            "data_breach": given.get("data_breach", 0.0),
            "legal": given.get("legal", 0.0),
            "press": given.get("press", 0.0),
        }


def found(text: str, model: ByWords | None = None, history: tuple[HistoryItem, ...] = ()) -> str | None:
    """The kind that is found."""
    context = Context(brand="B", agent=Agent(name="A"), history=history)
    escalation = find_escalation(Complaint(text=text, channel="email"), context, RULE, model or ByWords())
    return escalation.kind if escalation else None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("There is a GAS LEAK in my kitchen", "safety"),
        ("she had an anaphylactic shock", "safety"),
        ("I can see other people\u2019s details in my account", "data_breach"),
        ("You will be hearing from my solicitor.", "legal"),
        ("I will see you in court!", "legal"),
        ("I'm a journalist with the Herald", "press"),
    ],
)
def test_signs_leave_no_doubt(text: str, kind: str) -> None:
    """What the policy lists is found whatever the model thinks."""
    assert found(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        HARMLESS,
        "My solicitor's office ordered six chairs from you.",
        "I could have died of boredom.",
        "The tennis court was double booked.",
        "The press button is stuck.",
    ],
)
def test_a_near_miss_has_no_sign(text: str) -> None:
    """Words of law, danger and press in another sense are no signs."""
    assert found(text) is None


@pytest.mark.parametrize(("chance", "kind"), [(0.59, None), (0.6, "legal"), (0.99, "legal")])
def test_the_models_opinion_counts_from_the_policys_chance(chance: float, kind: str | None) -> None:
    """Below the policy's chance the model says nothing."""
    assert found(HARMLESS, ByWords("kettle", legal=chance)) == kind


def test_two_half_likely_kinds_are_one_sure_escalation() -> None:
    """What is surely for a person is not lost because it may be either of two."""
    assert found(HARMLESS, ByWords("kettle", legal=0.35, press=0.3)) == "legal"


def test_the_gravest_kind_is_told() -> None:
    """Danger goes before law."""
    assert found("Hear from my solicitors: there is a gas leak.") == "safety"


def test_earlier_messages_of_the_customer_count() -> None:
    """Who has named a solicitor has not taken it back; what the agent wrote is no threat."""
    threat = "You will be hearing from my solicitor."
    assert found(HARMLESS, history=(HistoryItem(sender="customer", text=threat),)) == "legal"
    assert found(HARMLESS, history=(HistoryItem(sender="agent", text=threat),)) is None


def test_each_message_is_read_by_itself() -> None:
    """A long history must not dilute the one message that matters."""
    model = ByWords()
    found(HARMLESS, model, (HistoryItem(sender="customer", text="Hello?"),))
    assert model.read == [HARMLESS, "Hello?"]
