"""Finds what money is moved by: cards, and bank accounts by their form or because the text calls them so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.values.accounts import accounts
from guardrails.values.identity_numbers import is_reference, mod97
from service.placeholders.kinds import Kind

CALLED_CARD = re.compile(
    r"\b(?:card|visa|mastercard|amex|american express|maestro|debit|credit|karte|kreditkarte|carte|tarjeta|carta"
    r"|cartão|kaart|kort)\b[^\d\n]{0,24}\n?(?P<value>\d(?:[ -]?\d){12,18})(?![\w-])",
    re.IGNORECASE,
)
NO_BANK = re.compile(r"\b(?:gift|loyalty|library|travel|bonus|club|store|sim|phone|membership)[ -]?\Z", re.IGNORECASE)
# What may stand between the word and the number begins no other thought.
CALLED_ACCOUNT = re.compile(
    r"(?:\b(?:account|acct?\b\.?|a/c|(?P<sort_code>sort ?code)|routing|aba|transit|bsb|clabe|iban|blz|bankleitzahl"
    r"|compte|cuenta|conto|conta|rekening(?:nummer)?|rachun(?:ek|ku)|konto(?:nr\.?|nummer)?|účet|tili(?:numero)?|hesap)"
    r"|(?<=[a-zäöü])(?:konto(?:nr\.?|nummer)?|rekening(?:nummer)?))"
    r"(?:[ :#.,(-]{1,3}(?:number|numbers|no|nr|num|nummer|numéro|número|numero|code|id|n[°ºr]|is|was|ist|lautet|es|est"
    r"|the|of|ours|mine|here|with you)\b)*[ :#.,(\n-]{0,3}"
    r"(?P<value>(?-i:[A-Z]{0,3})-?\d(?:[ ./-]?\d){4,23})(?![\w%]|[.,]\d|-\d)",
    re.IGNORECASE,
)
KINDS: dict[str, Kind] = {"card": "CARD", "bank account": "ACCOUNT"}


def checked_numbers(plain: str) -> Iterator[tuple[Kind, int, int]]:
    """Cards and accounts of a normal text that are known by their form and their check digits."""
    for kind, start, end in accounts(plain):
        if kind == "card" or (kind == "bank account" and _is_iban(plain[start:end])):
            yield KINDS[kind], start, end


def called_numbers(plain: str) -> Iterator[tuple[Kind, int, int, bool]]:
    """What a normal text calls an account or a card, whatever its check digits, and whether it cannot be a date."""
    for match in CALLED_ACCOUNT.finditer(plain):
        yield "ACCOUNT", *match.span("value"), match["sort_code"] is not None
    for match in CALLED_CARD.finditer(plain):
        before = plain[max(0, match.start() - 16) : match.start()]
        if not NO_BANK.search(before) and not is_reference(plain, match.start("value")):
            yield "CARD", *match.span("value"), False


def _is_iban(shown: str) -> bool:
    """Whether the check digits are right; a mistyped number is known by its capitals, words are in small letters."""
    return mod97(re.sub(r"[^A-Za-z0-9]", "", shown).upper()) or not any(map(str.islower, shown))
