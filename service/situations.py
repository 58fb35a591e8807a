"""Finds which situation a complaint is, by the words that stand in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from guardrails.signs import count_in, spaced_words
from guardrails.types import Complaint, Context
from service.errors import InvalidField

GENERAL = "general"
PUBLIC_POST = "public_post"
SIGN_WEIGHT = 0.3  # of one sign against the reader's probabilities, 0 to 1
MOST_SIGNS = 5  # more say no more

SituationReader = Callable[[str, Sequence[str]], Mapping[str, float]]  # complaint and facts; by situation's name


@dataclass(frozen=True, slots=True)
class Situation:
    """A kind of complaint that needs its own handling.

    A sign is one or more words that stand in the text as they are; one that ends in `*` may go on (`leak*`).
    `order` decides between situations with equally many signs: the smaller wins.
    """

    name: str
    signs: tuple[str, ...]
    order: int


@dataclass(frozen=True, slots=True)
class SituationFinder:
    """Finds situations for the loop. A reader may be a model, for which the other drafts should not wait."""

    situations: Sequence[Situation]
    reader: SituationReader | None = None

    async def find(self, complaint: Complaint, context: Context, asked: str | None) -> str:
        """The name of the situation; see find_situation.

        Raises:
            InvalidField: `asked` is none of the situations.
        """
        if self.reader is None or asked is not None or complaint.is_public:  # nothing is read
            return find_situation(complaint, context, self.situations, asked)
        return await asyncio.to_thread(find_situation, complaint, context, self.situations, None, self.reader)

    def refuse_unknown(self, asked: str) -> None:
        """Look at nothing but the name that is asked for.

        Raises:
            InvalidField: it is none of the situations.
        """
        _known(asked, self.situations)


def find_situation(
    complaint: Complaint,
    context: Context,
    situations: Sequence[Situation],
    asked: str | None = None,
    reader: SituationReader | None = None,
) -> str:
    """The name of the situation: the one asked for, else the one found.

    What everybody can read is always `public_post`: who reads along decides length and privacy, and that
    matters more there than what went wrong. In private the likeliest is taken, by what the reader makes of
    complaint and facts and by the different signs that stand there; `general` where neither says anything. A
    situation that the reader was not trained on is found by its signs. A caller who knows better says so with `asked`.

    Raises:
        InvalidField: `asked` is none of the situations.
    """
    if asked is not None:
        return _known(asked, situations)
    if complaint.is_public:
        return PUBLIC_POST
    facts = context.facts or ()
    chances = reader(complaint.text, facts) if reader else {}
    words = spaced_words("\n".join((complaint.text, *facts)))

    def rank(situation: Situation) -> tuple[float, int, str]:
        likely = chances.get(situation.name, 0.0) + SIGN_WEIGHT * min(count_in(words, situation.signs), MOST_SIGNS)
        return -likely, situation.order, situation.name

    found, _, name = min(map(rank, situations), default=(0.0, 0, GENERAL))
    return name if found else GENERAL


def _known(asked: str, situations: Sequence[Situation]) -> str:
    names = sorted(situation.name for situation in situations)
    if asked not in names:
        raise InvalidField(f"there is no such situation; known are {', '.join(names)}", "options.situation")
    return asked
