"""Finds streets with their house numbers, and postcodes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.values.sensitive import ADDRESS

UNIT = r"(?:(?:flat|apartment|apt|unit|suite|ste|room)\.? ?#?\w{1,5},? )?"
SURE = r"street|road|avenue|lane|boulevard|crescent|terrace|parade|strasse"
SHORT = (
    r"St|Rd|Ave|Av|Ln|Dr|Drive|Close|Court|Ct|Way|Place|Pl|Blvd|Gardens|Square|Sq|Hill|Grove|Park|Mews|Row|Walk|Rise"
    r"|Highway|Hwy|Parkway|Pkwy|Circle|Cir|Quay|Wharf|View|Green|Nagar|Marg"
)
COUNTED = (
    r"(?!(?:hours?|minutes?|mins?|days?|weeks?|months?|years?|miles?|times?|pounds?|euros?|dollars?|of|the|on|in|at|to|or"
    r"|and|per|more|other|people|items?|stars?)\b)"
)
# The short ones are common words: only with a capital.
SHORT_WITH_CAPITAL = f"{SHORT}|{SHORT.upper()}"
NUMBER = rf"(?<![\w£$€.,:-])(?i:{UNIT})\d{{1,5}}"
ENGLISH = re.compile(
    rf"{NUMBER}[A-Za-z]?,? (?:[NSEW]\.? )?(?:[A-Z0-9][\w'’.-]{{0,30}} ){{1,4}}(?:(?i:{SURE})|{SHORT_WITH_CAPITAL})\b\.?"
    rf"|{NUMBER}[a-z]?,? {COUNTED}(?i:(?:{COUNTED}[a-z'’-]{{2,30}} ){{1,3}}(?:{SURE}))\b"
)
BEHIND_NUMBER = r"(?<!\w)\d{1,4}(?: ?(?:bis|ter))?,?"
SMALL = r"(?: (?:de|du|des|la|le|les|l'|d'))*"
OTHERS = re.compile(
    rf"{BEHIND_NUMBER} (?i:rue){SMALL} ?[\wÀ-ÿ'’.-]{{2,30}}(?: [A-ZÀ-Þ][\wÀ-ÿ'’.-]{{1,30}}){{0,2}}"
    rf"|{BEHIND_NUMBER} (?i:avenue|av\.|boulevard|bd|place|chemin|all[ée]e|impasse|quai|cours){SMALL}"
    r"(?: ?[A-ZÀ-Þ][\wÀ-ÿ'’.-]{1,30}){1,3}"
    r"|(?<!\w)(?i:calle|c/|via|viale|avenida|av\.|avda\.|rua|plaza|piazza|carrer|paseo|corso|largo|travessa|ul\.|ulica)"
    r" (?:(?:de|del|della|dei|la|las|los|da|do|dos) )*(?:[A-ZÀ-Þ][\wÀ-ÿ'’.-]{1,30}[ ,]{1,2}){1,4}(?:n[ºo.°] ?)?"
    r"\d{1,4}[A-Za-z]?(?:/\d{1,4})?"
    r"|(?<!\w)(?:[A-ZÀ-Þ][\wÀ-ÿ'’.-]{1,30}[ -]){0,3}[A-ZÀ-Þ][a-zà-ÿ]{1,30}"
    r"(?:stra(?:ß|ss)e|str\.|weg|platz|gasse|allee|straat|laan|plein|gracht|kade|dijk|gatan|vägen|gata|veien|vei|gade|vej"
    r"|allé|katu) ?(?:Nr\. ?)?\d{1,4} ?[a-zA-Z]?\b"
    r"|(?i:\b(?:p\.? ?o\.? box|postfach|bo[iî]te postale)) ?\d{1,7}"
)
INWARD = r"(?!\d(?:ND|RD|ST|TH)\b)\d[ABD-HJLNP-UW-Z]{2}"
OUTWARD = r"[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKS-UW]|[A-HK-Y]\d[ABEHMNPRV-Y])"
STATES = (
    "A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]"
)
POSTCODES = (
    re.compile(r"〒 ?(?P<value>\d{3}-\d{4})"),
    re.compile(rf"\b(?P<value>GIR ?0AA|{OUTWARD} ?{INWARD})\b"),
    re.compile(rf"\b(?P<value>{OUTWARD} {INWARD})\b", re.IGNORECASE),
    re.compile(rf"\b(?:{STATES}),? (?P<value>\d{{5}}(?:-\d{{4}})?)\b"),
    re.compile(r"\b(?:NSW|VIC|QLD|SA|WA|TAS|ACT|NT),? (?P<value>\d{4})\b"),
    re.compile(r"\b(?P<value>[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d)\b", re.IGNORECASE),
    re.compile(r"\b(?P<value>[ACDEFHKNPRTVWXY]\d[\dW] ?(?=[A-Z0-9]{0,3}\d)[0-9ACDEFHKNPRTVWXY]{4})\b"),
    re.compile(
        r", (?P<value>(?:[A-Z]{1,2}-)?\d{4,5}(?= [A-ZÀ-Þ][\wÀ-ÿ-]{2,})|\d{4} ?[A-Z]{2}\b|\d{2}-\d{3}(?= [A-ZÀ-Þ])"
        r"|\d{3} \d{2}(?= [A-ZÀ-Þ]))"
    ),
)
LABELLED = re.compile(
    r"\b(?:zip(?: ?code)?|post ?code|postal code|plz|pin ?code|eircode|code postal)(?: (?:is|was))?\s?[:=]?\s?"
    r"(?P<value>(?=[A-Z0-9 -]{0,9}\d)[A-Z0-9]{2,8}(?:[ -][A-Z0-9]{2,4})?)\b",
    re.IGNORECASE,
)


def streets(plain: str) -> Iterator[tuple[int, int]]:
    """Where a street with a number stands, in English and in forms of other European languages."""
    for pattern in (ENGLISH, OTHERS, ADDRESS):
        for match in pattern.finditer(plain):
            if not any(code.fullmatch(match.group()) for code in POSTCODES):
                yield match.span()


def postcodes(plain: str) -> Iterator[tuple[int, int]]:
    """Where a postcode stands: by its form, by its place behind a street, or by what it is called."""
    for pattern in (*POSTCODES, LABELLED):
        for match in pattern.finditer(plain):
            yield match.span("value")
