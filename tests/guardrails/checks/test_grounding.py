"""Tests of the grounding check."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from guardrails.checks.grounding import Grounding
from tests.guardrails.exact import BASE, CONTEXT, GOOD, HOSTILE, SUPPORT, TEXTS, quoted, read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We will refund £50.", "£50"),
        ("We will refund £500.", "£500"),
        ("We will refund €40.", "€40"),
        ("You paid almost fifty pounds.", "fifty pounds"),
        ("You paid over £41.", "£41"),
        ("You paid almost £39.", "£39"),
        ("Priya will ring you today before 12:25.", "12:25"),
        ("Seven of you were there.", "Seven"),
        ("All thirty of them were torn.", "thirty"),
        ("The courier comes before half past ten.", "half past ten"),
        ("Of the 3 weeks four weeks are left.", "four weeks"),
        ("a 20% rebate", "20%"),
        ("We sent 13 books.", "13"),
        ("We reply within 24 hours.", "24 hours"),
        ("You waited two weeks.", "two weeks"),
        ("We will call by Monday.", "Monday"),
        ("We will call tomorrow.", "tomorrow"),
        ("We will call by tomorrow.", "tomorrow"),
        ("Ordered on 4 November.", "4 November"),
        ("We call at 3 pm.", "3 pm"),
        ("We are here 24/7.", "24/7"),
        ("about order R-9999", "R-9999"),
        ("Call 0800 999 1111.", "0800 999 1111"),
        ("Call 0900 555 777.", "0900 555 777"),
        ("Write to help@acme.example.", "help@acme.example"),
        ("Visit www.acme.com/help.", "www.acme.com/help"),
        ("Come to 99 Kingsway Road.", "99 Kingsway Road"),
        ("Dear Mr Smith,", "Smith"),
        ("Bob Crane will call you.", "Bob Crane"),
        ("Kind regards,\nBob Stone", "Bob Stone"),
        ("November is always busy.", "is always busy"),
        ("It was due to a system upgrade.", "due to a system upgrade"),
        ("This was because of staff shortages.", "because of staff shortages"),
        ("It was a courier error.", "courier error"),
        ("I have spoken with the driver.", "I have spoken with the driver"),
        ("I checked the CCTV.", "I checked the CCTV"),
        ("Your replacement has been shipped.", "has been shipped"),
        ("We have retrained our staff.", "We have retrained our staff"),
    ],
)
def test_flagged(text: str, words: str) -> None:
    """Values, names, causes and deeds that the case does not give, or only an order inside the complaint."""
    found = quoted(read(Grounding(SUPPORT), text), text)
    assert any(words in each for each in found), found


@pytest.mark.parametrize(
    "text",
    [
        "A scanner at the depot had jammed that day.",
        "Our new trainee mixed up two labels.",
        "A pipe burst in the storeroom.",
        "Rubber seals usually dry out when it freezes.",
        "The lorry overturned on the motorway.",
        "We will call at half past four.",
        "It will be with you by 17:30 today.",
        "Two colleagues were off with flu.",
        "I will ring on Monday, 21 November.",
        "We can confirm the €75 that you were promised.",
    ],
)
def test_invented(text: str) -> None:
    """Events in words foreign to the case, times nobody gave, claims that the business does not share."""
    assert read(Grounding(SUPPORT), text).faulty


@pytest.mark.parametrize(
    ("text", "faulty"),
    [
        ("The driver left about ten minutes ago.", False),
        ("The driver left twenty-five minutes ago.", True),
        ("You waited for the driver for ten minutes.", True),
    ],
)
def test_what_has_passed_since_a_time(text: str, faulty: bool) -> None:  # noqa: FBT001  # a table's column
    """It is counted from now only where the words say so: ten minutes before now are no other ten minutes."""
    context = CONTEXT.model_copy(update={"facts": ("The driver left at 13:20.",)})
    draft = replace(BASE, text=text, context=context, now=datetime(2025, 11, 21, 13, 30, tzinfo=UTC))
    assert Grounding(SUPPORT).read(draft).faulty == faulty


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "You waited 3 weeks for one book and a dozen came.",
        "Forty pounds are yours again.",
        "It will be with you in five working days.",
        "Priya calls by noon today.",
        "You ordered on the 3rd, eighteen days ago.",
        "A courier comes from nine to half past eleven.",
        "That is a two-and-a-half-hour window.",
        "You paid £40 and got eleven books too many.",
        "Ms Nair rings on 08005550142.",
        "We charged you 40.00 GBP.",
        "You paid almost forty-two pounds.",
        "The courier was there before twenty past nine.",
        "All four of you waited.",
        "Of the 3 weeks two weeks are left.",
        "Twice you rang only to be told something that was not true.",
        "What a muddle, and it is ours.",
        "We will refund forty pounds.",
        "We will refund 40 GBP.",
        "a refund of £\u00a040.00",
        "a refund of £４０",
        "We sent you 12 books.",
        "You waited 21 days.",
        "placed 18 days ago",
        "placed on Monday, 3 November",
        "placed on 3/11/2025",
        "placed on 2025-11-03",
        "the driver came within two and a half hours",
        "between 9 and 11:30",
        "We will call this Friday at noon.",
        "Call +44 800 555 0142.",
        "We will ring you on 07700 900123.",
        "about your order r1234",
        "Dear Ms Lopez,",
        "Dear Customer,",
        "Kind regards,\nCustomer Care Team",
        "One of us will call. First of all, you deserve a second chance.",
        "A thousand apologies!",
        "There are two ways forward.",
        "mistake.\n\nHere",
        "I have read your message.",
        "I have reviewed your case.",
        "I have asked Priya Nair to call you.",
        "This happened because we made a mistake.",
        "We have refunded £40.",
        "Please reply today.",
        "the 11 extra books",
        "1. Refund\n2. Collection",
        "I am sorry for the worry this may have caused.",
        "I am sorry that you had to ring for a second time.",
        "In November 2025 you placed an order, before December 2025.",
    ],
)
def test_allowed(text: str) -> None:
    """Other formats of the same value, what follows from given values, and courtesy."""
    reading = read(Grounding(SUPPORT), text)
    assert not reading.faulty, quoted(reading, text)


def test_no_context() -> None:
    """Without context nothing can be compared."""
    assert read(Grounding(SUPPORT), GOOD, context=None).skipped == "no_context"


def test_other_languages() -> None:
    """Amounts are compared in any language; a draft whose amounts are right is skipped: its words are not read."""
    assert read(Grounding(SUPPORT), "Es tut uns sehr leid, wir erstatten Ihnen heute 50 € auf Ihr Konto.").faulty
    text = "Es tut uns sehr leid, wir erstatten Ihnen heute £40 auf Ihr Konto."
    assert read(Grounding(SUPPORT), text).skipped == "unread_language"


def test_without_a_moment() -> None:
    """Without `now` relative words are compared as words."""
    assert not read(Grounding(SUPPORT), "We will call by Friday.", now=None).faulty
    assert read(Grounding(SUPPORT), "We will call tomorrow.", now=None).faulty


def test_totals() -> None:
    """A sum follows from its parts, whatever it is called; another amount does not."""
    complaint = "I paid £12 for the case and £30 for the lens."
    assert not read(Grounding(SUPPORT), "You paid £42 in total.", complaint=complaint).faulty
    assert read(Grounding(SUPPORT), "You paid £41.90.", complaint=complaint).faulty


def test_advice_gives_the_right_values() -> None:
    """A reviser reads what to remove and what the case gives instead."""
    assert read(Grounding(SUPPORT), "We will refund £50.").advice == "Remove '£50', or use what the case gives: £40."


def test_a_value_is_marked_and_not_its_sentence() -> None:
    """Where the model doubts the whole sentence, the rule's words still say what to change, and to what."""
    text = (
        "Dear Dana Okafor,\n\nI am sorry that your Tern kettle came with a cracked lid: that should not have happened. "
        "We will send you a new Tern kettle and a refund of £99.99. Priya Nair will call you by Wednesday noon."
    )
    found = quoted(read(Grounding(SUPPORT), text, complaint="My Tern kettle for £42.50 came with a cracked lid."), text)
    assert "£99.99" in found, found


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    """Any text gets a reading, as draft and as complaint."""
    read(Grounding(SUPPORT), text)
    read(Grounding(SUPPORT), GOOD, complaint=text)


@given(TEXTS)
def test_offsets(text: str) -> None:
    """Findings lie inside the text."""
    read(Grounding(SUPPORT), text)
