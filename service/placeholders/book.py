"""Which placeholder stands for what in one draft, from its first prompt to its last answer."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from guardrails.values.normal import normal
from service.errors import PlaceholderLost
from service.fence import SURROGATES
from service.model import Message
from service.placeholders.finding import find
from service.placeholders.kinds import Found, Kind
from service.placeholders.marks import Mark, marks, strays, written
from service.placeholders.names import HIDDEN, Names
from service.placeholders.phones import same_number
from service.placeholders.spans import Spans

Name = tuple[Kind, int]
NUMBERS: frozenset[Kind] = frozenset(("ACCOUNT", "CARD", "IDENTITY"))
LINE_BREAK = re.compile(r"[ \t]*\r?\n[ \t]*")
TOKEN = re.compile(r"[^\W_]+")
CLOSING = re.compile(r"[^\[\]{}<>\n]{0,80}[\]}>]")
APART = re.compile(r"[ .:/\n-]{1,3}")
MOST_TOKENS = 10  # that one number is set apart in


class Book:
    """Puts placeholders in the place of what identifies a person, and that back in their place.

    Equal values have one placeholder, whichever way they are written; the first way is the one that is put back.
    What reads like a placeholder in `texts`, those of the case, is never given out.
    """

    def __init__(self, names: Names | None = None, texts: Iterable[str] = ()) -> None:
        self._names = names or Names()
        self._given: dict[tuple[Kind, str], Name] = {}
        self._values: dict[Name, str] = {}
        self._numbers: dict[str, Kind] = {}
        self._counted: Counter[Kind] = Counter()
        self._foreign: set[Name] = set()  # the customer's own words
        self._strays: set[str] = set()
        self._lock = threading.Lock()  # several attempts are made at once, in threads
        for text in texts:
            self._respect(text)

    def replace(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """The messages with placeholders.

        Raises:
            PlaceholderLost: a message holds what reads like a placeholder that was given out.
        """
        with self._lock:
            for message in messages:
                self._respect(message.content)
            found = [find(message.content, self._names) for message in messages]
            for message, each in zip(messages, found, strict=True):
                self._give_out(each, message.content)
            asked = [self._replaced(message.content, each) for message, each in zip(messages, found, strict=True)]
            for text in asked:  # what is beside a placeholder may read like a part of one
                self._strays |= _strays_outside(text)
            return tuple(replace(message, content=text) for message, text in zip(messages, asked, strict=True))

    def sent_in(self, asked: Iterable[Message]) -> frozenset[Name]:
        """The placeholders that were given out and stand in these messages."""
        return frozenset(
            mark.name for message in asked for mark in marks(message.content) if mark.name in self._values and mark.sure
        )

    def restore(self, text: str, sent: frozenset[Name] | None = None) -> str:
        """What a model answered with the values back in it; in an answer that is JSON, inside of its texts.

        `sent` are the placeholders that it was shown; without them, all that were given out.

        Raises:
            PlaceholderLost: it holds a placeholder that stands for nothing, or that it was not shown.
        """
        with self._lock:
            known = {name: each for name, each in self._values.items() if sent is None or name in sent}
            parsed = _json(text)
            if parsed is None:
                return self._restored(text, known)
            # Half of an emoji, escaped, is a text that nobody can store or send.
            return SURROGATES.sub(
                "\ufffd", json.dumps(_mapped(parsed, lambda each: self._restored(each, known)), ensure_ascii=False)
            )

    def counts(self) -> Mapping[str, int]:
        """How many values of each kind have placeholders."""
        return dict(Counter(kind for kind, _ in self._values))

    def _respect(self, text: str) -> None:
        """Never give out what reads like a placeholder in this text already."""
        for mark in marks(text):
            if mark.name in self._values:
                if mark.sure:
                    raise PlaceholderLost("the prompt holds what reads like a placeholder that stands for something")
                continue
            self._foreign.add(mark.name)
        self._strays |= strays(text)

    def _give_out(self, found: Iterable[Found], text: str) -> None:
        """Have a placeholder for each of these."""
        for each in found:
            if (each.kind, each.key) in self._given or self._other_spelling(each):
                continue
            number = self._counted[each.kind] + 1
            while (each.kind, number) in self._foreign:
                number += 1
            self._counted[each.kind] = number
            self._given[each.kind, each.key] = (each.kind, number)
            if each.kind in NUMBERS:
                self._numbers[each.key] = each.kind
            # A line that was broken in a letter is not to be broken in the reply.
            blank = "" if each.kind == "EMAIL" and "@" in text[each.start : each.end] else " "
            shown = text[each.start : each.end]
            if each.kind != "NAME":  # of which joiners are a part in some scripts
                shown = HIDDEN.sub("", shown)
            self._values[each.kind, number] = LINE_BREAK.sub(blank, shown)

    def _other_spelling(self, found: Found) -> bool:
        """Whether it is a number that has a placeholder with another prefix; it shares that from now on."""
        if found.kind != "PHONE":
            return False
        spellings: dict[Name, list[str]] = {}
        for (kind, key), name in self._given.items():
            if kind == "PHONE":
                spellings.setdefault(name, []).append(key)
        for name, keys in spellings.items():
            if all(same_number(found.key, key) for key in keys):
                self._given["PHONE", found.key] = name
                return True
        return False

    def _replaced(self, text: str, found: Sequence[Found]) -> str:
        pieces, last = [], 0
        taken = Spans()
        kept = [each for each in found if taken.take(each.start, each.end)]
        # A number that was called an account elsewhere is one here too, whatever it is called.
        kept += [each for each in known_numbers(text, self._numbers) if taken.take(each.start, each.end)]
        for each in sorted(kept, key=lambda one: one.start):
            pieces += [text[last : each.start], written(*self._given[each.kind, each.key])]
            last = each.end
        return "".join((*pieces, text[last:]))

    def _restored(self, text: str, known: Mapping[Name, str]) -> str:
        pieces, last, opened = [], 0, False
        for mark in marks(text):
            _refuse_rest(opened, text[last : mark.start])
            opened = (mark.opens or opened) and not mark.closes and mark.name in known
            pieces.append(text[last : mark.start])
            pieces.append(self._value_of(mark, text[mark.start : mark.end], known))
            last = mark.end
        _refuse_rest(opened, text[last:])
        if _strays_outside(text) - self._strays:
            raise PlaceholderLost("the text holds a placeholder of no known kind")
        return "".join((*pieces, text[last:]))

    def _value_of(self, mark: Mark, shown: str, known: Mapping[Name, str]) -> str:
        """What a mark stands for; itself, where it is no placeholder of ours."""
        value = known.get(mark.name)
        if value is not None:
            return value if mark.sure or mark.capitals or mark.ends_clause else shown
        if mark.sure and mark.name not in self._foreign:
            raise PlaceholderLost(f"the text holds a placeholder ({mark.kind}) that stands for nothing")
        return shown


def _refuse_rest(opened: bool, text: str) -> None:  # noqa: FBT001 - what came before the text
    """Refuse what stands in a placeholder's own brackets behind its number, such as "'s" or a remark.

    Raises:
        PlaceholderLost: the bracket that was opened is closed here.
    """
    if opened and CLOSING.match(normal(text)):
        raise PlaceholderLost("the text holds a placeholder with something else in its brackets")


def _strays_outside(text: str) -> frozenset[str]:
    """What looks like a placeholder of an unknown kind, beside those that are known."""
    last = 0
    pieces = []
    for mark in marks(text):
        pieces.append(text[last : mark.start])
        last = mark.end
    return frozenset(chain(*map(strays, (*pieces, text[last:]))))


def known_numbers(text: str, known: Mapping[str, Kind]) -> Iterator[Found]:
    """Where these numbers stand in a text, whichever way their characters are set apart."""
    if not known:
        return
    tokens = list(TOKEN.finditer(text))
    reached = 0
    for at, first in enumerate(tokens):
        if first.start() < reached:
            continue
        key = ""
        for token, before in zip(tokens[at : at + MOST_TOKENS], (first, *tokens[at:]), strict=False):
            if token is not first and not APART.fullmatch(text, before.end(), token.start()):
                break
            key += token.group().upper()
            if key in known:
                yield Found(known[key], first.start(), token.end(), key)
                reached = token.end()
                break


def _json(text: str) -> object | None:
    """What a text holds that is one JSON object or list, in a fence of Markdown or not; None for any other."""
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    if bare[:1] not in ("{", "["):
        return None
    try:
        parsed = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict | list) else None


def _mapped(value: object, change: Callable[[str], str]) -> object:
    """The same JSON with every text changed, names of fields aside."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(each, change) for name, each in value.items()}
    if isinstance(value, list):
        return [_mapped(each, change) for each in value]
    return value
