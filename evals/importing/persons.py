"""Finds the names of the people of a case in its texts, in any part, case and spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from guardrails.values.name_words import ALSO_WORDS, BEFORE_NAME
from guardrails.values.names import GENERIC
from service.edit_distance import levenshtein

LETTERS = re.compile(r"[^\W\d_]+")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
SENTENCE_START = re.compile(r"(?:\A|[.!?…\n:\"“(*•>-])[\s\"'“‘(*-]*\Z")
LINE_END = re.compile(r"[.,!]{0,2}[ \t\r]*(?:\n|\Z)")
INITIAL_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_])(\.? ?(?:[^\W\d_]\. ?)?)\Z")
INITIAL_AFTER = re.compile(r" ([^\W\d_])(?![^\W_])")
SIGN_OFF = re.compile(r"(?:[,\n–—-]|\b(?:bye|cheers|thanks|thx|regards|love|from))\s{0,3}\Z", re.IGNORECASE)
SHORTEST = 3  # letters of a name that is also known when it is written small
SHORTEST_MISSPELT, SHORTEST_ANYWHERE = 4, 5


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a name: what stands in its place, whether it is a surname, and whether the case itself gives it."""

    new: str
    surname: bool
    known: bool


@dataclass(frozen=True, slots=True)
class NameFound:
    """A word, or the initial of one, that belongs to a name: where, and what stands in its place."""

    start: int
    end: int
    new: str


