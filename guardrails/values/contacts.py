"""Finds e-mail addresses, links and phone numbers in a text, in a form that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import phonenumbers

Kind = Literal["email", "url", "phone"]

EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![\w-])")
DOMAINS = (
    "com|org|net|io|co|uk|de|fr|es|it|nl|be|eu|us|ca|au|in|info|app|dev|shop|store|online|help|support"
    "|travel|care|me|"
    "ly|gl|ie|ch|at|se|no|dk|fi|pl|pt|br|mx|jp|cn|sg|nz|za|ae|ai|tv|biz|example|test|int|gov|edu|mil|hk|id"
    "|my|th|tr|ru"
    # Cheap ones, which whoever invents or fakes a page takes.
    "|xyz|icu|lol|cyou|sbs|cfd|mobi|tk|ml|ga|cf|gq|pw|cc|gg|ws|su"
)
# Cheap ones that are words, too: behind a short word a blank is missing ("paid.work").
WORD_DOMAINS = (
    "top|click|work|site|website|tech|space|fun|buzz|live|link|page|cloud|club|vip|win|bid|loan|download|stream|review"
    "|monster|quest|pro"
)
# In capitals a sentence may begin behind the dot, so that no word of two letters is one there.
CAPITAL_DOMAINS = "|".join(each for each in DOMAINS.upper().split("|") if len(each) > len("IT"))
FILES = "jpe?g|png|gif|heic|pdf|docx?|xlsx?|csv|txt|zip|mov|mp4"
REST = r"[^\s<>\"'“”’)\]]"
# Behind a long name, and before a path that is no plain word, any ending is one: "sq.ft/year", "approx.km/h" and
# "Node.js/React" are none.
URL = re.compile(
    rf"(?:[a-z][a-z0-9+.-]{{1,30}}://|www\.){REST}{{2,300}}|(?<!\\)\\\\[\w.-]{{1,63}}\\{REST}{{1,300}}"
    rf"|(?<![\w@.-])(?:(?:[a-z0-9-]{{1,63}}\.){{1,3}}(?-i:{DOMAINS}|{CAPITAL_DOMAINS})(?:/{REST}{{0,300}})?"
    rf"|(?:[a-z0-9-]{{1,63}}\.){{0,2}}(?:[a-z0-9-]{{6,63}}\.(?-i:{WORD_DOMAINS}|{WORD_DOMAINS.upper()})(?:/{REST}{{0,300}})?"
    rf"|[a-z0-9-]{{6,63}}\.(?!{FILES})[a-z]{{2,24}}/(?=[a-z]{{4}}){REST}{{1,300}}"
    rf"|[a-z0-9-]{{4,63}}\.(?!{FILES})[a-z]{{2,24}}/(?=[a-z]*[^a-z\s<>\"'“”’),;:!?.\]]){REST}{{1,300}}))"
    r"(?![\w-]|\.\w)",
    re.IGNORECASE,
)
LINKED = re.compile(r"\.[^\s.]|//|\\")  # without one of these there is no link
PIECE = re.compile(r"[^\W_]+")
SPOKEN = frozenset({"at", "dot"})  # "ana at lopez dot example"
PLAIN = 2  # pieces that may be words of a sentence
DIGITS = re.compile(r"\d")
PHONE_LIKE = re.compile(r"(?=[+(\d])(?<![\w.,/-])(?:\+|\(\+?)?\d[\d() .\u00a0\u2009\u2010-\u2013/-]{5,22}\d(?![\w%])")
FEWEST, NATIONAL, MOST = 7, 9, 15  # digits of a local, a national and any phone number
REGIONS = ("GB", "US", "DE", "IN")
DATE_LIKE = re.compile(
    r"(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
    r"|\d{1,2}[.:]\d{2}\s*[-–]\s*\d{1,2}[.:]\d{2}"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach somebody: where it stands and what it is compared by."""

    kind: Kind
    start: int
    end: int
    key: str


@lru_cache(maxsize=256)
def contacts(text: str) -> tuple[Contact, ...]:
    """The contacts of a text, in order and without overlap."""
    found = sorted((*emails(text), *links(text), *phones(text)), key=lambda each: (each.start, -each.end))
    kept: list[Contact] = []
    for contact in found:
        if not kept or contact.start >= kept[-1].end:
            kept.append(contact)
    return tuple(kept)


