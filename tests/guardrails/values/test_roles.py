"""Tests of people mistaken for each other: the customer for a colleague, a colleague for the agent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.types import Agent, FollowUp
from guardrails.values.roles import mistaken_for_us, told_as_own
from tests.guardrails.exact import BASE, CONTEXT, GOOD, HOSTILE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Please write to Ana by Tuesday.", "write to Ana"),
        ("Call Ana Lopez on 0800 555 0142.", "Call Ana Lopez"),
        ("Ana Lopez in Order Resolutions will call you by noon.", "Ana Lopez in Order Resolutions will call"),
        ("Ana will look into this.", "Ana will look into"),
    ],
)
def test_flagged(text: str, words: str) -> None:
    """The customer is told to write to herself, or is said to do what we must do."""
    found = list(mistaken_for_us(replace(BASE, text=text)))
    assert [text[finding.start : finding.end] for finding, _ in found] == [words]
    assert all("Ana" in advice for _, advice in found)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "Ana, I will call you.",
        "Please call me, Ana.",
        "We will write to Ana's new address.",
        "Priya Nair will call you.",
        "Anabel will call you.",
    ],
)
def test_allowed(text: str) -> None:
    """The customer is spoken to, and others act."""
    assert not list(mistaken_for_us(replace(BASE, text=text)))


def test_a_shared_name() -> None:
    """Where one of us has the customer's first name too, the name alone says nothing."""
    context = CONTEXT.model_copy(update={"follow_up": FollowUp(person="Ana Ruiz", by="Friday noon")})
    assert not list(mistaken_for_us(replace(BASE, text="Ana will call you.", context=context)))


def test_nobody() -> None:
    """Without the customer's name or without context nobody is mistaken."""
    draft = replace(BASE, text="Ana will call you.")
    assert not list(mistaken_for_us(replace(draft, customer_name=None)))
    assert not list(mistaken_for_us(replace(draft, customer_name=" ")))
    assert not list(mistaken_for_us(replace(draft, context=None)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    """Any text gets an answer, as draft and as name."""
    list(mistaken_for_us(replace(BASE, text=text)))
    list(mistaken_for_us(replace(BASE, text=GOOD, customer_name=text[:200])))


OWN = "I am sorry. My direct number is 0800 555 0142."


@pytest.mark.parametrize(
    ("person", "team", "channel", "found"),
    [
        ("Priya Nair", "Billing", "phone (0800) 555-0142", ["My direct number is 0800 555 0142"]),
        (None, "Billing", "0800 555 0142", ["My direct number is 0800 555 0142"]),
        ("Sam Reed", "Billing", "0800 555 0142", []),
        ("Sam", None, "0800 555 0142", []),
        ("Priya Nair", None, "phone; Sam Reed 0800 555 0142", []),
        ("Priya Nair", None, "0800 555 0199", []),
        (None, None, "0800 555 0142", []),
        ("Priya Nair", None, None, []),
    ],
)
def test_the_contact_of_somebody_else_is_not_the_agents_own(
    person: str | None, team: str | None, channel: str | None, found: list[str]
) -> None:
    """A team's or a colleague's number, in whatever spacing; one without a name may be anybody's."""
    context = CONTEXT.model_copy(
        update={
            "agent": Agent(name="Sam Reed"),
            "follow_up": FollowUp(person=person, team=team, channel=channel, by="Friday"),
        }
    )
    seen = list(told_as_own(replace(BASE, text=OWN, context=context)))
    assert [OWN[finding.start : finding.end] for finding, _ in seen] == found
    assert all((person or team or "") in advice for _, advice in seen)


def test_an_address_may_be_somebody_elses_too() -> None:
    """By the characters alone, in whatever case."""
    context = CONTEXT.model_copy(update={"follow_up": FollowUp(team="Claims", channel="Claims@quill.example")})
    text = "My e-mail is claims@quill.example."
    (finding, _), *_ = told_as_own(replace(BASE, text=text, context=context))
    assert text[finding.start : finding.end] == text[:-1]
    assert not list(told_as_own(replace(BASE, text=text, context=None)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_contacts_take_no_time(text: str) -> None:
    """Whatever stands behind the words that give a contact."""
    context = CONTEXT.model_copy(update={"follow_up": FollowUp(team="Claims", channel="0800 555 0142")})
    list(told_as_own(replace(BASE, text=f"My number is {text}", context=context)))