@dataclass
class Persons:
    """The people of one case. `parts` has every word of their names, by its folded form."""

    parts: dict[str, Part] = field(default_factory=dict)
    initials: dict[str, str] = field(default_factory=dict)  # of whole names: "dok" -> "RFA"
    whole: dict[str, str] = field(default_factory=dict)  # user names, and names in scripts without spaces
    spared: frozenset[str] = frozenset()  # words of the brand

    def find(self, text: str) -> Iterator[NameFound]:
        """Every word of a name, in order."""
        for old, new in self.whole.items():
            for match in re.finditer(_bounded(old), text, re.IGNORECASE):
                yield NameFound(match.start(), match.end(), new)
        words = list(LETTERS.finditer(text))
        keys = [fold(word.group()) for word in words]
        for at, word in enumerate(words):
            part = self.parts.get(keys[at]) or self._plural(keys[at]) or self._misspelt(text, words, keys, at)
            if part and self._is_name(text, words, keys, at, part):
                yield NameFound(word.start(), word.end(), styled(part.new, word.group()))
                yield from self._initials_around(text, word, part)
        yield from self._signatures(text)

    def whole_name(self, name: str) -> str:
        """A name that stands in a field of its own, where every word of it is one."""
        for old, new in self.whole.items():
            name = name.replace(old, new)
        found = self.parts
        return LETTERS.sub(
            lambda word: styled(found[fold(word[0])].new, word[0]) if fold(word[0]) in found else word[0], name
        )

    def _plural(self, key: str) -> Part | None:
        """A name with an s behind it: the family, or a possessive without its apostrophe."""
        part = self.parts.get(key[:-1]) if key.endswith("s") and len(key) > SHORTEST_MISSPELT else None
        if part is None or not part.known or key in ALSO_WORDS or key[:-1] in ALSO_WORDS:
            return None
        return Part(f"{part.new}s", part.surname, known=True)

    def _is_name(self, text: str, words: Sequence[re.Match[str]], keys: Sequence[str], at: int, part: Part) -> bool:
        """Whether a word that is some part of a name is one here, and not the word that it also is."""
        word, key = words[at].group(), keys[at]
        capital = not word[0].islower()
        if self._in_name_position(text, words, keys, at):
            return True
        if key in self.spared:
            return False
        if key not in ALSO_WORDS:
            return capital or (part.known and len(key) >= SHORTEST)
        before = text[max(0, words[at].start() - 12) : words[at].start()]
        if at == len(words) - 1 and part.known and SIGN_OFF.search(before):
            return True
        starts = SENTENCE_START.search(before) or _shouts(words, at)
        return capital and bool(LINE_END.match(text, words[at].end()) or not starts)

    def _in_name_position(self, text: str, words: Sequence[re.Match[str]], keys: Sequence[str], at: int) -> bool:
        """Behind a greeting or a title, beside another word of a name, or alone on its line."""
        if (
            at
            and keys[at - 1] in BEFORE_NAME
            and re.fullmatch(r"[\s,.]{0,4}", text[words[at - 1].end() : words[at].start()])
        ):
            return True
        for other in (at - 1, at + 1):
            if not 0 <= other < len(words) or keys[other] not in self.parts:
                continue
            first, second = sorted((at, other))
            gap = text[words[first].end() : words[second].start()]
            same_case = words[other].group()[0].isupper() == words[at].group()[0].isupper()
            if gap in (" ", "-", "\u00a0", ". ", "_", ".") and same_case and keys[other] not in ALSO_WORDS:
                return True
            if (
                gap == " "
                and same_case
                and self.parts[keys[first]].surname < self.parts[keys[second]].surname
                and words[at].group()[0].isupper()
            ):
                return True
        start = text.rfind("\n", 0, words[at].start()) + 1
        end = text.find("\n", words[at].end())
        line = text[start : end if end >= 0 else len(text)]
        return line.strip(" ,.!-–~^*\t\r") == words[at].group()

    def _misspelt(self, text: str, words: Sequence[re.Match[str]], keys: Sequence[str], at: int) -> Part | None:
        """The part that a word with one wrong letter means: behind a greeting, or a long one with a capital."""
        key, word = keys[at], words[at]
        if len(key) < SHORTEST_MISSPELT or key in GENERIC or key in ALSO_WORDS:
            return None
        greeted = bool(at) and keys[at - 1] in BEFORE_NAME and not text[words[at - 1].end() : word.start()].strip(" ,.")
        if not greeted and (len(key) < SHORTEST_ANYWHERE or not word.group()[0].isupper()):
            return None
        return next(
            (
                part
                for name, part in self.parts.items()
                if part.known and (greeted or name not in ALSO_WORDS) and _near(name, key, greeted=greeted)
            ),
            None,
        )

    def _initials_around(self, text: str, word: re.Match[str], part: Part) -> Iterator[NameFound]:
        if part.surname:
            before = INITIAL_BEFORE.search(text, max(0, word.start() - 6), word.start())
            if before and (before.group(1).isupper() or before.group(2).startswith(".")):
                new = self._initial_of(before.group(1), surname=False)
                if new and not (before.group(1) == "I" and "." not in before.group(2)):
                    yield NameFound(before.start(1), before.end(1), styled(new, before.group(1)))
        elif (after := INITIAL_AFTER.match(text, word.end())) and after.group(1).isupper() and after.group(1) != "I":
            new = self._initial_of(after.group(1), surname=True)
            if new:
                yield NameFound(after.start(1), after.end(1), new)

    def _initial_of(self, letter: str, *, surname: bool) -> str | None:
        wanted = fold(letter)
        fitting = (part.new for key, part in self.parts.items() if key.startswith(wanted) and part.surname == surname)
        return next((new[0] for new in fitting), None)

    def _signatures(self, text: str) -> Iterator[NameFound]:
        """Initials that stand alone at the end of a text or of a line."""
        for old, new in self.initials.items():
            letters = r"[. ]{0,2}".join(map(re.escape, old))
            pattern = rf"(?:\n|[-–—^~/*] ?)(?P<name>{letters})\.?(?=[ \t]*(?:\n|\Z))"
            for match in re.finditer(pattern, text, re.IGNORECASE):
                stream = iter(new)
                shown = "".join(next(stream) if each.isalpha() else each for each in match.group("name"))
                yield NameFound(match.start("name"), match.end("name"), styled(shown, match.group("name")))


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """A word as names are compared: without case, accents and kinds of letters."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ø", "o").replace("ł", "l").replace("æ", "ae"))
    return "".join(character for character in plain if not unicodedata.combining(character))


def styled(new: str, like: str) -> str:
    """A name in capitals or small where the old one was."""
    if like.isupper() and len(like) > 1:
        return new.upper()
    return new.lower() if like.islower() else new


def _shouts(words: Sequence[re.Match[str]], at: int) -> bool:
    """Whether a word stands among words in capitals, where its own say nothing."""
    around = [each.group() for each in words[max(0, at - 2) : at + 3] if len(each.group()) > 1]
    return words[at].group().isupper() and len(around) > 1 and all(each.isupper() for each in around)


def _near(name: str, key: str, *, greeted: bool) -> bool:
    """Whether one letter is wrong, missing or too much, or two neighbours are swapped."""
    if abs(len(name) - len(key)) > 1 or len(name) < SHORTEST_MISSPELT or (name[0] != key[0] and not greeted):
        return False
    differing = [at for at, (one, other) in enumerate(zip(name, key, strict=False)) if one != other]
    swapped = len(name) == len(key) and len(differing) == len("ab") and sorted(name) == sorted(key)
    return swapped or levenshtein(name, key) == 1


def _bounded(text: str) -> str:
    start = r"(?<!\w)" if re.match(r"\w", text) and not UNSPACED.search(text) else ""
    end = r"(?!\w)" if re.search(r"\w\Z", text) and not UNSPACED.search(text) else ""
    return f"{start}{re.escape(text)}{end}"
