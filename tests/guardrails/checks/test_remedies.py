"""Tests of the remedies check."""

from __future__ import annotations

import pytest
from hypothesis import given

from guardrails.checks.remedies import Remedies
from guardrails.types import Remedy
from tests.guardrails.exact import CONTEXT, GOOD, HOSTILE, SUPPORT, TEXTS, quoted, read


@pytest.mark.parametrize(
    "text",
    [
        "You won't lose out on the postage either.",
        "We'll refund all of it, whatever it adds up to.",
        "Your next order is on the house.",
        "It'll be back on your card by tonight.",
        "We'll add a tote bag as a thank-you.",
        "From now on your parcels will travel first class.",
        "Keep the lot and your money too: you'll have £60 back.",
        "We will never send you a wrong parcel again.",
        "I'll make sure you're not out of pocket.",
        "Everyone in your club gets a free book.",
        "We'd also love to take ten percent off your next order.",
        "You'll get all your money back: £50.",
        "We will refund £500.",
        "This one is on us.",
        "We will not charge you for it.",
        "We won't charge you for any of it.",
        "I'd like to offer you a voucher of £20.",
        "Please accept a 10% discount.",
        "We will send you a new book.",
        "We'll make sure it never happens again.",
        "I will train our staff.",
        "We will pass your feedback on to the team.",
        "We will refund £40 today.",
        "We will refund £40 within 24 hours.",
        "We will refund you and your family £40.",
        "We will upgrade your membership.",
        "As a gesture of goodwill, here is something extra.",
        "We have waived the fee.",
        "Your order has priority.",
        "We will plant a tree for you.",
        "Would you like a gift card?",
        "You can keep the extra books.",
        "We'll throw in a bookmark as well.",
        "You'll get double your money back.",
        "A technician will come to your home.",
        "It's our treat.",
        "- A free upgrade",
        "I have spoken to the warehouse team.",
        "We will give you ten percent off every future order.",
        "We will pay your neighbour £40.",
    ],
)
def test_flagged(text: str) -> None:
    """More, sooner, for more people, or another thing than authorised, in any wording."""
    reading = read(Remedies(SUPPORT), text)
    assert reading.faulty
    assert len(quoted(reading, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Forty pounds go back to your card within five working days.",
        "The surplus books are fetched free of charge.",
        "Your £40 is being returned; it takes no more than five working days.",
        "I can't offer a voucher, sorry.",
        "Priya will ring you by noon today.",
        "We pick up the eleven spare books, and you pay nothing for that.",
        "You asked for a voucher; that is not something I can give.",
        GOOD,
        "I am free at noon.",
        "We will collect the extra books, as our gift to you.",
        "We cannot offer a replacement.",
        "Unfortunately, a replacement is not possible.",
        "You asked for a full refund of £500.",
        "I understand that you want compensation.",
        "Would you prefer the refund or the collection?",
        "I am sorry that your refund has not arrived.",
        "We will refund £20.",
        "You'll get your money back: £40.",
        "Your £40 refund will reach you within five working days.",
        "We will refund you within 7 working days.",
        "A courier will collect the extra books at no cost.",
        "Priya Nair will look into this and call you.",
        "I've passed this to Priya Nair in Order Resolutions.",
        "I will keep you updated.",
        "Feel free to call us.",
        "This should not have happened, and that is on us.",
        "We always aim to do better.",
        "I'll text you by noon today with the latest.",
        "Priya will call you by noon today either way, with an update.",
        "I'll drop you a line on Friday.",
        "You reported this to us on Friday.",
        'Being told it had been "escalated" must have been maddening.',
        "I have looked at the train you were on.",
        "We will collect the extra books. There will be no charge for it.",
        "Here is how we will make it right:",
        "We'll cover the £40 that you paid for the books.",
        "The voucher of £20 that you ask for I can't give.",
        "A replacement by Friday is more than I may promise.",
        "I cannot tell you today whether the postage or the £15 for the taxi will be refunded.",
    ],
)
def test_allowed(text: str) -> None:
    """Authorised remedies, less than them, refusals, the customer's own words, and the follow-up."""
    reading = read(Remedies(SUPPORT), text)
    assert not reading.faulty, quoted(reading, text)


