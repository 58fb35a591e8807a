"""Finds national ids: those whose form and check digits say what they are, and those that the text calls so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

from guardrails.values.identity_numbers import national_ids
from service.placeholders.labels import names_thing

# Modules of python-stdnum and the way in which a number of theirs is written. The check digit is asked for then; where
# one in ten numbers of that many digits would pass, the text must call it an id.
FORMS: tuple[tuple[str, str], ...] = (
    ("it.codicefiscale", r"[A-Z]{6} ?\d{2}[A-EHLMPRST]\d{2} ?[A-Z]\d{3}[A-Z]"),
    ("mx.curp", r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d"),
    ("in_.pan", r"[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]"),
    ("fr.nir", r"[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}"),
    ("se.personnummer", r"(?:19|20)?\d{6}[-+]\d{4}"),
    ("fi.hetu", r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]"),
    ("cz.rc", r"\d{6}/\d{3,4}"),
    ("ie.pps", r"\d{7}[A-W][A-IW]?"),
    ("ch.ssn", r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}"),
    ("be.nn", r"\d{2}\.\d{2}\.\d{2}-\d{3}[.-]\d{2}"),
    ("kr.rrn", r"\d{6}-[1-8]\d{6}"),
    ("cn.ric", r"\d{17}[\dX]"),
    ("pl.pesel", r"\d{11}"),
    ("no.fodselsnummer", r"\d{6} ?\d{5}"),
    ("tr.tckimlik", r"[1-9]\d{10}"),
    ("gr.amka", r"\d{11}"),
    ("lt.asmens", r"[3-6]\d{10}"),
    ("ro.cnp", r"[1-8]\d{12}"),
    ("za.idnr", r"\d{6} ?\d{4} ?\d{3}"),
    ("cl.rut", r"\d{1,2}\.\d{3}\.\d{3}-[\dK]"),
    ("ar.cuit", r"\d{2}-\d{8}-\d"),
    ("de.idnr", r"\d{2} \d{3} \d{3} \d{3}"),
    ("il.idnr", r"\d{7,8}-\d"),
    ("my.nric", r"\d{6}-\d{2}-\d{4}"),
    ("th.pin", r"\d-\d{4}-\d{5}-\d{2}-\d"),
)
PATTERNS = tuple((name, re.compile(rf"(?<![\w.,/+-])(?:{form})(?![\w/-]|[.,]\d)")) for name, form in FORMS)
# Words that are others as well are cues in capitals only: "nie", "sin", "run".
CUE = re.compile(
    r"\b(?:social security|ssn|national insurance|ni n(?:umber|o)|nino|passport|pasaporte|passeport|reisepass|"
    r"passaporto|paszport|driv(?:ing|er['’]?s?) licen[cs]e|permis de conduire|führerschein|"
    r"tax(?:payer)? (?:id|file|number|code)|tfn|nhs (?:number|no)|medicare|aadhaar|aadhar|nric|(?:id|"
    r"identity) (?:card|number|no)|national id|personalausweis|ausweisnummer|carte d['’]identité|dni|nif|cpf|"
    r"rg|curp|rfc|codice fiscale|bsn|burgerservicenummer|pesel|dowód|person(?:nummer|al number)|cpr|"
    r"fødselsnummer|henkilötunnus|hetu|cnp|egn|rodné číslo|oib|jmbg|amka|tckn|kimlik|ahv|sécurité sociale|"
    r"carte vitale|steuer-?id(?:nr|entifikationsnummer)?|sozialversicherungsnummer|pps(?:n)?|cédula|cedula|"
    r"hkid|תעודת זהות|(?-i:NHS|SIN|PAN|RUT|RUN|NIE|NIR|IRD|AVS|FIN|ID))\b"
    r"(?P<between>[^\d\n]{0,24}?\n?[ (]{0,2})(?=[A-Z0-9])(?<![A-Za-z0-9])"
    r"(?P<value>[A-Z]{2} ?(?:\d\d ?){3}[A-D]\b"
    r"|[A-Z]{0,6}\d[A-Z0-9]*(?-i:[ ./-](?:[A-Z0-9]*\d[A-Z0-9]*|[A-Z](?![\w'’])))*)",
    re.IGNORECASE,
)
NOT_NUMBERED = re.compile(
    r"\b(?:expir|valid|until|born|birth|issued|dated?|since|from|room|desk|order|ticket)", re.IGNORECASE
)
# What is said to be the number is that, also where it reads like a date: "BSN is 12-05-1987".
SAID = re.compile(
    r"\W*(?:number|no|nr|nummer|is|was|ist|est|es|:)(?:\W|number|no|nr|nummer|is|was|ist|est|es)*", re.IGNORECASE
)
FEWEST_DIGITS = 5


def checked_ids(plain: str) -> Iterator[tuple[int, int]]:
    """National ids of a normal text that are known by their form and their check digits."""
    for secret in national_ids(plain):
        if not names_thing(plain, secret.start):
            yield secret.start, secret.end
    for name, pattern in PATTERNS:
        for match in pattern.finditer(plain):
            if not names_thing(plain, match.start()) and validator(name)(match.group()):
                yield match.start(), match.end()


def called_ids(plain: str) -> Iterator[tuple[int, int, bool]]:
    """Numbers that a normal text calls a national id, whatever their check digits, and whether none can be a date."""
    for match in CUE.finditer(plain):
        enough = sum(map(str.isdigit, match.group("value"))) >= FEWEST_DIGITS
        if enough and not NOT_NUMBERED.search(match.group("between")):
            yield *match.span("value"), SAID.fullmatch(match.group("between")) is not None


@cache
def validator(name: str) -> Callable[[str], bool]:
    """What says whether a number is one of this kind; read when it is first asked for."""
    is_valid = import_module(f"stdnum.{name}").is_valid
    return lambda number: bool(is_valid(number))
