"""Finds numbers of bank accounts, cards and persons, also mistyped ones and those of countries far away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from guardrails.values.identity_numbers import CARD, CARD_STARTS, is_reference, luhn, mod97, secrets
from guardrails.values.telephones import looks_like_time

AccountKind = Literal["bank account", "card", "id or secret"]

IBAN_START = re.compile(r"(?<![^\W_])[A-Z]{2} ?\d{2}(?=(?:[ -]?[A-Z0-9]){11})", re.IGNORECASE)
IBAN_LENGTHS = dict(
    pair.split(":")
    for pair in (
        "AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22 DK:18 DO:28"
        " EE:20 EG:29 ES:24 FI:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26"
        " IT:27 JO:30 KW:30 KZ:20 LB:28 LI:21 LT:20 LU:20 LV:21 MC:27 MD:24 ME:22 MK:19 MR:27 MT:31 MU:30 NL:18 NO:15"
        " PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 SA:24 SE:24 SI:19 SK:24 SM:27 TN:24 TR:26 UA:29 VA:22 XK:20"
    ).split()
)
ID = re.compile(
    r"\b(?:tfn|tax (?:file|id)|abn|bsn|pesel|sin|nir|s[eé]cu|pps|ird|nhs|personnummer|steuer-?id|national id|id|nif|rut"
    r"|curp|passport|visa|badge|employee|staff|licen[cs]e|member(?:ship)?|policy)\b"
    r"[^\d\n]{0,16}(?P<value>\d(?:[ ./-]?\d){5,17})(?!\d)",
    re.IGNORECASE,
)
LONGEST = 34  # characters of a bank account number


def accounts(plain: str) -> Iterator[tuple[AccountKind, int, int]]:
    """The kind and the place of each in a normal text, the surest first."""
    for match in IBAN_START.finditer(plain):
        if end := _end_of_iban(plain, match.start()):
            yield "bank account", match.start(), end
    for match in CARD.finditer(plain):
        digits = re.sub(r"\D", "", match.group())
        if CARD_STARTS.fullmatch(digits) and luhn(digits) and not is_reference(plain, match.start()):
            yield "card", match.start(), match.end()
    for secret in secrets(plain):
        if sum(map(str.isalnum, plain[secret.start : secret.end])):
            yield "id or secret", secret.start, secret.end
    for match in ID.finditer(plain):
        if not looks_like_time(match.group("value")):
            yield "id or secret", match.start("value"), match.end("value")


def _end_of_iban(plain: str, start: int) -> int | None:
    """Where the number ends: by its country's length, also where a digit is mistyped, else by its check digits."""
    characters = [
        at for at in range(start, min(len(plain), start + LONGEST + 14)) if plain[at].isalnum() and plain[at].isascii()
    ]
    country = plain[start : start + 2].upper()
    sizes = [int(IBAN_LENGTHS[country])] if country in IBAN_LENGTHS else range(LONGEST, 14, -1)
    for size in sizes:
        if len(characters) < size:
            continue
        end = characters[size - 1] + 1
        whole = end == len(plain) or not plain[end].isalnum()
        written = plain[start:end]
        if not whole or re.search(r"[^A-Za-z0-9]{2}|[^A-Za-z0-9 -]", written):
            continue
        # Words that follow each other pass for one in so many lengths: their letters outnumber the digits.
        mostly_digits = sum(map(str.isdigit, written)) >= size // 2
        if mostly_digits and (country in IBAN_LENGTHS or mod97(re.sub(r"[ -]", "", written).upper())):
            return end
    return None
