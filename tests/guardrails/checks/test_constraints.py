"""Tests of the constraints check."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.checks.constraints import Constraints
from guardrails.types import Reading
from tests.guardrails.exact import CONTEXT, GOOD, HOSTILE, TEXTS, quoted, read


def under(constraint: str, text: str, **changes: object) -> Reading:
    """What the check reads under one constraint."""
    return read(Constraints(), text, context=CONTEXT.model_copy(update={"constraints": (constraint,)}), **changes)


SORRY = "We are sorry. "


@pytest.mark.parametrize(
    ("constraint", "kept", "broken"),
    [
        ("under 280 characters", "x" * 279, "x" * 280),
        ("The reply must stay under 280 characters.", "x" * 279, "x" * 280),
        ("At most three sentences.", "Dear Ana,\n\nSorry. We did it. Bye.\n\nSam", SORRY * 4),
        ("no more than 80 words", "word " * 80, "word " * 81),
        ("30 words or fewer", "word " * 30, "word " * 31),
        ("at least 5 words", "a b c d e", "a b c d"),
        ("Do not use more than 5 words.", "a b c d e", "a b c d e f"),
        ("The reply must not be more than 5 words.", "a b c d e", "a b c d e f"),
        ("No reply over 5 words.", "a b c d e", "a b c d e f"),
        ("Never write more than two sentences.", SORRY * 2, SORRY * 3),
        ("Do not write less than 5 words.", "a b c d e", "a b c d"),
        ("no less than 5 words", "a b c d e", "a b c d"),
        ("More than 5 words, please", "a b c d e", "a b c d"),
        ("Do not use exclamation marks or emojis.", "Sorry.", "Sorry 😊"),
        ("No exclamation marks, emojis or links", "Sorry.", "See www.example.com"),
        ("Do not offer a refund", "You asked for a refund.", "We will refund you."),
        ("between 3 and 5 words", "a b c", "a b"),
        ("one paragraph", "Sorry.\nBye.", "Sorry.\n\nBye."),
        ("Do not discuss other guests.", "The guest room was cold.", "Another guest was noisy."),
        ("never mention compensation", "We will call you.", "We will compensate you."),
        ("do not mention the driver's name", "The driver was late.", "Tom was late."),
        ("no links", "Call us.", "See www.example.com."),
        ("No exclamation marks", "Sorry.", "Sorry!"),
        ("No emoji and no hashtags", "Sorry.", "Sorry #fail"),
        ("do not apologise twice", "Sorry.", "Sorry. We apologise."),
        ("Do not use the word 'unfortunately'", "We regret it.", "Unfortunately not."),
        ("Mention the reference R-12", "About R-12.", "About it."),
        ("include the phone number", "Call 0800 555 0142.", "Call us."),
        ("Sign as 'Team Acme'", "Bye, Team Acme", "Bye, Sam"),
        ("Only a voucher may be offered.", "We will send you a voucher.", "We will refund you."),
        ("Only the collection may be offered", "We will collect the books for free.", "Please accept a discount."),
        ("Do not promise a refund", "We cannot refund you.", "We will refund you."),
        ("No refunds.", "We are sorry.", "We will give you a refund."),
        ("Never ask for account numbers or passwords.", "Please call us.", "Please send us your account number."),
        ("Reply in German", "Wir haben Ihnen das Geld heute erstattet.", "We are sorry about the broken parcel."),
        ("Name no address and no parcel number in public.", "We found it.", "We found parcel R-1234."),
        ("Keep it under 20 words. No links.", "Sorry.", "See www.example.com"),
        ("Do not discuss health.", "We look forward to calling you.", "We hope your ankle heals soon."),
        ("Do not explain why the parcel was late.", "The parcel came late.", "A van had a flat tyre that day."),
        ("Do not criticise the driver.", "The driver left it at the door.", "The driver should have rung the bell."),
        ("No further amount may be offered.", "We will refund £40 within 5 working days.", "We could also add £15."),
        ("Offer the collection.", "We will collect the books.", "We will refund £40."),
        ("Do not say that the order was lost.", "We found the order.", "Your order was clearly lost."),
        ("Use the word 'refund' only once.", "A refund is coming.", "A refund, a full refund."),
        ("Do not comment on legal action.", "We are sorry.", "There is no need for a solicitor."),
        ("Do not give the patient number.", "We are sorry.", "Patient no. 55120 is noted."),
    ],
)
def test_decided(constraint: str, kept: str, broken: str) -> None:
    """Length, marks, subjects, mentions and offers are decided, and what is decided is not listed as open."""
    assert not under(constraint, kept).faulty
    assert under(constraint, broken).faulty
    assert not under(constraint, broken).unverified


@pytest.mark.parametrize(
    "constraint",
    [
        "Be warm.",
        "If the customer is angry, do not mention vouchers.",
        "Under 20 words, and be kind.",
        "Do not admit liability.",
        "Do not discuss anything that lawyers would dislike.",
        "Give no medical advice.",
        "Mention the weather-related circumstances if relevant",
        "Do not name the colleague.",
        "Offer nothing to the other families.",
        "Offer no more than the declared value.",
        "Avoid jargon.",
        "Apologise in one sentence.",
        "Keep the apology to one sentence.",
        "???",
    ],
)
def test_undecided(constraint: str) -> None:
    """What no machine can decide is handed on, word for word, and does not fail the draft."""
    reading = under(constraint, "Sorry.")
    assert reading.unverified == (constraint,)
    assert not reading.faulty


@pytest.mark.parametrize(
    ("constraint", "text", "faulty", "open_part"),
    [
        ("Do not mention QuickFit.", "Our fitters from QuickFit were late.", True, False),
        ("Do not mention Ian Moss.", "Ian Moss dropped the ladder.", True, False),
        ("Do not mention the engine fault.", "The engine fault is mended.", False, True),
        ("Do not mention the engine fault.", "I am sorry that the ferry did not sail.", False, False),
        ("Do not mention Priya Nair.", "Priya Nair will call you.", False, True),
        ("Do not mention Acme.", "Sam Ode, Acme Books", False, True),
    ],
)
def test_what_a_fact_tells_the_agent_may_still_be_forbidden(
    constraint: str, text: str, *, faulty: bool, open_part: bool
) -> None:
    """A name can be avoided; of another subject, which may be needed in another sense, a person decides."""
    facts = ("QuickFit fitted the hose.", "Ian Moss is on leave.", "An engine fault kept the ferry in port.")
    context = CONTEXT.model_copy(update={"facts": facts, "constraints": (constraint,)})
    reading = read(Constraints(), text, context=context)
    assert (reading.faulty, bool(reading.unverified)) == (faulty, open_part)


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        ("Do not discuss the cause.", "I have authorised a payment of £40 to you."),
        ("Only the refund may be offered.", "I'll call you by noon today in any case, with the latest."),
        ("Do not promise compensation.", "I'll drop you a line by Friday noon."),
    ],
)
def test_a_deed_is_no_cause_and_a_call_no_offer(constraint: str, text: str) -> None:
    """The constraint is about something else."""
    assert not under(constraint, text).faulty


def test_half_decided() -> None:
    """The part that can be decided fails the draft, and the whole is listed as open."""
    reading = under("Under 3 words, and be kind.", "one two three")
    assert reading.faulty
    assert reading.unverified


def test_please_leaves_nothing_open() -> None:
    """A courtesy is no rule that somebody would have to look at."""
    reading = under("No more than two sentences, please.", "Sorry. We refund it.")
    assert (reading.faulty, reading.unverified) == (False, ())


@pytest.mark.parametrize(
    ("instruction", "faulty"),
    [
        ("No more than two sentences, please.", True),
        ("Under 10 words", True),
        ("Warmly, and no exclamation marks.", True),
        ("At most four sentences", False),
        ("Do not mention the refund", False),
        ("Answer in German", False),
        ("Shorter, please.", False),
        ("\0\n", False),
        (None, False),
    ],
)
def test_what_can_be_counted_in_an_instruction_is(instruction: str | None, *, faulty: bool) -> None:
    """What it says of length and marks is held to; the rest is a wish, which no check decides and none lists."""
    text = "Sorry! The lid was cracked when it came. We refund all of it today."
    reading = read(Constraints(), text, instruction=instruction)
    assert (reading.faulty, reading.unverified) == (faulty, ())
    if faulty:
        assert reading.advice is not None
        assert str(instruction) in " ".join(each.reason for each in reading.findings)


def test_other_languages_are_not_passed_in_silence() -> None:
    """A subject in English words is not looked for in a German draft: the constraint stays open."""
    text = "Wir entschädigen Sie gern für das kaputte Paket und rufen Sie an."
    assert under("never mention compensation", text).unverified


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("At the end of the day, sorry.", ["At the end of the day"]),
        ("AT  THE\nEND of the day", ["AT  THE\nEND of the day"]),
        ("That end of the days", []),
        ("Don’t worry", ["Don’t worry"]),
    ],
)
def test_banned_phrases(text: str, found: list[str]) -> None:
    """A policy's phrases are found as whole words, whatever their case, spaces and apostrophes."""
    check = Constraints(banned_phrases=("at the end of the day", "don't worry", " "))
    assert quoted(read(check, text), text) == found


def test_advice_is_concrete() -> None:
    """The advice names the number, the words, or what is missing."""
    assert "at most 279 characters" in (under("under 280 characters", "x" * 300).advice or "")
    assert "R-12" in (under("Mention the reference R-12", "Sorry.").advice or "")
    assert "'Tom'" in (under("do not mention the driver's name", "Tom was late.").advice or "")


def test_without_constraints() -> None:
    """Nothing asked, nothing open."""
    assert read(Constraints(), GOOD) == Reading()
    assert read(Constraints(), GOOD, context=None) == Reading()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    """Any text gets a reading, as draft and as constraint."""
    under("At most three sentences. Do not discuss other guests, no links, only a voucher may be offered.", text)
    under(text[:2_000], GOOD)


@given(TEXTS, st.sampled_from(["no links", "at most 3 words", "never mention a refund", "do not offer a voucher"]))
def test_offsets(text: str, constraint: str) -> None:
    """Findings lie inside the text."""
    under(constraint, text)


@given(TEXTS)
def test_any_constraint(constraint: str) -> None:
    """A constraint of any words is decided or handed on."""
    under(constraint, GOOD)
