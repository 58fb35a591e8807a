"""Puts something of the same shape that belongs to nobody in place of what identifies somebody."""

from __future__ import annotations

import hashlib
import hmac
import re
import string
from collections import Counter
from collections.abc import Callable

from evals.importing.identifiers import Found, Kind, key_of
from evals.importing.telephones import reserved
from guardrails.values.identity_numbers import SSN, secrets

# What the card schemes publish for trials.
TEST_CARDS = {
    13: ("4222222222222",),
    14: ("30569309025904", "38520000023237"),
    15: ("378282246310005", "371449635398431"),
    16: ("4242424242424242", "4111111111111111", "5555555555554444", "5105105105105100", "6011111111111117"),
}
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like a digit
STREETS = ("Alder", "Bramley", "Cobbler", "Dovecote", "Elmfield", "Fernhill", "Gorse", "Heron", "Juniper", "Larkfield")
SUFFIX = re.compile(r"[^\W\d_]+\.?\Z")
FRENCH = re.compile(r"\d{1,4}[ ,a-z]*(?:rue|avenue|boulevard|place|chemin|all|impasse|quai|cours)", re.IGNORECASE)
ENDS_IN_NUMBER = re.compile(r"[^\d]{4,}\d{1,4}(?:[/ ]?\w{1,4})?\Z")
LEADING_LETTERS = re.compile(r"[A-Z]{1,2}(?=\d)", re.IGNORECASE)
TURNS = 20  # how often another disguise is tried where one stands in the case already
ENDS = range(3, 13)  # the lengths of what may be quoted of a number by its end


class Disguises:
    """What stands in place of each thing found in one case, the same for every spelling of it.

    References and ids are disguised by a keyed hash: who has the text but not the key cannot find the number by
    trying all of them.
    """

    def __init__(self, key: bytes, found: list[Found], ours: frozenset[tuple[Kind, str]]) -> None:
        self._key = key
        self._ours = ours
        self._originals = {each.key for each in found}
        self._numbers: dict[tuple[Kind, str], int] = {}
        counted: Counter[Kind] = Counter()
        for each in found:
            if (each.kind, each.key) not in self._numbers:
                self._numbers[each.kind, each.key] = counted[each.kind]
                counted[each.kind] += 1
        # Which longer number ends so, the longest last.
        self._ends = {key[-size:]: key for key in sorted(self._originals, key=len) for size in ENDS if size < len(key)}

    def of(self, found: Found, shown: str) -> str:
        """What stands in place of these characters."""
        makers: dict[Kind, Callable[[Found, str], str]] = {
            "e-mail address": self._email,
            "link": self._link,
            "user name": lambda each, _: self._unused(each, lambda number: f"@customer{number}"),
            "IP address": lambda each, old: ("192.0.2." if "." in old else "2001:db8::") + str(self._number(each)),
            "date of birth": lambda _, old: "01/01/1970" if re.fullmatch(r"[\d./-]+", old) else "1 January 1970",
            "phone number": self._phone,
            "card": self._card,
            "bank account": self._account,
            "street": self._street,
            "postcode": self._postcode,
            "id or secret": self._secret,
            "reference": lambda each, old: self._same_shape(each, each.key, old),
        }
        return makers[found.kind](found, shown)

    def _number(self, found: Found) -> int:
        """Which of its kind it is in this case, from 1."""
        return self._numbers[found.kind, found.key] + 1

    def _unused(self, found: Found, make: Callable[[int], str]) -> str:
        """The first that does not stand in the case already: who invents a case uses reserved ones too."""
        first = self._number(found)
        made = (make(first + turn * len(self._numbers)) for turn in range(TURNS))
        return next((new for new in made if key_of(found.kind, new) not in self._originals), make(first))

    def _email(self, found: Found, _: str) -> str:
        who = "team" if (found.kind, found.key) in self._ours else "customer"
        return self._unused(found, lambda number: f"{who}-{number}@example.com")

    def _link(self, found: Found, shown: str) -> str:
        scheme = re.match(r"https?://", shown, re.IGNORECASE)
        return self._unused(found, lambda number: f"{scheme.group() if scheme else ''}example.com/{number}")

    def _phone(self, found: Found, shown: str) -> str:
        return self._unused(found, lambda number: reserved(shown, number))

    def _card(self, found: Found, shown: str) -> str:
        size = len(found.key)
        free = [card for card in TEST_CARDS.get(size, ()) if card not in self._originals]
        chosen = free[self._number(found) % len(free)] if free else "9" * size
        return _laid_over(chosen, shown)

    def _account(self, found: Found, shown: str) -> str:
        """The same country with check digits that no bank gives."""
        return _laid_over(f"{found.key[:2]}00{self._characters(found.key[4:], 0)}", shown)

    def _street(self, found: Found, shown: str) -> str:
        number = 1 + self._bytes(found.key)[0] % 90
        name = STREETS[self._bytes(found.key)[1] % len(STREETS)]
        if FRENCH.match(shown):
            return f"{number} rue {name}"
        if ENDS_IN_NUMBER.search(shown):
            return f"{name}-Street {number}"
        suffix = SUFFIX.search(shown)
        return f"{number} {name} {suffix.group() if suffix else 'Street'}"

    def _postcode(self, found: Found, shown: str) -> str:
        """No post office has it: it begins with ZZ or with noughts."""
        new = self._same_shape(found, found.key, shown)
        if leading := LEADING_LETTERS.match(new):
            return "Z" * len(leading.group()) + new[leading.end() :]
        return re.sub(r"\d\d", "00", new, count=1)

    def _secret(self, found: Found, shown: str) -> str:
        if SSN.fullmatch(shown):
            return f"987-65-{4320 + self._number(found) % 10}"
        for turn in range(TURNS):
            new = self._same_shape(found, found.key, shown, turn)
            if not any(secret.what.startswith("a national id") for secret in secrets(new)):
                return new
        return "0" * len(shown)

    def _same_shape(self, found: Found, key: str, shown: str, turn: int = 0) -> str:
        """Other letters and digits in the same places; the end of a longer number is the end of its disguise."""
        whole = self._ends.get(key, key) if found.kind == "reference" else key
        for again in range(TURNS):
            new = self._characters(whole, turn + again)[len(whole) - len(key) :]
            if new not in self._originals:
                break
        return _laid_over(new, shown)

    def _characters(self, key: str, turn: int) -> str:
        stream = self._bytes(f"{turn}:{key}", len(key))
        return "".join(map(_other, key, stream))

    def _bytes(self, text: str, size: int = 32) -> bytes:
        blocks = range(-(-size // 32))
        return b"".join(
            hmac.digest(self._key, f"{block}:{text}".encode(errors="replace"), hashlib.sha256) for block in blocks
        )


def _other(character: str, byte: int) -> str:
    """A digit for a digit, a letter for a letter of any script."""
    if character.isdigit():
        return string.digits[byte % len(string.digits)]
    return LETTERS[byte % len(LETTERS)]


def _laid_over(characters: str, shown: str) -> str:
    """These characters in the places, and the case, of what is shown; its separators stay."""
    stream = iter(characters)
    laid = []
    for old in shown:
        new = next(stream, "0") if old.isalnum() else old
        laid.append(new.lower() if old.islower() else new)
    return "".join(laid)
