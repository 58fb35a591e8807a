"""Finds numbers that identify a person or their money: cards, accounts, national ids, passwords."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.values.any_case import AnyCase

CARD = re.compile(r"(?=\d)(?<![\w-])(?:\d[ .\u00a0-]?){12,18}\d(?![\w-])")
CARD_STARTS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}|6\d{15,18}"
)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
AADHAAR = re.compile(r"(?=\d)(?<![\d-])[2-9]\d{3}[ -]\d{4}[ -]\d{4}(?![\d-])")
SSN = re.compile(r"(?=\d)(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
NINO = re.compile(
    r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",
)
CPF = re.compile(r"(?=\d)(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)")
DNI = re.compile(r"\b(\d{8}|[XYZ]\d{7})-?([A-Z])\b")
LABELLED = AnyCase(
    r"\b(?:ssn|social security|national insurance|passport|driv(?:ing|er['’]?s?) licen[cs]e|tax (?:id"
    r"|file)|id card|"
    r"national id|identity card|aadhaar|pan card|nhs|medicare|bank account|account|iban|sort code|routing"
    r"|card)"
    r"(?: (?:number|no\.?|nr\.?|code|card number))?(?: (?:is|was|of"
    r"|ending))?\s?[:#]?\s?(?P<value>(?=[a-z0-9 -]*\d)[a-z0-9][a-z0-9-]{4,20}[a-z0-9])",
)
SECRET = AnyCase(
    r"\b(?:password|pass ?code|pass ?phrase|passwort|contrase[nñ]a|mot de passe|pin(?: code| number)?"
    r"|cvv2?|cvc"
    r"|security code|otp|"
    r"one-time (?:code|password))\b(?: (?:is|was|to|of|will be|has been (?:set|reset|changed) to|ist|es"
    r"|est))?\s?[:=]?\s?"
    r"(?P<value>[\"'“‘][^\"'”’\n]{3,40}[\"'”’]|(?=[^\s,;]{0,40}\d)[^\s,;]{3,40})",
)
HALF = 5  # of the elements of the dihedral group of order ten
SHORTEST_IBAN, LONGEST_IBAN = 15, 34
FEWEST_DIGITS = 5  # of a number that is called an account
REFERENCE_BEFORE = re.compile(
    (
        r"(?:order|booking|reservation|tracking|reference|ref|ticket|parcel|invoice|case|imei"
        r"|serial)\W{0,3}(?:(?:number|no|id|code)\W{0,3})?(?:is )?\Z"
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Secret:
    """A number that no reply may carry: where it stands and what it is."""

    start: int
    end: int
    what: str


def secrets(text: str) -> Iterator[Secret]:
    """Every such number in a text; masked ones ("ending in 1234") are none."""
    for match in SECRET.finditer(text):
        yield Secret(match.start("value"), match.end("value"), "a password or code")
    if any(map(str.isdigit, text)):
        yield from accounts(text)
        yield from national_ids(text)


def accounts(text: str) -> Iterator[Secret]:
    """Cards and bank accounts with the right check digits, and numbers that the text calls accounts or ids."""
    for match in CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if CARD_STARTS.fullmatch(digits) and luhn(digits) and not is_reference(text, match.start()):
            yield Secret(match.start(), match.end(), "a card number")
    for match in IBAN.finditer(text):
        if mod97(match.group().replace(" ", "")):
            yield Secret(match.start(), match.end(), "a bank account number")
    for match in LABELLED.finditer(text):
        if sum(map(str.isdigit, match.group("value"))) >= FEWEST_DIGITS:
            yield Secret(match.start("value"), match.end("value"), "an account or id number")


def national_ids(text: str) -> Iterator[Secret]:
    """Numbers of the shape of a national id, with the right check digit where there is one."""
    for pattern in (SSN, NINO, CPF, DNI, AADHAAR):
        for match in pattern.finditer(text):
            if holds(pattern, match) and not is_reference(text, match.start()):
                yield Secret(match.start(), match.end(), "a national id number")


def is_reference(text: str, start: int) -> bool:
    """Whether the words in front call it an order number or the like."""
    return bool(REFERENCE_BEFORE.search(text, max(0, start - 40), start))


def luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right."""
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0 and len(set(digits)) > 1


def mod97(iban: str) -> bool:
    """Whether the check digits of an IBAN are right."""
    if not SHORTEST_IBAN <= len(iban) <= LONGEST_IBAN:
        return False
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


def holds(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    """Whether the check digit is right, for those ids that have one here."""
    if pattern is CPF:
        digits = [int(character) for character in match.group() if character.isdigit()]
        return all(
            sum(digit * weight for digit, weight in zip(digits, range(size + 1, 1, -1), strict=False)) * 10 % 11 % 10
            == digits[size]
            for size in (9, 10)
        )
    if pattern is DNI:
        number = int(match.group(1).translate(str.maketrans("XYZ", "012")))
        return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == match.group(2)
    return pattern is not AADHAAR or verhoeff(match.group())


def verhoeff(number: str) -> bool:
    """Whether the check digit of an Aadhaar number is right."""
    check = 0
    for place, digit in enumerate(reversed([int(each) for each in number if each.isdigit()])):
        turned = digit
        for _ in range(place % 8):
            turned = int("1576283094"[turned])
        check = dihedral(check, turned)
    return check == 0


def dihedral(left: int, right: int) -> int:
    """The product of two elements of the dihedral group of order ten."""
    turned = (right if left < HALF else -right) + left
    return turned % HALF + HALF * ((left >= HALF) != (right >= HALF))
