"""Turns a case into the texts that fill a prompt's placeholders, each made harmless."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Template

from guardrails.types import Complaint, Context, FollowUp, HistoryItem, Verdict
from service.fence import fenced, fenced_line, one_line

# Written out because strftime follows the machine's locale, and a prompt must not.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
CASE_PLACEHOLDERS = (
    "brand",
    "agent",
    "today",
    "facts",
    "remedies",
    "follow_up",
    "constraints",
    "history",
    "channel",
    "length",
    "tone",
    "language",
    "instruction",
    "customer_name",
    "complaint",
)
EXCERPT_CHARACTERS = 160
MOST_EXCERPTS = 5  # of one verdict: more would push the history out of the prompt

# The texts of wording.md and the placeholders of each.
WORDING: Mapping[str, tuple[str, ...]] = {
    "no_facts": (),
    "no_remedies": (),
    "no_follow_up": (),
    "no_constraints": (),
    "no_history": (),
    "no_customer_name": (),
    "no_language": (),
    "no_tone": (),
    "no_instruction": (),
    "private": (),
    "public": (),
    "max_words": ("words",),
    "length_email": (),
    "length_chat": (),
    "length_review": (),
    "length_social": (),
    "no_draft": (),
    "no_findings": (),
    "no_advice": (),
    "faulty_words": ("excerpt",),
}


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Ask:
    """What one prompt is made for, and no other: it is known by what it is, and not by what it holds.

    `now` is the moment that dates count from; `token_budget` is how many tokens all messages may take, and
    `most_history` how many of the newest earlier messages may be among them: whoever knows the model says.
    """

    complaint: Complaint
    context: Context
    now: datetime
    situation: str
    token_budget: int = sys.maxsize
    most_history: int = sys.maxsize
    tone: str | None = None
    max_words: int | None = None
    instruction: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """The short texts of wording.md, checked to be there with their placeholders."""

    texts: Mapping[str, Template]

    def __call__(self, name: str, **values: str) -> str:
        """One text, filled."""
        return self.texts[name].substitute(values)

    def or_absent(self, value: str | None, absent: str) -> str:
        """The value on one harmless line, or the text for its absence."""
        return one_line(value or "") or self(absent)

    def listed(self, values: Iterable[str] | None, absent: str) -> str:
        """One line for each value, or the text for their absence."""
        lines = [f"- {line}" for line in map(one_line, values or ()) if line]
        return "\n".join(lines) or self(absent)


def case_values(ask: Ask, wording: Wording, history_omitted: int, *, of_brand: bool = False) -> dict[str, str]:
    """A text for each of CASE_PLACEHOLDERS, without the oldest `history_omitted` messages.

    `of_brand` says of a colleague without a team that they are of the brand.
    """
    complaint, context = ask.complaint, ask.context
    contact = context.follow_up
    if of_brand and contact and one_line(contact.person or "") not in ("", one_line(context.agent.name)):
        contact = contact.model_copy(update={"team": one_line(contact.team or "") or context.brand})
    return {
        "brand": one_line(context.brand),
        "agent": ", ".join(filter(None, (one_line(context.agent.name), one_line(context.agent.role or "")))),
        "today": today(ask.now),
        "facts": wording.listed(context.facts, "no_facts"),
        "remedies": wording.listed((remedy.text for remedy in context.remedies or ()), "no_remedies"),
        "follow_up": follow_up(contact, wording),
        "constraints": wording.listed(context.constraints, "no_constraints"),
        "history": history((context.history or ())[history_omitted:]) or wording("no_history"),
        "channel": f"{complaint.channel}, {wording('public' if complaint.is_public else 'private')}",
        "length": length(ask, wording),
        "tone": wording.or_absent(ask.tone, "no_tone"),
        "language": wording.or_absent(complaint.language, "no_language"),
        "instruction": wording.or_absent(ask.instruction, "no_instruction"),
        "customer_name": customer_name(complaint.customer_name, wording),
        "complaint": fenced("complaint", complaint.text),
    }


def today(now: datetime) -> str:
    """The date with its weekday and the time of day, as in `Tuesday 21 October 2025, 14:05 (UTC+01:00)`."""
    day = f"{WEEKDAYS[now.weekday()]} {now.day} {MONTHS[now.month - 1]} {now.year}"
    return f"{day}, {now:%H:%M} ({now.tzname() or 'no zone'})"


def length(ask: Ask, wording: Wording) -> str:
    """How long the reply may be: as asked, else as usual on the channel."""
    if ask.max_words is None:
        return wording(f"length_{ask.complaint.channel}")
    return wording("max_words", words=str(ask.max_words))


def customer_name(name: str | None, wording: Wording) -> str:
    """The name in its fence, or the text for its absence."""
    line = one_line(name or "")
    return fenced_line("customer_name", line) if line else wording("no_customer_name")


def follow_up(contact: FollowUp | None, wording: Wording) -> str:
    """Who follows up, how and by when, one line each."""
    if contact is None:
        return wording("no_follow_up")
    parts = {"person": contact.person, "team": contact.team, "channel": contact.channel, "by": contact.by}
    return wording.listed((f"{name}: {text}" for name, text in parts.items() if text and text.strip()), "no_follow_up")


def history(items: Sequence[HistoryItem]) -> str:
    """Earlier messages, each in a fence that names its sender."""
    return "\n".join(fenced(f"from_{item.sender}", item.text) for item in items)


def findings(verdicts: Sequence[Verdict], wording: Wording) -> str:
    """What to put right, by the verdicts that failed; one that broke or did not apply says nothing."""
    failed = (verdict for verdict in verdicts if not (verdict.passed or verdict.error or verdict.skipped))
    return wording.listed((finding(verdict, wording) for verdict in failed), "no_findings")


def finding(verdict: Verdict, wording: Wording) -> str:
    """One verdict as one line: the check, its advice or its reasons, and the first faulty words."""
    reasons = " ".join(dict.fromkeys(found.reason for found in verdict.findings[:MOST_EXCERPTS]))
    excerpts = dict.fromkeys(shortened(found.excerpt) for found in verdict.findings[:MOST_EXCERPTS])
    quoted = (wording("faulty_words", excerpt=excerpt) for excerpt in excerpts if excerpt)
    return " ".join((f"{verdict.check}: {verdict.advice or reasons or wording('no_advice')}", *quoted))


def shortened(text: str) -> str:
    """The text on one line, cut where it is too long to be quoted."""
    line = one_line(text)
    return line if len(line) <= EXCERPT_CHARACTERS else f"{line[:EXCERPT_CHARACTERS]}…"
