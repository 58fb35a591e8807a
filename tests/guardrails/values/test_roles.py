"""Tests of people mistaken for each other: the customer for a colleague, a colleague for the agent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.types import Agent, FollowUp, Remedy
from guardrails.values.roles import mistaken_for_us, taken_for_a_team, taken_on, told_as_own
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


COLLEAGUE = CONTEXT.model_copy(
    update={
        "agent": Agent(name="Keith Aldous"),
        "follow_up": FollowUp(person="Sunniva Dahl", team="Housing Repairs", channel="phone", by="Friday, 12:00"),
        "facts": ("The ceiling came down on Sunday.",),
        "remedies": None,
    }
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I am sorry. I will call you by Friday, 12:00.", ["I will call you"]),
        ("I will answer by Friday.", ["I will answer"]),
        ("I will call the courier today.", []),
        ("I will update your address today.", []),
        ("I will contact our repair team.", []),
        ("I will answer each of your questions below.", []),
        ("I'll tell you what happened.", []),
        ("I'll personally find out what happened.", ["I'll personally find out"]),
        ("I will send you a direct message by Friday.", ["I will send you a direct message"]),
        ("Sunniva Dahl will call you by Friday, 12:00.", []),
        ("I will ask Sunniva to call you by Friday.", []),
        ("If you write to me, I will answer the same day.", []),
        ("You quote us: 'I will call you back', and nobody did.", []),
        ("I will make sure that the ladder is gone.", []),
        ("We will call you by Friday, 12:00.", []),
    ],
)
def test_what_a_colleague_does_is_not_the_agents_to_take_on(text: str, found: list[str]) -> None:
    """Whoever is named to follow up: the agent who writes promises their own call only where they are that person."""
    seen = [text[each.start : each.end] for each, _ in taken_on(replace(BASE, text=text, context=COLLEAGUE))]
    assert seen == found


@pytest.mark.parametrize(
    "change",
    [
        {"agent": Agent(name="Sunniva Dahl")},
        {"follow_up": FollowUp(team="Housing Repairs", by="Friday")},
        {"follow_up": None},
        {"facts": ("Keith Aldous calls the customer on Thursday.",)},
        {"remedies": (Remedy(id="call", text="a call from Keith on Thursday"),)},
        {"remedies": (Remedy(id="call", text="a call back on Thursday"),)},
    ],
)
def test_an_agent_may_promise_what_is_theirs_to_do(change: dict[str, object]) -> None:
    """As the one who follows up, where nobody is named for it, and where the case gives them something to do."""
    context = COLLEAGUE.model_copy(update=change)
    assert not list(taken_on(replace(BASE, text="I will call you by Friday, 12:00.", context=context)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sunniva Dahl in Sunniva Dahl will call you.", ["Sunniva Dahl in Sunniva Dahl"]),
        ("Keith of Keith will call you.", ["Keith of Keith"]),
        ("Sunniva Dahl in Housing Repairs will call you.", []),
        ("You stayed in Bath in Bath Street.", []),
    ],
)
def test_a_person_is_no_team(text: str, found: list[str]) -> None:
    """A name that stands where the team should."""
    seen = [text[each.start : each.end] for each, _ in taken_for_a_team(replace(BASE, text=text, context=COLLEAGUE))]
    assert seen == found
    assert not list(taken_for_a_team(replace(BASE, text=text, context=None)))
