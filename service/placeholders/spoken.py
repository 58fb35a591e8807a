"""Finds phone numbers that are written as they are spoken, in English, German, French and Spanish."""

from __future__ import annotations

import re
from collections.abc import Iterator

DIGITS = """
    zero:0 oh:0 o:0 nought:0 nil:0 one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9
    null:0 eins:1 zwei:2 zwo:2 drei:3 vier:4 fünf:5 fuenf:5 sechs:6 sieben:7 acht:8 neun:9
    zéro:0 un:1 deux:2 trois:3 quatre:4 cinq:5 sept:7 huit:8 neuf:9
    cero:0 uno:1 dos:2 tres:3 cuatro:4 cinco:5 seis:6 siete:7 ocho:8 nueve:9
"""
TEENS = """
    ten:10 eleven:11 twelve:12 thirteen:13 fourteen:14 fifteen:15 sixteen:16 seventeen:17 eighteen:18 nineteen:19
    zehn:10 elf:11 zwölf:12 dix:10 onze:11 douze:12 treize:13 quatorze:14 quinze:15 seize:16 diez:10 once:11 doce:12
    trece:13 catorce:14 quince:15
"""
TENS = """
    twenty:20 thirty:30 forty:40 fourty:40 fifty:50 sixty:60 seventy:70 eighty:80 ninety:90 zwanzig:20 dreißig:30
    vierzig:40 fünfzig:50 sechzig:60 siebzig:70 achtzig:80 neunzig:90 vingt:20 trente:30 quarante:40 cinquante:50
    soixante:60 veinte:20 treinta:30 cuarenta:40 cincuenta:50 sesenta:60 setenta:70 ochenta:80 noventa:90
"""
REPEATED = {"double": 2, "doppel": 2, "doble": 2, "triple": 3, "treble": 3}
NUMBERS = dict(pair.split(":") for pair in f"{DIGITS} {TEENS} {TENS}".split())
WORDS = "|".join(sorted((*NUMBERS, *REPEATED, "hundred", "hundert", "cent", "plus", r"\d"), key=len, reverse=True))
RUN = re.compile(rf"\b(?:{WORDS})\b(?:[ ,.;\n-]{{1,3}}(?:(?:and|und|et|y) )?(?:{WORDS})\b)*", re.IGNORECASE)
WORD = re.compile(r"\w+")
FEWEST_WORDS, FEWEST_DIGITS, MOST_DIGITS = 5, 7, 16
HUNDRED = ("hundred", "hundert", "cent")


def spoken_numbers(plain: str) -> Iterator[tuple[int, int, str]]:
    """Where phone numbers in words stand in a normal text, and their digits."""
    for match in RUN.finditer(plain):
        words = [word.group().lower() for word in WORD.finditer(match.group())]
        digits = digits_of(words)
        spelt = sum(not word.isdigit() for word in words)
        if spelt >= FEWEST_WORDS and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
            yield match.start(), match.end(), digits


def digits_of(words: list[str]) -> str:
    """The digits that these words dictate: "double oh seven" is 007, "nine hundred" 900, "thirty four" 34."""
    said: list[str] = []
    times, tens = 1, False
    for word in words:
        if word in REPEATED:
            times = REPEATED[word]
            continue
        if word in HUNDRED:
            said.append("00")
        elif word != "plus":
            digits = NUMBERS.get(word, word)
            if tens and len(digits) == 1 and digits != "0":
                said[-1] = said[-1][:-1] + digits
            else:
                said.append(digits * times)
            tens = len(digits) == 2 and digits.endswith("0") and digits != "10"  # noqa: PLR2004 - twenty to ninety
        times = 1
    return "".join(said)
