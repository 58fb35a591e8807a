"""Finds names of persons, conservatively: where a reply greets, signs, or says who will act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from guardrails.values.calendar import MONTHS, WEEKDAYS
from guardrails.values.normal import normal, word_set

CAP = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:['-][A-ZÀ-Þ]?[a-zà-ÿ]+)?"
NAME = rf"{CAP}(?: (?:van|de|von|der|den|da|di|la|le|bin|al|Mc|Mac|O')? ?(?:[A-Z]\. )?{CAP}){{0,2}}"
GREETING = re.compile(
    r"(?:\A|\n)[ \"]*(?i:dear|hi|hello|hey|hiya|good (?:morning|afternoon|evening)|thank you,?"
    rf"|thanks,?)[ ,]+(?:(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof)\.? )?(?P<name>{NAME})(?= ?[,!.:\n-]|\Z)"
)
CLOSING = re.compile(
    r"(?:\A|\n|[.!?] )[ ]*(?:(?:with )?(?:kind|kindest|best|warm|warmest|many)(?: regards| wishes)?|regards"
    r"|(?:yours )?sincerely(?: yours)?|"
    r"yours (?:truly|faithfully)|respectfully|cheers|(?:many )?thanks(?: again)?|thank you|all the best"
    r"|take care"
    r"|with apologies|apologetically)[ ]*[,.!]?[ ]*(?:\n[ \n]*"
    r"|(?=-))(?P<block>[^\n]{1,80}(?:\n[^\n]{1,80}){0,3})\s*\Z",
    re.IGNORECASE,
)
DASHED = re.compile(rf"(?:\n|[.!?)] )[ ]*[-~^*]+ ?(?P<name>{NAME})[ .]*\Z")
TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Sir|Madam|Dame|Herr|Frau)\.? (?P<name>{NAME})")
INTRODUCED = re.compile(
    rf"\b(?i:my name is|i am called|this is|(?:our|my|your|the) (?:[a-z]+ ){{0,2}}?(?:colleague|manager"
    rf"|supervisor"
    r"|advisor|adviser|agent|driver|engineer|technician|director|specialist|"
    r"representative|assistant|chef|host|courier|owner|ceo|lead|head),?|ask for|speak (?:to|with)"
    r"|spoken (?:to"
    r"|with)|spoke (?:to|with)|call from|email from|message from|"
    rf"hear from|contacted by|called by|handled by|asked|contact|named|cc'd) (?P<name>{NAME})"
)
ACTOR = re.compile(
    rf"(?P<name>{NAME})(?=(?:,? (?:who|and) )?(?: from (?:our|the) [\w ]{{1,30}})?,? (?:will|is going to"
    rf"|would|can"
    r"|shall|has|is) (?:also |now |personally |already )?(?:call|ring|phone|contact|email|e-mail|message"
    r"|write|"
    r"be (?:in touch|with|there|round)|come|arrive|attend|fix|fit|deliver|meet|reach|follow"
    r"|get (?:back|in)|look|visit|collect|speak|handle|investigat|review|assist|help"
    r"|take over|arrang|send))"
)
PAIR = re.compile(rf"(?<=[a-z,;)] )(?P<name>{CAP} {CAP})\b(?! {CAP})")
GENERIC = word_set(
    """
    mr mrs ms mx miss dr prof professor doctor sir dame herr frau lady lord captain
    reverend rev father pastor rabbi imam councillor cllr colonel major sergeant signor signora monsieur madame
    respected customer customers support
    service services care team madam guest guests there all everyone friend member valued reader client
    relations experience department manager management office order orders resolutions resolution complaints
    returns refunds billing accounts sales help desk centre center head director executive assistant agent
    advisor adviser specialist representative officer lead senior junior general operations the your our we i
    it this that these those they he she you if as when while once please thank thanks sorry unfortunately
    however also and but so for from with to in on at by of a an my his her their someone somebody nobody
    everybody anyone one who which what where how why there's then here now today tomorrow yesterday monday
    dear hello hi kind regards best warm yours sincerely any each every both either no not only next google
    play app store apple android windows microsoft facebook messenger twitter instagram whatsapp direct
    message trust pilot tripadvisor linkedin youtube amazon paypal visa mastercard bank holiday christmas
    easter new year black friday prime first class economy business premium plus gold silver platinum wi fi
    bluetooth internet english german french spanish london paris united kingdom states america europe south
    north east west street road avenue airport station hotel inn resort house restaurant bar shop company
    limited ltd inc plc group privacy policy terms conditions data protection consumer rights act customs
    royal mail post fedex ups dhl reference number case ticket account settings page contact us quality
    control lost property front guest-services reception housekeeping kitchen maintenance warehouse logistics
    technical product human resources press media social box community loyalty rewards club happy good great again
    apologies apology regret truly very because since after before until about under over through let should
    could would may might must can will
    """
) | frozenset((*WEEKDAYS, *MONTHS[0], *MONTHS[1]))
TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a reply gives to somebody: where it stands, and its parts that are no common words."""

    start: int
    end: int
    parts: tuple[str, ...]


def names(text: str) -> tuple[Name, ...]:
    """The names of a text in order, without overlap."""
    plain = normal(text)
    found = sorted(candidates(plain), key=lambda each: (each.start, -each.end))
    kept: list[Name] = []
    for name in found:
        if name.parts and (not kept or name.start >= kept[-1].end):
            kept.append(name)
    return tuple(kept)


def candidates(plain: str) -> Iterator[Name]:
    """Every place where a name is likely."""
    for pattern in (GREETING, DASHED, TITLED, INTRODUCED, ACTOR):
        for match in pattern.finditer(plain):
            yield named(plain, match.start("name"), match.end("name"))
    for match in PAIR.finditer(plain):
        name = named(plain, match.start(), match.end())
        if len(name.parts) > 1:
            yield name
    for match in CLOSING.finditer(plain[-400:]):
        shift = max(0, len(plain) - 400)
        for line in re.finditer(r"[^\n,|]+", match.group("block")):
            if re.fullmatch(rf"\s*-?\s*{NAME}\s*[.!]?\s*", line.group()):
                start = shift + match.start("block") + line.start()
                yield named(plain, start, start + len(line.group()))


def named(plain: str, start: int, end: int) -> Name:
    """The name between these offsets without generic words at its ends."""
    kept = [
        match
        for match in TOKEN.finditer(plain[start:end])
        if match.group().lower().removesuffix("'s") not in GENERIC and match.group()[0].isupper()
    ]
    if not kept:
        return Name(start, end, ())
    parts = tuple(match.group().lower().removesuffix("'s") for match in kept)
    return Name(start + kept[0].start(), start + kept[-1].end(), parts)


@lru_cache(maxsize=512)
def tokens(text: str) -> frozenset[str]:
    """Every word of a text as names are compared."""
    return frozenset(match.group().lower().removesuffix("'s") for match in TOKEN.finditer(normal(text)))
