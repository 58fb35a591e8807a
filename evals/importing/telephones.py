"""Gives the phone numbers that are reserved for fiction."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberType

from guardrails.values.telephones import FEWEST, read_number, valid

# Whose numbers are written without a country code; the first that knows a number decides its form.
COUNTRIES = (
    *("GB", "US", "DE", "FR", "AU", "IE", "SE", "IN", "NL", "ES", "IT", "PL", "NZ", "ZA", "CH", "AT", "BE", "DK", "NO"),
    *("FI", "PT", "BR", "MX", "SG", "HK", "JP", "CZ", "GR", "TR", "AE"),
)
FICTION = {
    "GB": re.compile(r"0(?:1632960|1\d\d496|7700900|2079460|2920180|2896496|808157|306999)\d{3,4}"),
    "US": re.compile(r"1?(?:\d{3})?55501\d\d"),
    "AU": re.compile(r"049157\d{4}|0[2378]5550\d{4}|1[38]00975\d{3}"),
}
MOBILES = (
    "570 006|570 156|570 157|570 158|570 159|570 110|570 313|570 737|571 266|571 491|571 804|572 549"
    "|572 665|572 983|573 770|573 087|574 118|574 632|575 254|575 789|576 398|576 801|577 426|577 644"
    "|578 957|578 148|578 888|579 212|579 760|579 455"
).split("|")  # of Australia, one by one


def reserved(shown: str, number: int) -> str:
    """A phone number that nobody has, in the form of this one; `number` tells those of one case apart.

    Where a country reserves numbers for fiction, it is one of them; elsewhere the country code and the shape stay,
    and the rest is noughts.
    """
    abroad = bool(re.match(r"\(?\+|00[1-9]", shown))
    parsed = read_number(shown, None) if abroad else None
    if abroad:
        # By the code, not by the region: Guernsey's numbers are British ones to whoever reads them.
        region = phonenumbers.region_code_for_country_code(parsed.country_code or 0) if parsed else None
    else:
        region = _country(shown)
        parsed = read_number(shown, region) if region else None
    kind = phonenumbers.number_type(parsed) if parsed else PhoneNumberType.UNKNOWN
    found = _of_country(region or "", kind, shown, number)
    if found is None:
        return _noughts(shown, len(str(parsed.country_code)) if abroad and parsed else 0, number)
    code, rest = found
    trunk = "" if code in ("1", "") else "0"
    return f"+{code} {rest}" if abroad else f"{trunk}{rest}"


def _country(shown: str) -> str | None:
    """Where a number without a country code may be from; those that are fiction already are valid nowhere."""
    digits = "".join(filter(str.isdigit, shown))
    fiction = next((region for region, pattern in FICTION.items() if pattern.fullmatch(digits)), None)
    return fiction or next((each for each in COUNTRIES if valid(shown, each)), None)


def _of_country(region: str, kind: int, shown: str, number: int) -> tuple[str, str] | None:
    """Country code (empty where the number is a local one), and the number without its leading nought."""
    digits = "".join(filter(str.isdigit, shown))
    mobile = kind == PhoneNumberType.MOBILE or bool(re.fullmatch(r"(?:44|0)77\d{8}|(?:61|0)49\d{7}", digits))
    free = kind == PhoneNumberType.TOLL_FREE
    two, three, four = f"{number % 100:02}", f"{number % 1000:03}", f"{number % 10000:04}"
    pairs = f"{four[:2]} {four[2:]}"
    london = re.match(r"(?:44)?0?20", digits)
    table = {
        "GB": ("44", f"20 7946 0{three}" if london else f"161 496 0{three}"),
        "GB free": ("44", f"808 157 0{three}"),
        "GB mobile": ("44", f"7700 900{three}"),
        "US": ("1", f"202-555-01{two}"),
        "US free": ("1", f"800-555-01{two}"),
        "US local": ("", f"555-01{two}"),
        "DE": ("49", f"30 23125 {three}"),
        "DE mobile": ("49", f"171 39200{two}"),
        "FR": ("33", f"1 99 00 {pairs}"),
        "FR mobile": ("33", f"6 39 98 {pairs}"),
        "AU": ("61", f"2 5550 {four}"),
        "AU free": ("", f"{digits[:4]} 975 {707 + number % 5}"),
        "AU mobile": ("61", f"491 {MOBILES[number % len(MOBILES)]}"),
        "IE": ("353", f"20 910 {four}"),
        "SE": ("46", f"8-465 004 {two}"),
        "SE mobile": ("46", f"70-174 06 {5 + number % 95:02}"),
    }
    country = "US" if region == "CA" else region
    local = country == "US" and len(digits) == FEWEST
    shared_cost = country == "AU" and digits.startswith(("1800", "1300"))
    way = " local" if local else " free" if free or shared_cost else " mobile" if mobile else ""
    return table.get(f"{country}{way}", table.get(country))


def _noughts(shown: str, code: int, number: int) -> str:
    """The same shape with noughts and a number at the end; the first `code` digits stay."""
    places = [at for at, character in enumerate(shown) if character.isdigit()]
    skipped = 2 if shown.lstrip("(").startswith("00") else 0
    rest = places[code + skipped :] if code else places
    digits = f"{number:0{len(rest)}}"[-len(rest) :]
    characters = list(shown)
    for at, digit in zip(rest, digits, strict=True):
        characters[at] = digit
    return "".join(characters)
