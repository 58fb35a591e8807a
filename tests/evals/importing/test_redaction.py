"""Redaction: whoever is in a case goes out of it everywhere, what the checks compare stays, and doubt is told."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from evals.importing.disguises import TEST_CARDS
from evals.importing.identifiers import Found, identifiers
from evals.importing.invented_names import GIVEN, SURNAMES
from evals.importing.persons import LETTERS, fold
from evals.importing.redaction import KEPT, Correspondence, Redacted, redact, strings
from guardrails.values.contacts import contacts
from guardrails.values.identity_numbers import secrets
from guardrails.values.name_words import ALSO_WORDS

KEY = b"k" * 32
TEXTS = Path(__file__).with_name("redaction-texts.jsonl")
NAMES = ("name", "other_name")
# What is asked of each kind; names that no field of the case gives are found as well as can be.
LEAST_RECALL = {
    "email": 1.0,
    "phone": 1.0,
    "card": 1.0,
    "iban": 1.0,
    "name": 0.97,
    "id": 0.97,
    "reference": 0.97,
    "street": 0.95,
    "postcode": 0.95,
    "link": 1.0,
    "handle": 1.0,
    "ip": 1.0,
    "birth": 1.0,
    "other_name": 0.9,
}

PIECES = (
    *(
        "a",
        "1",
        "1 ",
        "A1-",
        "@",
        "a@",
        "Dana ",
        "0161 496 0203 ",
        "a.b.",
        "http://",
        "one ",
        "Dear Xaviera,\n",
        "GB29",
    ),
    *("12 A ", "ABC12345 ", ". ", "rue ", "is ", "x\n", "12 of the ", "Mr ", "[at]", "x at y dot ", "D. ", "1-", "("),
    *("+ ", "\0", "😀"),
)


def rows() -> list[dict[str, object]]:
    """The texts with what was planted in them."""
    return [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").splitlines()]


def letter(text: str, **others: object) -> Correspondence:
    """A case with this complaint; customer, agent, person, sent, draft and fields of the context may be given."""
    context: dict[str, object] = {
        "brand": others.pop("brand", "Harbourline"),
        "agent": {"name": others.pop("agent", "Maya Lindqvist")},
        "now": "2025-10-21T09:00:00+01:00",
    }
    if person := others.pop("person", None):
        context["follow_up"] = {"person": person}
    complaint = {"text": text, "channel": "email", "customer_name": others.pop("customer", "Dana Okafor")}
    whole = {
        "complaint": complaint,
        "options": others.pop("options", None),
        "draft": others.pop("draft", None),
        "sent": others.pop("sent", "Sorry."),
        "ref": others.pop("ref", None),
        "context": context | others,
    }
    return Correspondence.model_validate_json(json.dumps(whole))


def text_of(redacted: Redacted) -> str:
    """The complaint after redaction."""
    complaint = redacted.data["complaint"]
    assert isinstance(complaint, dict)
    assert isinstance(complaint["text"], str)
    return complaint["text"]


def redacted_text(text: str, **others: object) -> str:
    """The complaint after redaction, of which nothing may be in doubt."""
    redacted = redact(letter(text, **others), KEY)
    assert redacted.doubts == ()
    return text_of(redacted)


def squeezed(text: str) -> str:
    """Letters and digits alone."""
    return "".join(filter(str.isalnum, text.casefold()))


def is_gone(kind: str, value: str, text: str) -> bool:
    """Whether nothing of a planted value is left; a name that is a word may stand as that word."""
    if kind not in NAMES:
        return squeezed(value) not in squeezed(text)
    words = {match.group() for match in LETTERS.finditer(text)}
    if fold(value) in ALSO_WORDS:
        return value not in words
    return fold(value) not in set(map(fold, words)) and (value.isascii() or value not in text)


def test_what_was_planted_is_gone() -> None:
    """In texts of our own in many voices and from many countries, the recall of each kind is as high as asked."""
    planted: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for row in rows():
        values = row.pop("planted")
        row.pop("kept", None)
        assert isinstance(values, dict)
        text = text_of(redact(letter(**row), KEY))  # type: ignore[arg-type]  # the rows are of this form
        for kind, each in values.items():
            planted[kind] += len(each)
            gone[kind] += sum(is_gone(kind, value, text) for value in each)
    recall = {kind: gone[kind] / number for kind, number in planted.items() if number}
    assert {kind: value for kind, value in recall.items() if value < LEAST_RECALL[kind]} == {}
    assert recall.keys() == LEAST_RECALL.keys()


def test_what_the_checks_compare_stays() -> None:
    """Amounts, dates, times and common words of the same texts are as they were, and no text is refused."""
    lost = []
    for number, row in enumerate(rows(), start=1):
        row.pop("planted")
        kept = row.pop("kept", ())
        assert isinstance(kept, list | tuple)
        redacted = redact(letter(**row), KEY)  # type: ignore[arg-type]  # the rows are of this form
        lost += [(number, each) for each in kept if each not in text_of(redacted)]
        lost += [(number, doubt) for doubt in redacted.doubts]
    assert lost == []


@pytest.mark.parametrize(
    ("text", "gone", "kept"),
    [
        ("Will you ask Will? will turner knows.", ["ask Will", "turner"], ["Will you ask"]),
        ("Dear Will,\nThanks.", ["Will"], ["Thanks"]),
        ("I hope it will do. Regards,\nWill", ["\nWill"], ["it will do"]),
        ("WILL YOU CALL? I ASKED MR WILL TURNER.", ["WILL TURNER"], ["WILL YOU"]),
        ("Turner's answer, the Turners, TURNER and w. turner", ["urner", "TURNER"], ["answer, the"]),
        ("W. Turner signed; W.T. did not", ["W. ", "Turner"], ["signed"]),
        ("Hi Turnre, and Trner too", ["Turnre"], ["and"]),
        ("We turned and returned it in Turnhout", [], ["turned and returned", "Turnhout"]),
        ("#willturner @will_turner99 WillTurner", ["turner", "Turner"], []),
    ],
)
def test_names_that_are_words(text: str, gone: list[str], kept: list[str]) -> None:
    """A name goes in every form; the word that it also is stays."""
    found = redacted_text(text, person="Will Turner")
    assert [each for each in gone if each in found] == []
    assert [each for each in kept if each not in found] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Jürgen Müller", "Juergen Mueller, jurgen muller, JÜRGEN, Muller's"),
        ("Mueller", "Müller and Muller"),
        ("Anne-Marie O'Brien", "Anne Marie, AnneMarie, O’Brien, OBrien, o'brien"),
        ("Okafor, Dana", "Dana Okafor, okafor dana"),
        ("Dana & Tom Okafor", "Tom and Dana Okafor"),
        ("MR G STOTT", "Stott here. Gary I am not."),
        ("nightraker_99", "it is me, nightraker_99!"),
        ("王伟", "我是王伟。"),
        ("Ｄａｎａ Ｏｋａｆｏｒ", "dana okafor"),
    ],
)
def test_names_in_many_forms(name: str, text: str) -> None:
    """No word of the name is left, however the customer or the help desk writes it."""
    found = redacted_text(text, customer=name)
    words = {fold(match.group()) for match in LETTERS.finditer(found)}
    left = {
        "jurgen",
        "muller",
        "mueller",
        "juergen",
        "anne",
        "marie",
        "brien",
        "obrien",
        "okafor",
        "dana",
        "tom",
        "stott",
    }
    assert words & left == set()
    assert "nightraker" not in found
    assert "王" not in found


def test_one_thing_has_one_disguise() -> None:
    """In every text of the case and in every spelling; two things have two."""
    redacted = redact(
        letter(
            "Order TT-55120, #tt55120. I am Dana Okafor, 07911 123456, dana@okafor.me",
            sent="Dear Dana, order 55120 is here. I rang +44 7911 123456 and wrote to DANA@okafor.me. Maya",
            draft="Dear Ms Okafor, order TT55120; order TT-55121.",
            facts=["Okafor paid for TT-55120 by phone from 07911 123 456."],
        ),
        KEY,
    )
    complaint, sent, draft = text_of(redacted), str(redacted.data["sent"]), str(redacted.data["draft"])
    order = complaint.split("Order ")[1].split(",")[0]
    assert order.lower().replace("-", "") in complaint.split("#")[1]
    assert f"order {order[-5:]} " in sent
    assert order.replace("-", "") in draft
    assert order not in draft.split(";")[1]
    phones = [each.key for text in (complaint, sent, str(redacted.data["context"])) for each in contacts(text)]
    assert len({key for key in phones if key.isdigit()}) == 1
    assert complaint.count("customer-1@example.com") == sent.count("customer-1@example.com") == 1
    given_name = sent.split("Dear ")[1].split(",", maxsplit=1)[0]
    assert (given_name in GIVEN, f"I am {given_name} " in complaint) == (True, True)


def test_every_field_is_redacted() -> None:
    """No text of a case goes through as it was, but the brand, the moment and the settings."""
    planted = "Okafor dana@okafor.me"
    redacted = redact(
        letter(
            planted,
            customer=planted,
            agent=planted,
            sent=planted,
            draft=planted,
            ref=planted,
            facts=[planted],
            remedies=[{"id": planted, "text": planted}],
            follow_up={"person": planted, "team": planted, "channel": planted, "by": planted},
            constraints=[planted],
            history=[{"from": "customer", "text": planted}, {"from": "agent", "text": planted}],
            customer_ref=planted,
            options={"instruction": planted, "tone": planted, "policy": "strict"},
        ),
        KEY,
    )
    left = [name for name, text in strings(redacted.data) if name not in KEPT and "okafor" in text.casefold()]
    assert left == []
    assert ("options.policy", "strict") in list(strings(redacted.data))


def test_the_brand_is_no_person() -> None:
    """It stays, also where it is called after somebody; whoever has the name too does not."""
    found = redacted_text(
        "Rosa's Kitchen ruined it. Tell Rosa, says Dana. @RosasKitchen", brand="Rosa's Kitchen", agent="Rosa Bell"
    )
    assert found.startswith("Rosa's Kitchen ruined it.")
    assert "@RosasKitchen" in found
    assert "Dana" not in found


def test_disguises_belong_to_nobody() -> None:
    """Contacts are of example.com or reserved for fiction, cards are for trials, ids have no valid check digits."""
    text = (
        "dana@okafor.me, 07911 123456, +1 (415) 555-2671, +49 30 901820, 4012 8888 8888 1881, 529.982.247-25, "
        "12345678Z, "
        "GB29 NWBK 6016 1331 9268 19, 12 High Street, Leeds LS1 4AP, https://a.example/b?c=d"
    )
    found = redacted_text(text)
    assert "customer-1@example.com" in found
    assert "07700 900" in found
    assert "+1 202-555-01" in found
    assert "+49 30 23125 " in found
    assert any(card in found.replace(" ", "") for card in TEST_CARDS[16])
    assert "GB00 " in found
    assert "https://example.com/1" in found
    assert " ZZ" in found
    assert {each.what for each in secrets(found)} == {"a card number"}


def test_a_disguise_is_never_the_original() -> None:
    """Who invents a case uses reserved numbers too: they are changed all the same."""
    text = "customer-1@example.com, 07700 900000, 4242424242424242, https://example.com/1"
    found = redacted_text(text)
    assert [each for each in text.split(", ") if each in found.split(", ")] == []


def test_the_key_decides() -> None:
    """The same key gives the same disguises, another one gives others; without the key nothing tells the number."""
    given_letter = letter("Order TT-55120 of Dana Okafor")
    assert redact(given_letter, KEY) == redact(given_letter, KEY)
    others = {text_of(redact(given_letter, bytes([number]) * 32)) for number in range(20)}
    assert len(others) > 15
    assert len({redact(given_letter, bytes([number]) * 32).bare for number in range(20)}) == 1


def test_the_marks_hold_nothing() -> None:
    """What ids are made from has kinds in place of what was found."""
    redacted = redact(letter("I am Dana Okafor, order TT-55120, 07911 123456."), KEY)
    assert redacted.bare[0] == "I am <name> <name>, order <reference>, <phone number>."
    assert redacted.replaced == {"name": 6, "reference": 1, "phone number": 1}


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("It is 12 34 56 78 90 12, keep it.", "a long number of no known kind"),
        ("Ring oh seven nine one one, one two three four five six", "a number spelt in words"),
        ("Write to dana @ the office", "something like an e-mail address"),
    ],
)
def test_what_cannot_be_decided_is_told(text: str, doubt: str) -> None:
    """Without the words themselves."""
    redacted = redact(letter(text), KEY)
    assert redacted.doubts == (doubt,)


@pytest.mark.parametrize(
    "text",
    [
        "From 0900-1700 in 2019-2025, on 10.10.2025 and 2025-10-10: £1,250.00, 3.5 kg, 120 x 60, 24/7.",
        "We ordered 12 plates on the road, 2 place settings, 3 avenues; during 2025 nobody rang.",
        "Ordering 2 sofas was bring 3 friends to 12 of the shops, at 10:30 Maya drove.",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    """Dates, amounts, sizes and counts are no identifiers."""
    found = identifiers(text, None, ())
    assert [text[each.start : each.end] for each in found] == []


@pytest.mark.parametrize("piece", PIECES)
def test_long_texts_take_no_long_time(piece: str) -> None:
    """At the limit of a complaint, whatever it consists of."""
    began = time.process_time()
    redact(letter(piece * (20_000 // len(piece))), KEY)
    assert time.process_time() - began < 10


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200).filter(str.strip), st.text(max_size=40))
def test_any_text_is_redacted_or_doubted(text: str, name: str) -> None:
    """Nothing crashes, and what is found stands within the text, in order and without overlap."""
    redacted = redact(letter(text, customer=name), KEY)
    assert isinstance(redacted.data["complaint"], dict)
    found: tuple[Found, ...] = identifiers(text, None, ())
    ends = [0, *(each.end for each in found)]
    assert all(each.start >= end for each, end in zip(found, ends, strict=False))
    assert all(each.start < each.end <= len(text) for each in found)


def test_invented_names_are_no_words_and_unlike_each_other() -> None:
    """None could be taken for another word, and first names and surnames are different."""
    words = {fold(each) for each in (*GIVEN, *SURNAMES)}
    assert len(words) == len(GIVEN) + len(SURNAMES)


def test_whoever_has_an_invented_name_already_does_not_keep_it() -> None:
    """The names given out are none that stand in the case."""
    for number in range(10):
        redacted = redact(letter(" ".join((*GIVEN, "wrote")), customer="Robin Ashdown"), bytes([number]) * 32)
        shown: JsonValue = redacted.data["complaint"]
        assert isinstance(shown, dict)
        assert {"Robin", "Ashdown"}.isdisjoint(str(shown["customer_name"]).split())
