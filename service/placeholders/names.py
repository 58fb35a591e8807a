"""Finds the names that a case gives in its fields, in whole or in parts, wherever its texts use them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, pairwise

from guardrails.values.name_words import ALSO_WORDS, BEFORE_NAME, NOBODY, PARTICLES, TITLES
from guardrails.values.names import GENERIC
from guardrails.values.normal import normal
from service.placeholders.kinds import Found
from service.placeholders.spans import Spans

HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
# Accents of their own, and the vowel signs of India and its neighbours: \w has neither.
MARKS = "".join(chr(code) for code in range(0x300, 0x12000) if unicodedata.category(chr(code))[0] == "M")
LETTER = rf"(?:[^\W\d_]|[{MARKS}])"
LETTERS = re.compile(rf"[^\W\d_]{LETTER}*")
WORD = re.compile(rf"{LETTERS.pattern}(?:['-]{LETTER}+)*")
VOWEL_SIGN = re.compile(rf"(?=[\u0900-\u1cff\ua800-\uabff\U00011000-\U00011fff])[{MARKS}]")
# Scripts without blanks, whose names are found as they are written.
UNSPACED = re.compile(r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
APART = re.compile(r"[ \n]{1,2}")
SENTENCE_START = re.compile(r"(?:\A|[.!?…\n:\"“(*•>-])[\s\"'“‘(*-]*\Z")
INITIALS = re.compile(r"(?<![^\W_])(?:[^\W\d_]\. ?){1,2}\Z|(?<![^\W_])[A-Z] \Z")
LAST_INITIAL = re.compile(r" [A-Z](?=\.|[ \t]*(?:[,<\n]|\Z))")
# What a prompt, and whoever quotes, sets around a value: "Agent: Mark, Care", "- person: Mark", "<name>Mark</name>".
LABEL = r"(?:^[ \t]*(?:[-*] )?(?:[^\W\d_][\w ]{0,30}:[ \t]*)?|<[\w-]{1,30}>|\")"
LABELLED_END = r"(?=[ \t]*(?:[,<\"\n]|\Z))"
POSSESSIVE = re.compile(r"'s\Z", re.IGNORECASE)
TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
GIVEN_NAME = "An"  # of Vietnam and the Netherlands; "an" is the article, which is nobody
SHORTEST_SMALL = 3  # letters of a name that is also known where it is written small
MOST_WORDS = 6  # of a part: "de la", "van der" and what they stand before


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one case. `parts` has each part of them by its letters alone, with the key that is its own.

    `firsts` are the words that a part may begin with, `initials` the letters that stand for parts, and `fields` the
    names as they were given, which prompts have behind their labels.
    """

    parts: Mapping[str, str] = field(default_factory=dict)
    firsts: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()  # in scripts without blanks
    spared: frozenset[str] = frozenset()  # words of the brand, which is nobody's name
    initials: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()

    def find(self, plain: str) -> Iterator[Found]:
        """Every part of a name in a normal text, in order, without overlap."""
        for name in self.whole:
            for form in dict.fromkeys(unicodedata.normalize(each, name) for each in ("NFC", "NFD")):
                for match in re.finditer(re.escape(form), plain):
                    yield Found("NAME", match.start(), match.end(), name)
        if not self.parts:
            return
        words, reached = list(WORD.finditer(plain)), 0
        labelled = self._labelled(plain)
        for at, word in enumerate(words):
            if word.start() < reached:
                continue
            for found in self._at(plain, words, at, labelled):
                yield self._with_initials(plain, found, reached)
                reached = found.end

    def _labelled(self, plain: str) -> Spans:
        """Where a field stands as it was given, behind a label."""
        spans = Spans()
        for field_ in self.fields:
            words = r"\s+".join(map(re.escape, field_.split()))
            for match in re.finditer(rf"{LABEL}(?P<value>{words}){LABELLED_END}", plain, re.MULTILINE):
                spans.take(*match.span("value"))
        return spans

    def _at(self, plain: str, words: list[re.Match[str]], at: int, labelled: Spans) -> Iterator[Found]:
        """The longest part that begins with a word, or the parts that it joins by hyphens."""
        word = words[at]
        most = MOST_WORDS if {fold(word.group()), fold(POSSESSIVE.sub("", word.group()))} & self.firsts else 0
        for count in range(min(most, len(words) - at), 0, -1):
            run = words[at : at + count]
            if any(not APART.fullmatch(plain, a.end(), b.start()) for a, b in pairwise(run)):
                continue
            whole = plain[word.start() : run[-1].end()]
            for shown in dict.fromkeys((whole, POSSESSIVE.sub("", whole))):
                key, end = self.parts.get(fold(shown)), word.start() + len(shown)
                if key is not None and (labelled.meets(word.start(), end) or self._is_name(plain, words, at, end)):
                    yield Found("NAME", word.start(), end, key)
                    return
        if word.group().isalpha() and len(fold(word.group())) == len(word.group()):
            return
        for piece in LETTERS.finditer(plain, word.start(), word.end()):
            key = self.parts.get(fold(piece.group()))
            if key is not None and len(piece.group()) < len(word.group()) and not piece.group()[0].islower():
                yield Found("NAME", piece.start(), piece.end(), key)

    def _with_initials(self, plain: str, found: Found, reached: int) -> Found:
        """The part with the initials beside it, where they are those of another part."""
        letters = self._initials_before(plain, found.start, reached)
        start = found.start - len(letters)
        last = LAST_INITIAL.match(plain, found.end)
        end = last.end() if last and fold(last.group()) in self.initials else found.end
        if (start, end) == (found.start, found.end):
            return found
        return Found(
            "NAME", start, end, " ".join(filter(None, (fold(letters), found.key, fold(plain[found.end : end]))))
        )

    def _initials_before(self, plain: str, at: int, reached: int = 0) -> str:
        """The initials that end there, where parts of the names begin with all of them; else nothing."""
        match = INITIALS.search(plain, max(reached, at - 8), at)
        return match.group() if match and self.initials.issuperset(fold(match.group())) else ""

    def _is_name(self, plain: str, words: list[re.Match[str]], at: int, end: int) -> bool:
        """Whether it is the name here, and not the word that it also is."""
        shown = plain[words[at].start() : end]
        key = fold(shown)
        if self._in_name_position(plain, words, at):
            return True
        if key in self.spared:
            return False
        if shown[0].islower():
            return key not in ALSO_WORDS and key not in GENERIC and len(key) >= SHORTEST_SMALL
        if key not in ALSO_WORDS and key not in GENERIC:
            return True
        before = plain[max(0, words[at].start() - 12) : words[at].start()]
        return not SENTENCE_START.search(before) and not _shouts(words, at)

    def _in_name_position(self, plain: str, words: list[re.Match[str]], at: int) -> bool:
        """Behind a greeting, a title or initials, beside another part of a name, or alone on its line."""
        word = words[at]
        if not word.group()[0].islower() and "." in self._initials_before(plain, word.start()):
            return True
        if at:
            before = words[at - 1]
            near = plain[before.end() : word.start()].strip(" ,.") == ""
            if near and fold(before.group()) in BEFORE_NAME:
                return True
            if near and self._beside(before, word):
                return True
        if at + 1 < len(words):
            after = words[at + 1]
            if plain[word.end() : after.start()] in (" ", "-", "\n") and self._beside(word, after):
                return True
        start = plain.rfind("\n", 0, word.start()) + 1
        end = plain.find("\n", word.end())
        line = plain[start : end if end >= 0 else len(plain)]
        return "\n" in plain and line.strip(" ,.!-~^*\t\r") == word.group()

    def _beside(self, one: re.Match[str], other: re.Match[str]) -> bool:
        both = (one.group(), other.group())
        return all(fold(each) in self.parts for each in both) and both[0][0].isupper() == both[1][0].isupper()