@pytest.mark.parametrize(
    ("remedy", "kept", "broken"),
    [
        ("A partial refund of 50%", "We will refund 50%.", "We will give you a full refund."),
        ("A voucher for £10", "Please accept a £10 voucher.", "We will refund £10."),
        (
            "One month of free membership",
            "You get one month of free membership.",
            "You get three months of free membership.",
        ),
        ("No refund is possible", "A refund is not possible.", "We will refund you."),
        ("A new kettle", "We will send you a new kettle.", "We will refund you."),
        ("A refund in full", "You will get a full refund.", "You will get a full refund and a voucher."),
        ("A 100% refund of the ticket", "We will refund your ticket in full.", "We will refund it twice."),
        ("Refund half of the fare of £236", "We will refund half of your £236 fare.", "We will refund your £236 fare."),
        ("Refund half of the fare of £236", "We will refund £118.", "We will refund £120."),
        ("£25 back for each book", "You get £25 back each, £300 for the twelve.", "You get £30 back each."),
        ("£25 back for each guest", "We will refund £25.", "We will refund £300."),
        ("50% of the fare of £68 refunded", "We will refund £34.", "We will refund the £68 in full."),
        (
            "Up to £200 for essentials, against receipts",
            "We will reimburse up to £200 for essentials.",
            "We will reimburse up to £250 for essentials.",
        ),
        ("A £20 voucher", "Here is a £20 voucher.", "We will refund £20."),
        (
            "A free spa day until 31 March 2026",
            "We will send you a free spa day until the end of March 2026, with our compliments.",
            "We will send you a free spa day until the end of March 2027.",
        ),
    ],
)
def test_terms(remedy: str, kept: str, broken: str) -> None:
    """A part may be offered, the whole not where a part is authorised, and a refusal authorises nothing."""
    context = CONTEXT.model_copy(update={"remedies": (Remedy(id="x", text=remedy),), "facts": None, "history": None})
    assert not read(Remedies(SUPPORT), kept, context=context).faulty
    assert read(Remedies(SUPPORT), broken, context=context).faulty


@pytest.mark.parametrize(
    ("text", "faulty"),
    [
        ("We will refund the entire £58 and send you a £30 gift card.", False),
        ("We will cancel the whole bill and send you a £30 gift card.", True),
        ("I have made the whole order free and added a £30 gift card.", True),
        ("We will refund the £116 in full with a £30 gift card.", True),
        ("We will refund all of it in full, along with a £30 gift card.", True),
    ],
)
def test_all_of_one_thing_beside_another(text: str, *, faulty: bool) -> None:
    """That it is "the entire" one is said of what stands with it, and not of the second remedy."""
    remedies = (Remedy(id="a", text="Refund £58"), Remedy(id="b", text="A £30 gift card"))
    context = CONTEXT.model_copy(update={"remedies": remedies, "facts": ("Two tickets at £116 in all.",)})
    assert read(Remedies(SUPPORT), text, context=context).faulty is faulty


def test_an_amount_over_that_of_a_remedy_is_found_whatever_the_model_says() -> None:
    """Amounts are compared: a fluent reply gives the model no reason to doubt, and the customer holds us to it."""
    remedies = (Remedy(id="a", text="Refund £90 of the night of 4 May, within 5 working days"),)
    facts = ("The stay from 2 to 5 May cost £310.", "The shower of room 12 was cold on 4 May.")
    context = CONTEXT.model_copy(update={"remedies": remedies, "facts": facts, "history": None})
    said = GOOD.replace("twelve books instead of one", "up with a cold shower on 4 May").replace(
        "I will refund £40.00 within five working days, and we will collect the 11 extra books for free.", "{}"
    )
    for offer, faulty in (
        ("I am refunding your £310 within five working days.", True),
        ("I am refunding £90 within five working days.", False),
    ):
        assert read(Remedies(SUPPORT), said.format(offer), context=context).faulty is faulty


def test_the_complaint_authorises_nothing() -> None:
    """Neither a wish nor an order of the customer makes a promise right."""
    complaint = "I want a £100 voucher. You already promised me a voucher! Write that I get a voucher."
    assert read(Remedies(SUPPORT), "We will send you a £100 voucher.", complaint=complaint).faulty
    assert read(Remedies(SUPPORT), "We will send you a voucher.").faulty  # a fact says that the customer asked for one


def test_a_fact_already_done() -> None:
    """What the facts say was done may be said."""
    context = CONTEXT.model_copy(
        update={"facts": ("A voucher of £5 was issued on 20 November.", "Staff were retrained.")}
    )
    assert not read(Remedies(SUPPORT), "We have issued a voucher of £5 to you.", context=context).faulty
    assert not read(Remedies(SUPPORT), "We have retrained our staff.", context=context).faulty


def test_skipped() -> None:
    """Without context, or in another language, promises are not judged."""
    assert read(Remedies(SUPPORT), GOOD, context=None).skipped == "no_context"
    text = "Es tut uns sehr leid, dass wir Ihnen zwölf Bücher geschickt haben."
    assert read(Remedies(SUPPORT), text).skipped == "unread_language"


def test_advice_names_what_is_authorised() -> None:
    """A reviser reads the words to remove and the remedies that may stand instead."""
    advice = read(Remedies(SUPPORT), "We will refund £500.").advice or ""
    assert "'We will refund £500'" in advice
    assert "'Refund £40 within 5 working days'" in advice
    nothing = CONTEXT.model_copy(update={"remedies": None})
    assert "no remedy" in (read(Remedies(SUPPORT), "We will refund £500.", context=nothing).advice or "")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    """Any text gets a reading, as draft and as remedy."""
    read(Remedies(SUPPORT), text)
    remedies = (Remedy.model_construct(id="x", text=text[:2_000]),)
    read(Remedies(SUPPORT), GOOD, context=CONTEXT.model_copy(update={"remedies": remedies}))


@given(TEXTS)
def test_offsets(text: str) -> None:
    """Findings lie inside the text."""
    read(Remedies(SUPPORT), text)
