"""The situation is found by words, overridden by the caller, and general where nothing speaks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping, Sequence

import pytest

from guardrails.types import Agent, Channel, Complaint, Context
from service.errors import InvalidField
from service.situations import Situation, SituationFinder, find_situation

LEAKS = Situation("leaks", ("leak*", "doesn't hold", "wet"), order=2)
LATE = Situation("late", ("late", "still waiting"), order=1)
SITUATIONS = (
    LEAKS,
    LATE,
    Situation("public_post", (), order=3),
    Situation("general", (), order=9),
)


def found(text: str, channel: Channel = "email", *, public: bool | None = None, facts: tuple[str, ...] = ()) -> str:
    """The situation found for a complaint."""
    complaint = Complaint(text=text, channel=channel, public=public)
    return find_situation(complaint, Context(brand="B", agent=Agent(name="A"), facts=facts), SITUATIONS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The roof is leaking", "leaks"),
        ("LEAKS!", "leaks"),
        ("It doesn\u2019t hold", "leaks"),
        ("I am still\n  waiting", "late"),
        ("Late.", "late"),
        ("The plate is translated", "general"),
        ("It sneaks, it is sleaky", "general"),
        ("still, I am waiting", "general"),
        ("waiting still", "general"),
        ("late and it leaks", "late"),
        ("late, wet, and it leaks", "leaks"),
        ("late late late, wet, and it leaks", "leaks"),
        ("What are your hours?", "general"),
        ("...", "general"),
        ("\u0130stanbul \U0001f600", "general"),
    ],
)
def test_most_signs_win(text: str, name: str) -> None:
    """Whole words count, in any case; the most different signs win, and the smaller order on a tie."""
    assert found(text) == name


def test_facts_count_as_well() -> None:
    """What the business knows tells as much as what the customer wrote."""
    assert found("Please explain.", facts=("The pipe leaked on Monday.",)) == "leaks"


@pytest.mark.parametrize(
    ("channel", "public", "name"),
    [
        ("review", None, "public_post"),
        ("social", None, "public_post"),
        ("social", False, "late"),
        ("email", None, "late"),
        ("email", True, "public_post"),
        ("chat", None, "late"),
    ],
)
def test_public_comes_first(channel: Channel, *, public: bool | None, name: str) -> None:
    """What everybody can read is a public post, whatever its words."""
    assert found("It is late", channel, public=public) == name


def test_the_caller_decides() -> None:
    """A situation that was asked for is taken, in public too."""
    complaint = Complaint(text="It is late", channel="review")
    context = Context(brand="B", agent=Agent(name="A"))
    assert find_situation(complaint, context, SITUATIONS, "leaks") == "leaks"


@pytest.mark.parametrize("asked", ["", "Leaks", "../general", "x" * 500])
def test_an_unknown_situation_is_refused(asked: str) -> None:
    """The error names the field and every situation there is, and does not repeat what was sent."""
    complaint = Complaint(text="It is late", channel="email")
    with pytest.raises(InvalidField, match="general, late, leaks, public_post") as caught:
        find_situation(complaint, Context(brand="B", agent=Agent(name="A")), SITUATIONS, asked)
    assert caught.value.field == "options.situation"


class Reader:
    """A reader that takes every complaint for a late one, and notes on which thread it was asked."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def __call__(self, complaint: str, facts: Sequence[str]) -> Mapping[str, float]:
        """The same for each."""
        del complaint, facts
        self.threads.append(threading.current_thread())
        return {"late": 0.9}


@pytest.mark.parametrize(
    ("channel", "asked", "name", "read"),
    [("email", None, "late", 1), ("email", "leaks", "leaks", 0), ("review", None, "public_post", 0)],
)
def test_the_loop_goes_on_while_a_model_reads(channel: Channel, asked: str | None, name: str, read: int) -> None:
    """A reader is asked where it decides, and never on the thread of the event loop."""
    reader = Reader()
    finder = SituationFinder(SITUATIONS, reader)
    context = Context(brand="B", agent=Agent(name="A"))
    assert asyncio.run(finder.find(Complaint(text="It leaks", channel=channel), context, asked)) == name
    assert len(reader.threads) == read
    assert threading.current_thread() not in reader.threads


def test_no_situations_at_all() -> None:
    """Without any situation the answer is the general one."""
    context = Context(brand="B", agent=Agent(name="A"))
    assert find_situation(Complaint(text="late", channel="email"), context, ()) == "general"


def test_a_huge_complaint_is_quick() -> None:
    """The longest complaint with the most facts takes no time worth noting."""
    start = time.perf_counter()
    found("leak " * 4_000, facts=("'" * 2_000,) * 50)
    assert time.perf_counter() - start < 1
