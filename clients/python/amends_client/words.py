"""What a note at a help desk says of a draft, in plain words: as text, for whatever markup the help desk has."""

from __future__ import annotations

import re

from amends_client.generated.models import Result, Verdict

CHECKS = {
    "apology": "Apology",
    "excuses": "No excuses",
    "solution": "Solution",
    "follow_up": "Who follows up",
    "acknowledgement": "Acknowledges what happened",
    "tone": "Tone",
    "grounding": "Only what the case says",
    "remedies": "Only authorised offers",
    "constraints": "House rules",
    "placeholders": "No gaps to fill",
    "personal_data": "Personal data",
    "leakage": "Nothing internal",
    "language": "Language",
    "length": "Length",
}
KIND = re.compile(r"[a-z_]+:\s*")


def check_name(name: str) -> str:
    """What agents call a check; of one that is not known, its name as words."""
    return CHECKS.get(name, name.replace("_", " ").capitalize())


def headline(result: Result) -> str:
    """What an agent must know before they read a draft."""
    if result.escalate:
        proposal = " What follows is but a proposal." if result.draft else ""
        return f"This is for a person, not for a machine: {escalation(result.escalate)}{proposal}"
    if result.draft is None:
        return "Amends has no draft to offer for this complaint: please write the reply yourself."
    if result.status == "ready":
        return "Amends has drafted a reply. It passed every check that must pass."
    return "Amends has drafted a reply that is NOT ready to be sent. Mend it first: what must be fixed is listed."


def escalation(said: str) -> str:
    """Why a person must answer, in the policy's words: the kind before them is for programs."""
    kind = KIND.match(said)
    words = said[kind.end() :] if kind else said
    return f"{words.rstrip('.')}."


def to_do(result: Result) -> list[Verdict]:
    """What did not pass, the blocking ones first."""
    return sorted((each for each in result.verdicts if not each.passed), key=lambda each: not each.blocking)


def passed(result: Result) -> list[Verdict]:
    """What passed because it was checked."""
    return [each for each in result.verdicts if each.passed and not each.skipped]


def not_checked(result: Result) -> list[Verdict]:
    """What passed because the policy lets it pass unchecked."""
    return [each for each in result.verdicts if each.passed and each.skipped]
