"""Tests of contacts."""

from __future__ import annotations

import pytest

from guardrails.values.contacts import contacts, email_pieces


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Write to care@example.com.", "email", "care@example.com"),
        ("See https://x.example.com/z?q=1).", "url", "https://x.example.com/z?q=1"),
        ("See www.example.de!", "url", "www.example.de"),
        ("See help.example.com/a.", "url", "help.example.com/a"),
        ("See refunds.top.", "url", "refunds.top"),
        ("See evil-refund.zz/a1/b.", "url", "evil-refund.zz/a1/b"),
        ("See refunds.whatever/claim.", "url", "refunds.whatever/claim"),
        ("See REFUNDS.SHOP/claim", "url", "REFUNDS.SHOP/claim"),
        ("See REFUNDS.EXAMPLE now", "url", "REFUNDS.EXAMPLE"),
        ("Open file://evil/share", "url", "file://evil/share"),
        ("Open \\\\evil\\share now", "url", "\\\\evil\\share"),
        ("Open intent://evil#x now", "url", "intent://evil#x"),
        ("Open tg://resolve?domain=evil", "url", "tg://resolve?domain=evil"),
        ("Open itms-services://?x=y", "url", "itms-services://?x=y"),
        ("Call 0800 555 0142.", "phone", "0800 555 0142"),
        ("Call +44 20 7946 0958", "phone", "+44 20 7946 0958"),
        ("Call (212) 555-0147", "phone", "(212) 555-0147"),
    ],
)
def test_finds(text: str, kind: str, words: str) -> None:
    """Addresses, links and numbers are found without the punctuation around them."""
    found = contacts(text)
    assert [(each.kind, text[each.start : each.end]) for each in found] == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "mistake.\n\nHere",
        "£4 per sq.ft/year at approx.km/h, in Node.js/React; reply.live and paid.work",
        "sorry.It was",
        "SORRY.IT WAS",
        "order.Please/then",
        "invoice.pdf, photo.jpg/png",
        "Version 2.1/3",
        "5 p.m./6 a.m.",
        "n.a./n.b.",
        "e.g. this",
        "on 2024-05-06",
        "on 12.05.2024",
        "order 12345678",
        "10:00 - 12:00",
        "£1,250.00",
        "10 000 000",
        "a@b",
        "from 2010-2024",
    ],
)
def test_finds_nothing(text: str) -> None:
    """Paragraph breaks, dates, amounts and references are no contacts."""
    assert contacts(text) == ()


def test_national_and_international_spelling() -> None:
    """The same line has the same key."""
    assert contacts("020 7946 0958")[0].key == contacts("+44 (0)20 7946 0958")[0].key


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The account noor. elidrissi. example has it.", ["noor. elidrissi"]),
        ("The account noor. elidrissi. mail. example has it.", ["noor. elidrissi. mail. example"]),
        ("We wrote to Noor Elidrissi at mail dot example.", ["Noor Elidrissi at mail dot example"]),
        ("Write to noor_elidrissi, or elidrissi@mail.", ["noor_elidrissi", "elidrissi@mail"]),
        ("Dear Noor, we are sorry.", []),
        ("Elidrissi Noor", []),
        ("Please send us a mail. Example: your ride of 9 October.", []),
        ("noor", []),
        ("", []),
    ],
)
def test_pieces_of_an_address(text: str, pieces: list[str]) -> None:
    """Two neighbours in an address's order are found, whatever stands between them; its provider alone is not."""
    found = email_pieces(text, ["noor.elidrissi@mail.example"])
    assert [text[start:end] for start, end in found] == pieces


def test_a_known_piece_tells_nothing() -> None:
    """What follows the first name is found without it."""
    text = "Hi Noor. Elidrissi. Hi Ana."
    found = email_pieces(text, ["noor.elidrissi@mail.example"], frozenset({"noor"}))
    assert [text[start:end] for start, end in found] == ["Elidrissi"]
    assert list(email_pieces("Hi Ana", ["ana@lopez.example"], frozenset({"ana"}))) == []


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("We answer within a day.", "a.day@mail.example"),
        ("It was such a long wait.", "a.long@mail.example"),
        ("I will call you.", "will.call@mail.example"),
        ("We are sorry.", "we.are.family@mail.example"),
    ],
)
def test_two_words_of_a_sentence_are_no_address(text: str, email: str) -> None:
    """Pieces may be everyday words."""
    assert list(email_pieces(text, [email])) == []


def test_many_pieces() -> None:
    """The time grows with the words and the addresses, not with the square of either."""
    many = [f"x{number}@b{number}.example" for number in range(20)]
    assert list(email_pieces("x at b " * 3_000, many)) == []
    assert len(list(email_pieces("at " * 6_000, ["at@x.example"]))) == 0
