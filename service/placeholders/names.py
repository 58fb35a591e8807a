"""Finds the names that a case gives in its fields, in whole or in parts, wherever its texts use them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from guardrails.values.name_words import ALSO_WORDS, BEFORE_NAME, NOBODY, PARTICLES, TITLES
from guardrails.values.names import GENERIC
from guardrails.values.normal import normal
from service.placeholders.kinds import Found

WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
LETTERS = re.compile(r"[^\W\d_]+")
# Scripts without blanks, whose names are found as they are written.
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
APART = re.compile(r"[ \n]{1,2}")
SENTENCE_START = re.compile(r"(?:\A|[.!?…\n:\"“(*•>-])[\s\"'“‘(*-]*\Z")
INITIALS = re.compile(r"(?<![^\W_])(?:[^\W\d_]\. ?){1,2}\Z|(?<![^\W_])[A-Z] \Z")
TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
SHORTEST_SMALL = 3  # letters of a name that is also known where it is written small
MOST_WORDS = 6  # of a part: "de la", "van der" and what they stand before


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one case. `parts` has each part of them by its letters alone, with the key that is its own.

    `firsts` are the words that a part may begin with.
    """

    parts: Mapping[str, str] = field(default_factory=dict)
    firsts: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()  # in scripts without blanks
    spared: frozenset[str] = frozenset()  # words of the brand, which is nobody's name

    def find(self, plain: str) -> Iterator[Found]:
        """Every part of a name in a normal text, in order, without overlap."""
        for name in self.whole:
            for match in re.finditer(re.escape(name), plain):
                yield Found("NAME", match.start(), match.end(), name)
        if not self.parts:
            return
        words, reached = list(WORD.finditer(plain)), 0
        for at, word in enumerate(words):
            if word.start() < reached:
                continue
            for found in self._at(plain, words, at):
                yield self._with_initials(plain, found, reached)
                reached = found.end

    def _at(self, plain: str, words: list[re.Match[str]], at: int) -> Iterator[Found]:
        """The longest part that begins with a word, or the parts that it joins by hyphens."""
        first = fold(words[at].group())
        most = MOST_WORDS if first in self.firsts else 0
        for count in range(min(most, len(words) - at), 0, -1):
            last = words[at + count - 1]
            run = words[at : at + count]
            if any(not APART.fullmatch(plain, a.end(), b.start()) for a, b in pairwise(run)):
                continue
            key = self.parts.get("".join(fold(each.group()) for each in run))
            if key is not None and self._is_name(plain, words, at, last.end()):
                yield Found("NAME", words[at].start(), last.end(), key)
                return
        if first.isalpha() and len(first) == len(words[at].group()):
            return
        for piece in LETTERS.finditer(plain, words[at].start(), words[at].end()):
            key = self.parts.get(fold(piece.group()))
            if key is not None and len(piece.group()) < len(words[at].group()) and piece.group()[0].isupper():
                yield Found("NAME", piece.start(), piece.end(), key)

    def _with_initials(self, plain: str, found: Found, reached: int) -> Found:
        """The part with the initials in front of it, where they are those of another part."""
        initials = INITIALS.search(plain, max(reached, found.start - 8), found.start)
        if initials is None:
            return found
        letters = fold(initials.group())
        if not all(any(part.startswith(letter) for part in self.parts) for letter in letters):
            return found
        return Found("NAME", initials.start(), found.end, f"{letters} {found.key}")

    def _is_name(self, plain: str, words: list[re.Match[str]], at: int, end: int) -> bool:
        """Whether it is the name here, and not the word that it also is."""
        shown, key = plain[words[at].start() : end], fold(plain[words[at].start() : end])
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
        """Behind a greeting or a title, beside another part of a name, or alone on its line."""
        word = words[at]
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
    for field_ in fields:
        name = normal(field_ or "")
        if UNSPACED.search(name):
            whole.update(each for each in name.split() if UNSPACED.search(each))
        for units in _units(name):
            for unit in units:
                _add(parts, unit)
                firsts.update(_spellings(re.split(r"[ ']", unit)[0]))
    spared = frozenset(fold(match.group()) for match in LETTERS.finditer(normal(brand)))
    return Names(parts, frozenset(firsts | parts.keys()), frozenset(whole), spared)


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
            elif key in TITLES or key in NOBODY or (len(key) == 1 and units + waiting != []):
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
    """The letters of a word as names are compared: without case, accents and marks."""
    spelt = word.casefold().replace("ø", "o").replace("ł", "l").replace("æ", "ae")
    return "".join(each for each in unicodedata.normalize("NFKD", spelt) if each.isalpha())


def _shouts(words: list[re.Match[str]], at: int) -> bool:
    """Whether a word stands among words in capitals, where its own say nothing."""
    around = [each.group() for each in words[max(0, at - 2) : at + 3] if len(each.group()) > 1]
    return words[at].group().isupper() and len(around) > 1 and all(each.isupper() for each in around)
