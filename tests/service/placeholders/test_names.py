"""The names that a case gives, in the ways in which texts use them."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest

from service.placeholders.finding import find
from service.placeholders.names import names_of


def found(names: list[str | None], text: str, brand: str = "") -> list[str]:
    """The words that are found."""
    return [text[each.start : each.end] for each in names_of(names, brand).find(text)]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Dana Okafor", "I am Dana Okafor, yours, Dana", ["Dana", "Okafor", "Dana"]),
        ("Dana Okafor", "DANA OKAFOR and dana", ["DANA", "OKAFOR", "dana"]),
        ("Dana Okafor", "Danas Okaforen", []),
        ("Ms Dana Okafor", "Ms Okafor", ["Okafor"]),
        ("Okafor, Dana", "Dana Okafor", ["Dana", "Okafor"]),
        ("Rafael Ortiz de la Vega", "Rafael Ortiz de la Vega, Sr Vega", ["Rafael", "Ortiz", "de la Vega", "Vega"]),
        ("Adeyemi-Brooks", "Adeyemi-Brooks, Mrs Brooks", ["Adeyemi-Brooks", "Brooks"]),
        ("Siobhan O'Neill", "O'Neill, ONEILL, O Neill", ["O'Neill", "ONEILL", "O Neill"]),
        ("Jürgen Müller", "Juergen Mueller and Jurgen Muller", ["Juergen", "Mueller", "Jurgen", "Muller"]),
        ("Bill Young", "Will you send the bill? A young man. Yours, Bill Young", ["Bill", "Young"]),
        ("Rose Hill", "Prices rose on the hill. Rose was the word. Dear Rose,", ["Rose"]),
        ("Margaret Ellery", "M. Ellery", ["M. Ellery"]),
        ("John Smith", "Yours, J. Smith", ["J. Smith"]),
        ("Ye", "ye olde Ye", ["Ye"]),
        ("山田太郎", "私は山田太郎です", ["山田太郎"]),
        ("the customer service team", "the customer service team of yours", []),
        ("", "anything", []),
        ("Dana & Tom Fox", "Tom and Dana", ["Tom", "Dana"]),
    ],
)  # fmt: skip
def test_a_name_is_found_in_its_parts(name: str, text: str, words: list[str]) -> None:
    """Whole or in part, in any case and without its accents; a word that is also a name is a word."""
    assert found([name], text) == words


def test_the_brand_is_nobodys_name() -> None:
    """The word stays where it is the brand's, and goes where it stands by the rest of the name."""
    assert found(["Maya Lind", None], "Maya Salon, says Maya Lind", "Maya Salon") == ["Maya", "Lind"]


def test_spellings_share_a_key() -> None:
    """Each part has one key, however it is written."""
    keys = {each.key for each in names_of(["Jürgen Müller"]).find("Müller MÜLLER mueller Muller")}
    assert keys == {"muller"}


PROMPT = """Brand: Harbourline
Agent: {name}, Customer Care
- person: {name}
Customer: <customer_name>{name}</customer_name>
They all rose, and will mark an error."""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Mark", ["Mark"]),
        ("jo", ["jo"]),
        ("J. Baker", ["J. Baker"]),
        ("J. R. Smith", ["J. R. Smith"]),
        ("Mrs. J. Cook", ["J. Cook"]),
        ("Rose O.", ["Rose O"]),
        ("Sarah M", ["Sarah M"]),
        ("An Nguyen", ["An", "Nguyen"]),
        ("प्रिया नायर", ["प्रिया", "नायर"]),
        ("রহিম উদ্দিন", ["রহিম", "উদ্দিন"]),
        ("သီရိ", ["သီရိ"]),
        ("سارا علی\u200cرضا", ["سارا", "علی\u200cرضا"]),
    ],
)
def test_a_field_is_replaced_behind_its_label(name: str, words: list[str]) -> None:
    """A prompt's own labels make no sentence starts of the names behind them, whatever words these also are."""
    text = PROMPT.format(name=name)
    assert [text[each.start : each.end] for each in find(text, names_of([name]))] == words * 3


@pytest.mark.parametrize("given", ["NFC", "NFD"])
@pytest.mark.parametrize("used", ["NFC", "NFD"])
def test_composed_and_decomposed_names_are_the_same(given: Literal["NFC", "NFD"], used: Literal["NFC", "NFD"]) -> None:
    """An accent may be a character of its own in the field, in the text, or in both."""
    names = ["Zoë Müller", "がきく", "김철수"]
    text = unicodedata.normalize(used, "I am Zoë Müller, がきく, 김철수.")
    found_in = names_of([unicodedata.normalize(given, each) for each in names])
    kept = [unicodedata.normalize("NFC", text[each.start : each.end]) for each in find(text, found_in)]
    assert kept == ["Zoë", "Müller", "がきく", "김철수"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "Dana O'Brien",
            "dana's, O'Brien's, O\u2019Brien\u2019s, o'brien's, DANA'S",
            "dana O'Brien O\u2019Brien o'brien DANA",
        ),
        ("Okafor D'Angelo", "D'Angelo's and okafor's", "D'Angelo okafor"),
    ],
)
def test_a_possessive_is_cut_off_a_name(name: str, text: str, words: str) -> None:
    """Whatever is theirs, in any case and with either mark."""
    assert [text[each.start : each.end] for each in find(text, names_of([name]))] == words.split()