def emails(text: str) -> Iterator[Contact]:
    """E-mail addresses."""
    if "@" in text:
        for match in EMAIL.finditer(text):
            yield Contact("email", match.start(), match.end(), match.group().casefold())


def links(text: str) -> Iterator[Contact]:
    """URLs and bare host names; a full stop between two sentences makes no host name."""
    for match in URL.finditer(text) if LINKED.search(text) else ():
        shown = match.group().rstrip(".,;:!?…*")
        yield Contact("url", match.start(), match.start() + len(shown), link_key(shown))


def link_key(link: str) -> str:
    """A link without protocol, `www.` and trailing slash."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link.casefold()).rstrip("/")


def phones(text: str) -> Iterator[Contact]:
    """Phone numbers: possible in a region, or written with so many separated digits that they can be nothing else."""
    for match in PHONE_LIKE.finditer(text):
        shown = match.group()
        digits = sum(1 for _ in DIGITS.finditer(shown))
        if FEWEST <= digits <= MOST and not DATE_LIKE.fullmatch(shown.strip("() ")) and is_phone(shown, digits):
            yield Contact("phone", match.start(), match.end(), phone_key(shown))


@lru_cache(maxsize=512)
def is_phone(shown: str, digits: int) -> bool:
    """Whether these characters are a phone number rather than a reference or a date."""
    if re.match(r"\(?\+|\(?0[1-9 ]|00\d", shown) and (digits >= NATIONAL or " " in shown):
        return True
    if digits == len(shown):
        return False
    return any(possible(shown, region) for region in REGIONS)


def possible(shown: str, region: str) -> bool:
    """Whether it is a valid number seen from that region."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(shown, region))
    except phonenumbers.NumberParseException:
        return False


@cache
def load_regions() -> None:
    """Read what the numbers of each region, and of those that share its code, are known by; else drafts wait for it."""
    for region in REGIONS:
        code = phonenumbers.country_code_for_region(region)
        for sharing in phonenumbers.region_codes_for_country_code(code):
            phonenumbers.PhoneMetadata.metadata_for_region(sharing)


def phone_key(shown: str) -> str:
    """The last nine digits: the same for national and international spelling."""
    return "".join(DIGITS.findall(shown.replace("(0)", "")))[-9:]


def email_pieces(text: str, emails: Iterable[str], told: frozenset[str] = frozenset()) -> Iterator[tuple[int, int]]:
    """Where an address stands in pieces ("ana. lopez. example"): two of them or more, in its order, side by side.

    One at least is of what stands before the @. Two that stand side by side in plain words ("a day" of a.day@...) are
    no address unless both begin with a capital. `told` are pieces in small letters that tell nothing new, such as the
    first name; where a run begins with one, what is found begins after it.
    """
    words = list(PIECE.finditer(text))
    small = [word.group().casefold() for word in words]
    for address in emails:
        local, _, domain = address.casefold().partition("@")
        before = PIECE.findall(local)
        pieces = [*before, *PIECE.findall(domain)]
        at = 0
        while at < len(words):
            run = _run(small, at, pieces) if small[at] in before else []
            found = [words[number] for number in run]
            at = run[-1] + 1 if run else at + 1
            telling = found[1:] if found and found[0].group().casefold() in told else found
            if len(found) > 1 and telling and _looks_like_one(text, found):
                yield telling[0].start(), telling[-1].end()


def _run(small: Sequence[str], at: int, pieces: Sequence[str]) -> list[int]:
    """Which words, from this one on, are an address's pieces; between two may stand a spoken sign."""
    run, expected, number = [at], pieces.index(small[at]) + 1, at + 1
    while expected < len(pieces):
        if number < len(small) and small[number] in SPOKEN and small[number] != pieces[expected]:
            number += 1
        if number >= len(small) or small[number] != pieces[expected]:
            break
        run.append(number)
        expected, number = expected + 1, number + 1
    return run


def _looks_like_one(text: str, run: Sequence[re.Match[str]]) -> bool:
    """Whether these pieces stand there as an address or a name, and not as two words of a sentence."""
    between = text[run[0].end() : run[-1].start()]
    return len(run) > PLAIN or not between.isspace() or all(word.group()[0].isupper() for word in run)
