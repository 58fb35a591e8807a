"""Decides what a ticket needs next, from nothing but what stands in the help desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from amends_django_helpdesk.marks import Mark, mark_of
from amends_django_helpdesk.tickets import FollowUp, Ticket


@dataclass(frozen=True, slots=True)
class Rules:
    """Which tickets are ours to draft for, and who counts as an agent; no agents named means every user."""

    queues: Collection[int]
    statuses: Collection[int]
    first_ticket: int = 1
    agents: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class LetBe:
    """Nothing is to be done."""


@dataclass(frozen=True, slots=True)
class DraftReply:
    """A reply is to be drafted; `note` is the one of ours that waits for it, where we were stopped in the middle."""

    note: FollowUp | None = None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """A note of ours waits for a draft that nobody needs any more."""

    note: FollowUp


@dataclass(frozen=True, slots=True)
class Record:
    """What an agent sent is to be told to Amends."""

    note: FollowUp
    mark: Mark
    reply: FollowUp


Step = LetBe | DraftReply | GiveUp | Record


def next_step(ticket: Ticket, rules: Rules) -> Step:
    """What a ticket needs next."""
    if ticket.queue not in rules.queues or ticket.id < rules.first_ticket:
        return LetBe()
    found = our_note(ticket)
    reply = first_reply(ticket, rules, found[0].id if found else 0)
    if found is None or found[1].stage == "coming":
        return _before_draft(ticket, rules, found[0] if found else None, answered=reply is not None)
    note, mark = found
    if mark.stage == "draft" and reply is not None:
        return Record(note, mark, reply)
    return LetBe()


def _before_draft(ticket: Ticket, rules: Rules, note: FollowUp | None, *, answered: bool) -> Step:
    if not answered and ticket.merged_to is None and ticket.status in rules.statuses:
        return DraftReply(note)
    return GiveUp(note) if note else LetBe()


def our_note(ticket: Ticket) -> tuple[FollowUp, Mark] | None:
    """The first note of ours, and its mark."""
    return next(((each, mark) for each in ticket.follow_ups if (mark := mark_of(each))), None)


def first_reply(ticket: Ticket, rules: Rules, after: int) -> FollowUp | None:
    """The first words of an agent to the customer after a follow-up; a change of status alone has none."""
    return next((each for each in ticket.follow_ups if each.id > after and is_reply(each, rules)), None)


def is_reply(follow_up: FollowUp, rules: Rules) -> bool:
    """Whether an agent wrote this to the customer."""
    by_agent = follow_up.user is not None and (not rules.agents or follow_up.user in rules.agents)
    return follow_up.public and by_agent and bool(follow_up.text)
