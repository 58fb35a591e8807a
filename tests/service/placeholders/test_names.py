"""The names that a case gives, in the ways in which texts use them."""

from __future__ import annotations

import pytest

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
