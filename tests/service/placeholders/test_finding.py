"""What is found in a text, by its kind, and what is left alone."""

from __future__ import annotations

import time

import pytest

from service.placeholders.finding import find
from service.placeholders.names import Names, names_of

NOBODY = Names()


def found(text: str) -> list[tuple[str, str]]:
    """The kind and the words of everything found."""
    return [(each.kind, text[each.start : each.end]) for each in find(text, NOBODY)]


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("write to ann@example.com please", "EMAIL", "ann@example.com"),
        ("ann\u200b@example.com", "EMAIL", "ann\u200b@example.com"),
        ("ann@\nexample.co.uk now", "EMAIL", "ann@\nexample.co.uk"),
        ("ann dot lee at example dot com is me", "EMAIL", "ann dot lee at example dot com"),
        ("call 07700 900123.", "PHONE", "07700 900123"),
        ("(020) 7946 0123 or not", "PHONE", "(020) 7946 0123"),
        ("ring 07700\n900 123 now", "PHONE", "07700\n900 123"),
        ("ring oh seven seven oh, nine hundred, one two", "PHONE", "oh seven seven oh, nine hundred, one two"),
        ("null eins sieben eins drei neun zwei null null", "PHONE", "null eins sieben eins drei neun zwei null null"),
        ("card 4242 4242 4242 4242 was used", "CARD", "4242 4242 4242 4242"),
        ("my visa 4242424242424241 has a typing error", "CARD", "4242424242424241"),
        ("to GB29 NWBK 6016 1331 9268 19 today", "ACCOUNT", "GB29 NWBK 6016 1331 9268 19"),
        ("to gb29nwbk60161331926819", "ACCOUNT", "gb29nwbk60161331926819"),
        ("sort code 20-45-77", "ACCOUNT", "20-45-77"),
        ("account no. 63819204, please", "ACCOUNT", "63819204"),
        ("Kontonummer: 532013000", "ACCOUNT", "532013000"),
        ("IBAN\nBE68 5390\n0754 7034\nas agreed", "ACCOUNT", "BE68 5390\n0754 7034"),
        ("my SSN is 123-45-6789", "IDENTITY", "123-45-6789"),
        ("Passport number 533401372", "IDENTITY", "533401372"),
        ("PESEL 44051401359", "IDENTITY", "44051401359"),
        ("44051401359", "IDENTITY", "44051401359"),
        ("DNI 54362315K", "IDENTITY", "54362315K"),
        ("BSN 1112.22.333", "IDENTITY", "1112.22.333"),
        ("My sort code is 09-01-28.", "ACCOUNT", "09-01-28"),
        ("Sort code: 20-10-15", "ACCOUNT", "20-10-15"),
        ("My BSN is 12-05-1987", "IDENTITY", "12-05-1987"),
        ("national id: 12.05.1987", "IDENTITY", "12.05.1987"),
        ("My NI number is ab123456c", "IDENTITY", "ab123456c"),
        ("ni number ab 12 34 56 c please", "IDENTITY", "ab 12 34 56 c"),
        ("passport number is l01x00t47, a new one", "IDENTITY", "l01x00t47"),
        ("driving licence morga753116sm9ij", "IDENTITY", "morga753116sm9ij"),
        ("Mail jsmith77 @ gmail.com.", "EMAIL", "jsmith77 @ gmail.com"),
        ("My e-mail is anna @ gmail.com.", "EMAIL", "anna @ gmail.com"),
    ],
)  # fmt: skip
def test_what_is_found(text: str, kind: str, shown: str) -> None:
    """Each kind in its usual writings, spoken, mistyped and over two lines."""
    assert (kind, shown) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "order 4471-20931 of 21/10/2025",
        "£1,204.00 or 1.204,00 EUR",
        "from 14:05 to 16:20 on 2025-10-21",
        "Tuesday 21 October 2025, 14:05 (UTC+01:00)",
        "tracking 00340434161094042557",
        "IMEI 490154203237518",
        "ISBN 978-3-16-148410-0",
        "gift card 6036 2800 1144 7719 000",
        "code 8820-4413",
        "server 203.0.113.44",
        "my account was closed on 12 May 2025",
        "my ID expires on 2031-04-30",
        "passport issued 12/05/2025",
        "find us @ www.shop.com",
        "3 kettles @ 20.00 each",
        "two kettles @ argos.co.uk",
        "We met @ noon.My phone was off",
        "one or two of the three things that seven of us said",
        "I was at home dot that is all",
        "room 412, seats 21A to 21E, gate B17",
        "",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    """Numbers of things, amounts, dates and times are no person's."""
    assert found(text) == []


def test_two_numbers_that_stand_close_are_both_found() -> None:
    """Nothing is left of a list, though no number is as long as it."""
    text = "07700 900417 / 0161 496 0333 07700 900 538"
    left = "".join(
        " " if any(each.start <= at < each.end for each in find(text, NOBODY)) else c for at, c in enumerate(text)
    )
    assert not any(map(str.isdigit, left))


@pytest.mark.parametrize(
    "text",
    [
        "7 " * 10_000,
        "a@" * 10_000,
        "AB12 " * 4_000,
        "07700 900417 " * 1_500,
        "zero " * 4_000,
        "[" * 20_000,
        "\n1" * 10_000,
    ],
)
def test_a_hostile_text_costs_little(text: str) -> None:
    """The longest complaint takes seconds at most, whatever is in it."""
    began = time.perf_counter()
    find(text, names_of(["Dana Okafor"]))
    assert time.perf_counter() - began < 20  # a fifth of this on a slow machine; quadratic would be minutes
