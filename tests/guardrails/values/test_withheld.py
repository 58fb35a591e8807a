"""What tells who somebody is stays out of a reply where a constraint asks for it, and nowhere else."""

from __future__ import annotations

import pytest

from guardrails.types import Agent, Context, FollowUp, HistoryItem, Remedy
from guardrails.values.withheld import Withheld, telling_spans, withheld

COMPLAINT = "Who was above me in 405? I am in room 305. Ask Greta."
FACT = "The noise came from room 405, Mr Tibor Halmos, delegate of the same congress."


def of(*facts: str, constraint: str = "Do not name other guests or their rooms.", **more: object) -> set[str]:
    """What is withheld of these facts under this constraint."""
    context = Context.model_validate(
        {"brand": "Parkhotel", "agent": Agent(name="Corinna Abt"), "facts": facts, "constraints": (constraint,), **more}
    )
    return set(withheld(COMPLAINT, "Anna Berg", context).words)


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (FACT, {"Tibor", "Halmos"}),
        ("The owner is Thelma Garrick, 5 Harbour Row.", {"Thelma", "Garrick", "Harbour", "Row"}),
        ("Dorota Wilczek in flat 27 took it in.", {"Dorota", "Wilczek", "27"}),
        (
            "The other dog is Bijou, the poodle of Katarina Wahlgren in Lidingö.",
            {"Bijou", "Katarina", "Wahlgren", "Lidingö"},
        ),
        ("It went to paddle 88, Mrs Strand.", {"88", "Strand"}),
        ("The desk was left alone on Tuesday 7 October.", set()),
        ("Our Quality team is checking the kitchen.", set()),
        ("Their Lisbon cousin, Bijou Strand, came.", {"Lisbon", "Bijou", "Strand"}),
        ("Anna Berg stayed in room 305.", set()),
        ("Greta Berg called.", set()),
        ("Corinna Abt spoke to the Parkhotel board.", set()),
    ],
)
def test_names_doors_and_places_of_others_are_withheld(fact: str, words: set[str]) -> None:
    """But nothing that the customer wrote, and nobody of the business."""
    assert of(fact) == words


@pytest.mark.parametrize(
    ("constraint", "withholds"),
    [
        ("Do not name the driver, neither with yes nor with no.", True),
        ("Say nothing about the owner's name or home.", True),
        ("Do not say who sent the present and give no hint.", True),
        ("Do not discuss other dogs or their owners.", True),
        ("Never give details of another member.", True),
        ("Do not name a date.", False),
        ("Do not offer a refund.", False),
        ("The reply must stay under 280 characters.", False),
    ],
)
def test_a_constraint_must_ask_for_it(constraint: str, *, withholds: bool) -> None:
    """A constraint about something else withholds nothing."""
    assert bool(of(FACT, constraint=constraint)) is withholds


def test_notes_of_the_desk_count_and_what_is_to_be_said_does_not() -> None:
    """An earlier note may hold a name; the person who will call may be named."""
    history = (HistoryItem.model_validate({"from": "agent", "text": "Not for sending: it was Felicity Strand."}),)
    assert of(history=history) == {"Felicity", "Strand"}
    assert of("Basil Orme knows it.", remedies=(Remedy(id="call", text="a call from Basil Orme"),)) == set()
    assert of("Basil Orme knows it.", follow_up=FollowUp(person="Basil Orme")) == set()


def test_without_a_context_nothing_is_withheld() -> None:
    """There is nothing that the business knows."""
    assert withheld("Who was it?", None, None) == Withheld()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It was Thelma.", ["Thelma"]),
        ("She lives at 5 harbour row.", ["harbour", "row"]),
        ("Ring 01632 960947.", ["01632 960947"]),
        ("That is three in a row at the harbour wall.", []),
        ("Ring 01632 960 946.", []),
    ],
)
def test_a_draft_that_tells_is_seen(text: str, told: list[str]) -> None:
    """In small letters too, where two words stand together as in the note; and in another writing of a number."""
    context = Context.model_validate(
        {
            "brand": "Saltmarsh",
            "agent": Agent(name="Fenella"),
            "facts": ("The owner is Thelma Garrick, 5 Harbour Row, 01632 960 947.",),
            "constraints": ("Say nothing about the owner's name or home.",),
        }
    )
    kept_out = withheld(COMPLAINT, None, context)
    assert [text[start:end] for start, end in telling_spans(text, kept_out)] == told
