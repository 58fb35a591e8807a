"""The last line of a note of ours, by which it is known again: the help desk itself remembers what was done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from amends_django_helpdesk.tickets import FollowUp

Stage = Literal["coming", "none", "draft", "recorded"]
DRAFT_ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
MARK = re.compile(
    rf"^Amends: (?:(?P<coming>draft is coming)|(?P<none>no draft)"
    rf"|draft (?P<id>{DRAFT_ID.pattern})(?P<recorded>, recorded)?)\.(?: .*)?$",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a ticket is: its draft is coming, none was made, there is one, or what became of it was recorded."""

    stage: Stage
    draft_id: str | None = None

    def __str__(self) -> str:
        match self.stage:
            case "coming":
                return "Amends: draft is coming."
            case "none":
                return "Amends: no draft."
            case "draft":
                return f"Amends: draft {self.draft_id}."
            case "recorded":
                return f"Amends: draft {self.draft_id}, recorded."


def mark_of(follow_up: FollowUp) -> Mark | None:
    """The mark of a note of ours; None for everything else.

    A customer cannot write one: what they write is public, and no user's.
    """
    if follow_up.public or follow_up.user is None:
        return None
    found = MARK.match(follow_up.text.rpartition("\n")[2])
    if found is None:
        return None
    if found["id"]:
        return Mark("recorded" if found["recorded"] else "draft", found["id"])
    return Mark("coming" if found["coming"] else "none")


def marked(text: str, mark: Mark) -> str:
    """A note's text with its mark."""
    return f"{text.strip()}\n\n{mark}"


def marked_anew(comment: str, mark: Mark, more: str) -> str:
    """A note with another mark in the place of the one that it has, and a word behind it."""
    text, _, _ = comment.replace("\r\n", "\n").strip().rpartition("\n")
    return f"{marked(text, mark)} {more}".strip()
