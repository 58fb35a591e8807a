"""Tells which language a text is in: scripts by their letters, Latin and shared scripts by py3langid."""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path

from py3langid.langid import LanguageIdentifier

from guardrails.values.normal import word_set

TABLE = Path(__file__).parent / "language_table" / "sequences.npz.xz"

# First and last code point, script. Scripts named by a language are written by that one alone, or nearly.
BLOCKS = (
    (0x0041, 0x024F, "latin"),
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x077F, "arabic"),
    (0x08A0, 0x08FF, "arabic"),
    (0x0900, 0x097F, "devanagari"),
    (0x0980, 0x09FF, "bn"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"),
    (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"),
    (0x1200, 0x139F, "am"),
    (0x1780, 0x17FF, "km"),
    (0x1E00, 0x1EFF, "latin"),
    (0x3040, 0x30FF, "ja"),
    (0x3130, 0x318F, "ko"),
    (0x31F0, 0x31FF, "ja"),
    (0x3400, 0x4DBF, "han"),
    (0x4E00, 0x9FFF, "han"),
    (0xAC00, 0xD7AF, "ko"),
    (0xF900, 0xFAFF, "han"),
    (0xFB1D, 0xFB4F, "he"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFF, "arabic"),
    (0xFF21, 0xFF5A, "latin"),
    (0xFF66, 0xFF9D, "ja"),
)
STARTS = [first for first, _, _ in BLOCKS]
SHARED = {"latin": None, "cyrillic": "ru", "arabic": "ar", "devanagari": "hi", "han": "zh"}
DENSE = frozenset(("han", "ja", "ko"))  # a letter of these says as much as three Latin ones

NO_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+")
NO_WORD_SIGN = re.compile(r"[@#]|//|www\.")  # without one of these there is none
WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
# Words that are common in English and in no other language that a support desk is likely to meet.
ENGLISH = word_set(
    """
    the and your you our with that this will sorry are been please which would thank thanks they their my it
    it's it’s i'm i’m we've we’ve we'll we’ll i've i’ve i'll i’ll don't don’t to by from have has us what when
    can not should could there about again today any hello apologise apologize refund order team
    """
)
ENGLISH_SHARE = 0.2  # of a text's words: replies in English have 0.3 and more, other languages under 0.1
LATIN_LETTERS = 14  # under this many a Latin-script text is too short to tell
FEWEST_WORDS = 3
LONG_LETTERS = 60
SURE, SURE_WHEN_LONG = 0.55, 0.3
READING = threading.Lock()
SAMPLE = 4_000  # characters: more would not change the answer

# Languages that nobody should be failed for confusing in a few sentences.
NEAR = {
    "nb": "no",
    "nn": "no",
    "da": "no",
    "ms": "id",
    "bs": "hr",
    "sr": "hr",
    "gl": "pt",
    "iw": "he",
    "in": "id",
}
NAMES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "portuguese": "pt", "dutch": "nl", "polish": "pl", "swedish": "sv",
    "danish": "da", "norwegian": "no", "finnish": "fi", "turkish": "tr", "russian": "ru", "ukrainian": "uk",
    "arabic": "ar", "hindi": "hi", "thai": "th", "japanese": "ja", "korean": "ko", "chinese": "zh", "greek": "el",
    "hebrew": "he", "indonesian": "id", "malay": "ms", "vietnamese": "vi", "czech": "cs", "romanian": "ro",
    "hungarian": "hu", "bulgarian": "bg", "croatian": "hr", "slovak": "sk", "persian": "fa", "urdu": "ur",
    "bengali": "bn", "tamil": "ta", "catalan": "ca",
}  # fmt: skip
TITLES = {code: name.capitalize() for name, code in NAMES.items() if name not in ("deutsch", "français", "español")}


@lru_cache(maxsize=1024)
def detect(text: str) -> str | None:
    """The ISO 639-1 code of the language that most of a text is in; None where it is too short or unclear."""
    words = NO_WORDS.sub(" ", text[:SAMPLE]) if NO_WORD_SIGN.search(text) else text[:SAMPLE]
    if words.isascii():
        letters = sum(map(str.isalpha, words))
        return detect_latin(words, letters) if letters else None
    scripts = script_letters(words)
    if not scripts:
        return None
    script, letters = scripts.most_common(1)[0]
    if scripts["ja"] and script == "han":
        script = "ja"
    if script == "latin":
        return detect_latin(words, letters)
    if script in SHARED:
        return detect_shared(words, SHARED[script], letters)
    return script


def reads_english(text: str) -> bool:
    """Whether a check that reads English alone can read this text; one too short to tell is taken for English."""
    return detect(text) in ("en", None)


def script_letters(text: str) -> Counter[str]:
    """How many letters of each script a text has, those of dense scripts counted three times."""
    counts: Counter[str] = Counter()
    for character, times in Counter(text).items():
        if character.isalpha():
            at = bisect_right(STARTS, ord(character)) - 1
            if at >= 0 and ord(character) <= BLOCKS[at][1]:
                script = BLOCKS[at][2]
                counts[script] += times * 3 if script in DENSE else times
    return counts


def detect_latin(text: str, letters: int) -> str | None:
    """The language of a text in Latin script."""
    found = WORD.findall(text.lower())
    if letters < LATIN_LETTERS or len(found) < FEWEST_WORDS:
        return None
    known = sum(1 for word in found if word in ENGLISH)
    if known > 1 and known >= ENGLISH_SHARE * len(found):
        return "en"
    language, confidence = identifier().classify(text)
    return language if confidence >= (SURE_WHEN_LONG if letters >= LONG_LETTERS else SURE) else None


def detect_shared(text: str, usual: str | None, letters: int) -> str | None:
    """The language of a text in a script that several write: the usual one where the detector is unsure."""
    if letters < LATIN_LETTERS:
        return usual
    language, confidence = identifier().classify(text)
    return language if confidence >= SURE_WHEN_LONG else usual


@cache
def readable() -> frozenset[str]:
    """Every language that `detect` can name."""
    return frozenset(identifier().labels) | frozenset(script for _, _, script in BLOCKS if script not in SHARED)


def title(code: str) -> str:
    """A language's English name, or its code in quotation marks where none is known."""
    return TITLES.get(code, f"the language '{code}'")


def primary(tag: str) -> str | None:
    """The language of a BCP 47 tag or of an English language name; None where it is neither."""
    first = re.split(r"[-_ ]", tag.strip().lower(), maxsplit=1)[0]
    return NAMES.get(first) or (first if re.fullmatch(r"[a-z]{2,3}", first) else None)


def same(one: str, other: str) -> bool:
    """Whether two codes are the same language, or so near that short texts do not tell them apart."""
    return NEAR.get(one, one) == NEAR.get(other, other)


def identifier() -> LanguageIdentifier:
    """The detector, read from its file (a fifth of a second) once.

    Whoever wants it in the meantime waits: sixteen that read the file at once take five seconds each.
    """
    with READING:
        return _identifier()


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_modelpath(TABLE, norm_probs=True)