def names_of(fields: Iterable[str | None], brand: str = "") -> Names:
    """The names in these fields, each of which holds one name, or several."""
    parts: dict[str, str] = {}
    firsts: set[str] = set()
    whole: set[str] = set()
    given = tuple(filter(None, (normal(HIDDEN.sub("", field_ or "")).strip() for field_ in fields)))
    for name in given:
        if UNSPACED.search(name):
            whole.update(unicodedata.normalize("NFC", each) for each in name.split() if UNSPACED.search(each))
        for units in _units(name):
            for unit in units:
                _add(parts, unit)
                firsts.update(_spellings(re.split(r"[ ']", unit)[0]))
    letters = (fold(match.group()) for name in given for match in LETTERS.finditer(name))
    spared = frozenset(fold(match.group()) for match in LETTERS.finditer(normal(brand)))
    return Names(
        parts=parts,
        firsts=frozenset(firsts | parts.keys()),
        whole=frozenset(whole),
        spared=spared,
        initials=frozenset(chain((part[0] for part in parts), (each for each in letters if len(each) == 1))),
        fields=given,
    )


def _units(name: str) -> Iterator[list[str]]:
    """The parts of each person's name: a particle belongs to what stands behind it; titles and roles are none."""
    for person in re.split(r"\s+(?:and|und|et|y|or)\s+|[&/;,()]", name):
        units: list[str] = []
        waiting: list[str] = []
        for match in WORD.finditer(person):
            word = match.group()
            key = fold(word)
            if key in PARTICLES and not word[0].isupper():
                waiting.append(word)
            elif key in TITLES or (key in NOBODY and word != GIVEN_NAME) or (len(key) == 1 and units + waiting != []):
                waiting = []
            else:
                if waiting and units:
                    units.append(" ".join((*waiting, word)))
                units.append(word)
                waiting = []
        yield [each for each in units if len(fold(each)) > 1 or each == person.strip()]


def _add(parts: dict[str, str], unit: str) -> None:
    """Add a part with its other spellings, and each half of a double name."""
    key = fold(unit)
    for spelling in _spellings(unit):
        parts.setdefault(spelling, key)
    halves = unit.split("-")
    for half in halves if len(halves) > 1 else ():
        if len(fold(half)) > 1:
            parts.setdefault(fold(half), fold(half))


def _spellings(unit: str) -> tuple[str, str]:
    """Without marks, and with two letters for one: "Muller" and "Mueller" for "Müller"."""
    return fold(unit), fold(unit.casefold().translate(TWO_LETTERS))


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """The letters of a word as names are compared: without case, accents and marks, with vowel signs."""
    spelt = word.casefold().replace("ø", "o").replace("ł", "l").replace("æ", "ae")
    return "".join(each for each in unicodedata.normalize("NFKD", spelt) if each.isalpha() or VOWEL_SIGN.match(each))


def _shouts(words: list[re.Match[str]], at: int) -> bool:
    """Whether a word stands among words in capitals, where its own say nothing."""
    around = [each.group() for each in words[max(0, at - 2) : at + 3] if len(each.group()) > 1]
    return words[at].group().isupper() and len(around) > 1 and all(each.isupper() for each in around)
