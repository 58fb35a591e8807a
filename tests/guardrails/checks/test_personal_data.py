"""Tests of the personal data check."""

from __future__ import annotations

import pytest
from hypothesis import given

from guardrails.checks.personal_data import PersonalData, surnames
from guardrails.types import HistoryItem
from tests.guardrails.exact import BASE, CONTEXT, GOOD, HOSTILE, TEXTS, quoted, read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("your card 4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("card 4111-1111-1111-1111.", "4111-1111-1111-1111"),
        ("to DE89 3704 0044 0532 0130 00 today", "DE89 3704 0044 0532 0130 00"),
        ("SSN 123-45-6789", "123-45-6789"),
        ("your PIN is 4821", "4821"),
        ("password: Winter24", "Winter24"),
        ("sort code 20-00-00, account number 55779911", "55779911"),
        ("CPF 529.982.247-25", "529.982.247-25"),
        ("Mr Jones was noisy", "Jones"),
        ("write to bob.crane@gmail.com", "bob.crane@gmail.com"),
    ],
)
def test_flagged_in_any_reply(text: str, words: str) -> None:
    """Numbers that open an account, secrets, and data of other people never stand in a reply."""
    assert words in quoted(read(PersonalData(), text), text)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "the card ending in 1234",
        "order number 4111111111111111",
        "card 4111 1111 1111 1112",
        "Your password is case-sensitive.",
        "Dear Ms Lopez, call 0800 555 0142",
        "we will call you on 07700 900123 about order R-1234",
        "mistake.\n\nHere",
        "We were open from 2010-2024.",
    ],
)
def test_allowed_in_private(text: str) -> None:
    """The customer's own data and the company's contacts may stand in a private reply."""
    assert not read(PersonalData(), text).faulty


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Dear Ms Lopez", "Lopez"),
        ("about order R-1234", "R-1234"),
        ("your number 07700 900123", "07700 900123"),
        ("you stayed in room 12", "12"),
        ("sorry about your food poisoning", "food poisoning"),
        ("your root canal was put off", "root canal"),
        ("at 10 Downing Street", "10 Downing Street"),
        ("at via Garibaldi 14", "via Garibaldi 14"),
        ("in Via della Spiga, 3", "Via della Spiga, 3"),
        ("case C-9912", "C-9912"),
    ],
)
def test_flagged_in_public_only(text: str, words: str) -> None:
    """What tells others who the customer is fails a public reply alone."""
    assert words in quoted(read(PersonalData(), text, public=True), text)
    assert not read(PersonalData(), text, public=False).faulty
    assert not read(PersonalData(), text, public=None).faulty


@pytest.mark.parametrize(
    "text",
    [
        "Hi Ana, please write to us.",
        "Call Priya Nair on 0800 555 0142.",
        "The price was £40.",
        "Your flight to London via Dubai was late.",
        "Please write to us via Instagram.",
        "From today, every allergy goes on the ticket.",
    ],
)
def test_allowed_in_public(text: str) -> None:
    """First name, the company's contact and plain facts may be read by all."""
    assert not read(PersonalData(), text, public=True).faulty


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Dana Okafor-Smith", "Dear Dana Smith", ["Smith"]),
        ("Dana Okafor-Smith", "Dear Ms Okafor-Smith", ["Okafor-Smith"]),
        ("Dana O'Kafor", "Dear Ms Kafor", ["Kafor"]),
        ("Okafor, Dana", "Dear Ms Okafor", ["Okafor"]),
        ("Okafor, Dana", "Dear Dana", []),
        ("Ana Day-Lewis", "We will call within one day, Ms Day.", ["Day"]),
    ],
)
def test_a_piece_of_a_surname_tells_as_much(name: str, text: str, words: list[str]) -> None:
    """Of names with a hyphen or an apostrophe, and of those that an export turned around."""
    assert quoted(read(PersonalData(), text, public=True, customer_name=name), text) == words


def test_the_first_word_about_a_neighbour_is_no_neighbour() -> None:
    """Every sentence begins with a capital; before another one it may be somebody's name."""
    complaint = "Awful. Your driver left it with a neighbour. Bob Crane is a neighbour with a dog."
    assert not read(PersonalData(), "Your parcel was left. I am sorry.", complaint=complaint).faulty
    assert read(PersonalData(), "Bob was not asked.", complaint=complaint).faulty


