"""Numbers as digits and as English words."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
TENS = {word: 10 * at for at, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
SMALL = UNITS | TENS | {"fourty": 40, "dozen": 12, "couple": 2}
FIRST_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
        " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
}
ORDINALS = (
    FIRST_ORDINALS
    | {f"twenty-{word}": 20 + value for word, value in list(FIRST_ORDINALS.items())[:9]}
    | {"thirtieth": 30, "thirty-first": 31}
)
BELOW_TEN = "one|two|three|four|five|six|seven|eight|nine"
BELOW_HUNDRED = (
    rf"(?:(?:twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:{BELOW_TEN})\b)?"
    rf"|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|ten|zero|{BELOW_TEN})\b"
)
WORDS = (
    rf"half(?: a|-)[ -]?dozen|(?:{BELOW_HUNDRED}[ -]|an? |half a )?(?:hundred|thousand|million|dozen)\b"
    rf"(?: and a half\b|(?:[ -]and)?[ -](?:{BELOW_HUNDRED}[ -])?hundred\b)?(?:(?:[ -]and)?[ -]{BELOW_HUNDRED})?"
    rf"|(?:an? )?couple|{BELOW_HUNDRED}"
)
DIGITS = (
    r"\d{1,3}(?:(?:,\d{2,3})+(?:\.\d{1,2})?|(?:\.\d{3})+(?:,\d{1,2})?|(?:[' ]\d{3})+(?:[.,]\d{1,2})?)(?!\d)"
    r"|\d{1,12}(?:[.,]\d{1,3})?(?!\d)"
)
# Three letters, since most words of a text begin with one of a number's first letters.
STARTS = "|".join(sorted({word[:3] for word in (*SMALL, *SCALES, "half", "a ", "an ")}))
NUMBER = rf"(?:{DIGITS})(?: ?k\b)?|\b(?={STARTS})(?:{WORDS})\b"
BETWEEN_WORDS = re.compile(r"[ -]+")
PLAIN = re.compile(r"\d+(?:\.\d+)?")
GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,3}(?:\.\d{3})+")


@lru_cache(maxsize=1024)  # amounts, lengths and counts ask for the same numbers
def parse(shown: str) -> Decimal | None:
    """The value of digits ("1,250.00", "1.250,00", "2k") or words ("forty-two"); None where it is neither."""
    bare = shown.strip().lower()
    if not bare:
        return None
    if not bare[0].isdigit():
        return words_value(bare)
    thousand = bare.endswith("k")
    bare = bare.rstrip("k ").replace("'", "").replace(" ", "")
    if "," in bare and "." in bare:
        decimal = max(bare.rfind(","), bare.rfind("."))
        bare = re.sub(r"[.,]", "", bare[:decimal]) + "." + bare[decimal + 1 :]
    elif GROUPED.fullmatch(bare):
        bare = re.sub(r"[.,]", "", bare)
    bare = bare.replace(",", ".")
    if not PLAIN.fullmatch(bare):
        return None
    return Decimal(bare) * (1000 if thousand else 1)


def words_value(words: str) -> Decimal | None:
    """The value of number words."""
    if words.startswith("half"):
        return Decimal(6) if "dozen" in words else None
    if words.endswith(" and a half"):
        return (words_value(words.removesuffix(" and a half")) or 0) * Decimal("1.5")
    total = group = 0
    for word in BETWEEN_WORDS.split(words):
        if word in SMALL:
            group = group * SMALL[word] if word == "dozen" and group else group + SMALL[word]
        elif word == "hundred":
            group = max(group, 1) * 100
        elif word in SCALES:
            total, group = total + max(group, 1) * SCALES[word], 0
        elif word not in ("a", "an", "and"):
            return None
    return Decimal(total + group)


def shown(value: Decimal) -> str:
    """One spelling for each value: no trailing zeros, no exponent."""
    return format(value.normalize(), "f")
