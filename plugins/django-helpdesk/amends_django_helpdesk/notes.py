"""The words of a note: the draft, what was checked, and the way to the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from amends_client.models import Link, Result, StoredFeedback, Verdict
from amends_django_helpdesk.plain import one_line, plain

MOST_FOUND, MOST_WORDS, MOST_SAID = 3, 120, 400  # of a verdict: findings; characters of the words, and of the rest
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
# While it is put in its place the help desk may mail it to whoever follows the ticket: it says nothing of the case.
COMING = "A reply is being prepared."
GIVEN_UP = "Amends had no draft in time: the ticket was answered, closed or merged before."
READY = "Amends has drafted a reply. It passed every check that must pass."
NOT_READY = "Amends has drafted a reply that is NOT ready to be sent. Mend it first; what must be fixed stands below."
NO_TEXT = "Amends has no reply to offer for this complaint: please write it yourself."
ESCALATED = "This complaint is for a person: no reply is proposed here."
RULE = "***"
CUT = "The customer wrote more than Amends reads: only the first 20,000 characters were looked at."


def draft_note(result: Result, link: Link, *, cut: bool) -> str:
    """The note for what became of a complaint, in Markdown; texts of others in it are but text."""
    if result.escalate:
        # Its proposal stays at the desk: here it would be sent too easily.
        return "\n\n".join([_escalation(result.escalate), *([CUT] if cut else []), _way(result, link)])
    parts = [_headline(result), *([CUT] if cut else []), *_to_do(result.verdicts)]
    if result.draft:
        parts += [RULE, plain(result.draft), RULE]
    parts += [_way(result, link), *_fine(result.verdicts)]
    return "\n\n".join(parts)


def refused_note(title: str) -> str:
    """The note where Amends will not take the complaint."""
    return f"**{NO_TEXT}** It says: {one_line(title, MOST_SAID)}."


def recorded_as(told: StoredFeedback) -> str:
    """What is said behind the mark once it was recorded what an agent sent."""
    if told.outcome == "sent":
        return "It was sent as it was."
    if told.edit_distance is None:
        return "A reply of your own was sent."
    return f"It was sent after edits: {max(told.edit_distance, 0.01):.0%} of it changed."


def _headline(result: Result) -> str:
    if result.draft is None:
        return f"**{NO_TEXT}**"
    headline = READY if result.status == "ready" else NOT_READY
    return f"**{headline}**"


def _escalation(said: str) -> str:
    _, colon, reason = said.partition(": ")  # before it the kind, a word for programs
    return f"**{ESCALATED}** {one_line(reason if colon else said, MOST_SAID)}"


def _to_do(verdicts: Iterable[Verdict]) -> list[str]:
    failed = sorted((each for each in verdicts if not each.passed), key=lambda each: not each.blocking)
    return ["\n".join(line for each in failed for line in _failure(each))] if failed else []


def _failure(verdict: Verdict) -> list[str]:
    kind = "Must be fixed" if verdict.blocking else "Could be better"
    name = one_line(CHECKS.get(verdict.check, verdict.check.replace("_", " ")), MOST_SAID)
    said = "it could not be checked" if verdict.error else one_line(verdict.advice or "", MOST_SAID)
    lines = [f"- **{kind}: {name}**" + (f": {said}" if said else "")]
    found = verdict.findings or []
    lines += [
        f"    - “{one_line(each.excerpt, MOST_WORDS)}”: {one_line(each.reason, MOST_SAID)}"
        for each in found[:MOST_FOUND]
    ]
    if len(found) > MOST_FOUND:
        lines.append(f"    - and {len(found) - MOST_FOUND} more")
    return lines


def _fine(verdicts: Iterable[Verdict]) -> list[str]:
    passed = [each for each in verdicts if each.passed]
    named = {
        "Passed": [each for each in passed if not each.skipped],
        "Not checked": [each for each in passed if each.skipped],
    }
    lines = [
        f"{what}: {', '.join(one_line(CHECKS.get(each.check, each.check), MOST_SAID) for each in those)}."
        for what, those in named.items()
        if those
    ]
    return ["\n".join(lines)] if lines else []


def _way(result: Result, link: Link) -> str:
    way = f"[Open it at the Amends desk]({_address(link.url)}), where the checks follow what you write."
    if link.expires_at is None:
        return way
    until = link.expires_at.astimezone(UTC)
    later = f"{link.url.partition('/#/')[0]}/#/draft/{result.id}"
    ends = f"The link works until {until.day} {until:%B %Y, %H:%M} UTC"
    return f"{way} {ends}; after that, [sign in at the desk]({_address(later)})."


def _address(url: str) -> str:
    # It ends at a bracket or a blank; what else it holds is Amends' own, or of the settings.
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
