"""The words of a note: the draft, what was checked, and the way to the desk."""

from __future__ import annotations

from datetime import UTC

import attrs

from amends_client.models import Link, Result, StoredFeedback, Verdict
from amends_client.words import check_name, headline, not_checked, passed, to_do
from amends_django_helpdesk.plain import one_line, plain

MOST_FOUND, MOST_WORDS, MOST_SAID = 3, 120, 400  # of a verdict: findings; characters of the words, and of the rest
# While it is put in its place the help desk may mail it to whoever follows the ticket: it says nothing of the case.
COMING = "A reply is being prepared."
GIVEN_UP = "Amends had no draft in time: the ticket was answered, closed or merged before."
REFUSED = "Amends has no draft for this ticket: please write the reply yourself."
RULE = "***"
CUT = "The customer wrote more than Amends reads: only the first 20,000 characters were looked at."


def draft_note(result: Result, link: Link, *, cut: bool) -> str:
    """The note for what became of a complaint, in Markdown; texts of others in it are but text."""
    if result.escalate:
        # Its proposal, and what is wrong with that, stay at the desk: from here it would be sent too easily.
        result = attrs.evolve(result, draft=None, verdicts=[])
    parts = [f"**{one_line(headline(result), MOST_SAID)}**"]
    if cut:
        parts.append(CUT)
    if failed := to_do(result):
        parts.append("\n".join(line for each in failed for line in _failure(each)))
    if result.draft:
        parts += [RULE, plain(result.draft), RULE]
    return "\n\n".join([*parts, _way(result, link), *_fine(result)])


def refused_note(title: str) -> str:
    """The note where Amends will not take the complaint; `title` is that of its problem, which quotes nobody."""
    return f"**{REFUSED}** It says: {one_line(title, MOST_SAID)}."


def recorded_as(told: StoredFeedback) -> str:
    """What is said behind the mark once it was recorded what an agent sent."""
    if told.outcome == "sent":
        return "It was sent as it was."
    if told.edit_distance is None:
        return "A reply of your own was sent."
    return f"It was sent after edits: {max(told.edit_distance, 0.01):.0%} of it changed."


def _failure(verdict: Verdict) -> list[str]:
    kind = "Must be fixed" if verdict.blocking else "Could be better"
    name = one_line(check_name(verdict.check), MOST_SAID)
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


def _fine(result: Result) -> list[str]:
    lines = [
        f"{what}: {', '.join(one_line(check_name(each.check), MOST_SAID) for each in those)}."
        for what, those in (("Passed", passed(result)), ("Not checked", not_checked(result)))
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
