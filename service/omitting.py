"""Leaves out of a draft what a check found, and what its own model did not expect to say, if the rest is good without.

A small model that is asked for a better draft writes the same fault again, and as much. And it is less sure of what it
gets wrong in ways that no check sees: of the sentences of the embedded model that surprise it by more than 0.09 nats a
character two in five say something false, of the others one in eight (training/drafter/README.md). Nothing is put in
the place of what is left out, so that every sentence is the model's own.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from guardrails.runner import Report
from guardrails.sentences import BULLET, sentences
from guardrails.types import Context, Verdict, all_blocking_pass
from guardrails.values.stems import meanings
from service.model import Completion, Sentence

ENDS = re.compile(r"[.!?…][\"'”’)]*\Z")  # neither a greeting nor a line of the signature
# A request says nothing that could be false.
REQUEST = re.compile(r"Please\b")
# What is denied, warned of or made a condition: the rest says more than was meant where it is missing.
LIMITS = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|cannot|without|only|unless|until|if|stop|avoid)\b|n['’]t\b",
    re.IGNORECASE,
)
# What goes on from the sentence before it, and would hang in the air without it.
GOES_ON = re.compile(
    r"\s*(?:He|She|They|It|His|Her|Their|Its|This|That|These|Those|There|Such|Both|Either|Neither|Another|Other"
    r"|Otherwise|However|Instead|Then|And|Also|Or|But|So|Yes|No"
    r"|(?:You|We|I) (?:can|will|may|could) also)\b"
)
FEWEST = 5  # words of a last line that says something; "Yours sincerely, Maya." does not
ASKED = re.compile(r"(?:Say|Tell|Mention|Name|Give|State|Ask|Explain|Remind)\b(?! (?:no|nothing|nobody)\b)")
KEPT_LEVELS = frozenset({"apology", "solution", "follow_up", "acknowledgement"})
# What can come right by leaving something out.
MENDED = frozenset({"excuses", "tone", "grounding", "remedies", "constraints", "personal_data", "leakage", "length"})

Check = Callable[[str], Awaitable[Report]]


@dataclass(frozen=True, slots=True)
class Omitting:
    """What may be left out of the drafts to one case.

    From a good draft go sentences of more than `most_surprise` nats a character. From one that checks stop go those
    with findings, then the others, the most surprising first, until it is good; where it never is, it stays whole. No
    sentence goes without which a `check` would fail that passes with it, or read a lower level of what a reply must
    have, none that alone has half the words of something `wanted` in the reply, or one of its numbers, and none that
    denies, warns or sets a condition.
    """

    most_surprise: float
    wanted: Sequence[str]
    check: Check
    deadline: float = math.inf  # on the event loop's clock: nothing more is tried then

    async def better(self, completion: Completion, report: Report) -> tuple[Completion, Report]:
        """The completion without what it is better without, and what the checks say of it then.

        It stays as it is where a judge is to decide, where a check broke, and where its model told no probabilities.
        """
        told = completion.sentences
        if not told or report.undecided or any(each.error for each in report.verdicts):
            return completion, report
        if _is_good(report):
            unsure = [number for number in _by_surprise(told) if told[number].surprise > self.most_surprise]
            return await self._without_some(completion, report, unsure, enough=lambda _: False)
        order = _to_mend(told, [each for each in report.verdicts if each.blocking and not each.passed])
        mended, found = await self._without_some(completion, report, order, enough=_is_good)
        return await self.better(mended, found) if _is_good(found) else (completion, report)

    async def _without_some(
        self, completion: Completion, report: Report, order: Sequence[int], enough: Callable[[Report], bool]
    ) -> tuple[Completion, Report]:
        """The completion without those of its sentences, tried in this order, that may go, until there is enough."""
        left = list(range(len(completion.sentences)))
        for number in order:
            if enough(report) or asyncio.get_running_loop().time() >= self.deadline:
                break
            place = left.index(number)
            sentence = completion.sentences[place]
            if not _may_go(completion.text, sentence):
                continue
            shorter = without(completion, sentence)
            if not _reads_as_told(shorter) or self._said(completion.text) - self._said(shorter.text):
                continue
            found = await self.check(shorter.text)
            if _as_good(found.verdicts, report.verdicts):
                completion, report = shorter, found
                left.pop(place)
        return completion, report

    def _said(self, text: str) -> set[tuple[str, str]]:
        """What is wanted and of which a statement has half the words, and the numbers of it that a statement has.

        A signature says of nobody that they answer.
        """
        said = [meanings(each.text) for each in sentences(text) if ENDS.search(each.text)]
        found: set[tuple[str, str]] = set()
        for wanted in self.wanted:
            words = meanings(wanted)
            if any(len(words & each) * 2 >= len(words) for each in said):
                found.add((wanted, ""))
            found.update((wanted, word) for each in said for word in words & each if word.isdigit())
        return found


def wanted_of(context: Context) -> list[str]:
    """What the business wants said: the remedies, who answers, how and by when, and what a constraint asks to say."""
    contact = context.follow_up
    parts = (contact.person or contact.team, contact.channel, contact.by) if contact else ()
    asked = (each for each in context.constraints or () if ASKED.match(each))
    return [*(each.text for each in context.remedies or ()), *(each for each in parts if each), *asked]


def without(completion: Completion, sentence: Sentence) -> Completion:
    """The completion without one of its sentences, and without the space or the empty line that it would leave."""
    before, after = completion.text[: sentence.start], completion.text[sentence.end :]
    if before.endswith("\n") or not before:
        after = after.lstrip() if not before or after.startswith("\n") else after.lstrip(" ")
    elif not after or after.startswith("\n"):
        before = before.rstrip(" ")
    else:
        after = after.lstrip(" ")
    if not after:
        before = before.rstrip()
    shift = len(completion.text) - len(before) - len(after)
    kept = tuple(
        each if each.end <= sentence.start else Sentence(each.start - shift, each.end - shift, each.logprob)
        for each in completion.sentences
        if each != sentence
    )
    return replace(completion, text=before + after, sentences=kept)


def _may_go(text: str, sentence: Sentence) -> bool:
    """Whether this sentence states something that the others can do without, as far as its words show."""
    words, after = text[sentence.start : sentence.end], text[sentence.end :]
    is_farewell = not after and text[: sentence.start].endswith("\n") and len(words.split()) < FEWEST
    is_half_a_quotation = words.count("“") != words.count("”") or words.count('"') % 2 == 1
    holds = REQUEST.match(words) or LIMITS.search(words) or BULLET.match(words) or GOES_ON.match(after)
    return bool(ENDS.search(words)) and not (is_farewell or is_half_a_quotation or holds)


def _reads_as_told(completion: Completion) -> bool:
    """Whether the text has the sentences that it is told to have, and not two of them in one."""
    read = [(each.start, each.end) for each in sentences(completion.text)]
    return read == [(each.start, each.end) for each in completion.sentences]


def _by_surprise(told: Sequence[Sentence]) -> list[int]:
    return sorted(range(len(told)), key=lambda number: -told[number].surprise)


def _to_mend(told: Sequence[Sentence], failed: Sequence[Verdict]) -> list[int]:
    """In which order sentences are tried to mend what failed; none where something is lacking."""
    if not failed or not all(each.check in MENDED for each in failed):
        return []
    found = [each for verdict in failed for each in verdict.findings]
    faulty = {
        number
        for number, sentence in enumerate(told)
        if any(each.start < sentence.end and sentence.start < each.end for each in found)
    }
    return sorted(_by_surprise(told), key=lambda number: number not in faulty)


def _is_good(report: Report) -> bool:
    return all_blocking_pass(report.verdicts)


def _as_good(new: tuple[Verdict, ...], old: tuple[Verdict, ...]) -> bool:
    before = {each.check: each for each in old}
    return all(
        (each.passed or not before[each.check].passed)
        and (each.check not in KEPT_LEVELS or (each.level or 0) >= (before[each.check].level or 0))
        for each in new
    )