def test_what_the_customer_wrote_earlier_is_private_too() -> None:
    """Their address does not become public because it stands in an earlier message."""
    history = (HistoryItem(sender="customer", text="Write to ana@lopez.example."),)
    context = BASE.context and BASE.context.model_copy(update={"history": history})
    assert read(PersonalData(), "write to ana@lopez.example", public=True, context=context).faulty


def test_without_context() -> None:
    """A draft without context is checked all the same."""
    assert read(PersonalData(), "your PIN is 4821", context=None).faulty
    assert not read(PersonalData(), "write to care@example.com", context=None).faulty
    assert BASE.context


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    """Any text gets a reading, as draft and as complaint."""
    read(PersonalData(), text, public=True)
    read(PersonalData(), GOOD, complaint=text, public=True)


@given(TEXTS)
def test_offsets(text: str) -> None:
    """Findings lie inside the text."""
    read(PersonalData(), text, public=True)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Maria Lopez", ["Lopez"]),
        ("maria lopez", ["lopez"]),
        ("Mr Okafor", ["Okafor"]),
        ("Ms. Fenella Ashby", ["Ashby"]),
        ("Dr. J. Okafor", ["Okafor"]),
        ("Ana Maria de la Cruz", ["Maria", "Cruz"]),
        ("Tegan Reid & Bill Shaw", ["Reid", "Shaw"]),
        ("Tegan & Bill", []),
        ("Big Tony", []),
        ("Oom Fanie", []),
        ("Aunty Jean", []),
        ("Nan of 6", []),
        ("disappointed of Dunmore", ["Dunmore"]),
        ("Wendy", []),
        ("Okafor, Dana", ["Okafor"]),
        ("Ana Lopez, Ben Roe", ["Lopez", "Roe"]),
        ("Fenella A.", []),
        ("", []),
    ],
)
def test_whose_name_is_a_surname(name: str, found: list[str]) -> None:
    """What stands behind a first name or a title; by-names and words in lower case are none."""
    assert list(surnames(name)) == found


@pytest.mark.parametrize(
    ("fact", "text", "words"),
    [
        ("Customer's mobile: 07700 900123.", "We will call 07700 900123.", "07700 900123"),
        ("Contact e-mail on file: ana@lopez.example", "We wrote to ana@lopez.example.", "ana@lopez.example"),
        ("Delivery address: 14 Mill Lane, Leeds.", "It went to 14 Mill Lane.", "14 Mill Lane"),
        ("Account ana@lopez.example.", "The account ana@lopez.example.", "ana@lopez.example"),
        ("Account a.lopez@mail.example.", "The account a. lopez. mail.", "a. lopez. mail"),
        ("Booking of Ana Ruiz, paid in May.", "Dear Ana Ruiz, we are sorry.", "Ruiz"),
    ],
)
def test_a_fact_about_the_customer_is_no_licence(fact: str, text: str, words: str) -> None:
    """What the record knows of the customer does not belong in public, though the context holds it."""
    context = CONTEXT.model_copy(update={"facts": (fact,)})
    found = quoted(read(PersonalData(), text, public=True, context=context), text)
    assert any(words in each for each in found)


def test_the_businesss_own_contact_in_a_fact_is_allowed() -> None:
    """A fact may name our helpline."""
    context = CONTEXT.model_copy(update={"facts": ("Our helpline is 0800 555 0199.",)})
    assert not read(PersonalData(), "Please call 0800 555 0199.", public=True, context=context).faulty


def test_the_brands_name_in_an_address_is_no_secret() -> None:
    """A guest whose address has the brand's name in it may be told of the brand."""
    context = CONTEXT.model_copy(update={"brand": "Harbour View", "facts": ("Account harbour.view@mail.example.",)})
    assert not read(PersonalData(), "Harbour View is sorry.", public=True, context=context).faulty
    assert read(PersonalData(), "harbour. view. mail", public=True, context=context).faulty
