"""The words of a private note: the draft, what was checked, and the way to the desk."""

from __future__ import annotations

from datetime import UTC

import attrs

from amends_chatwoot.markdown import one_line, quoted
from amends_client.models import Link, Result, Verdict
from amends_client.words import check_name, headline, not_checked, passed, to_do

MOST_FOUND, MOST_WORDS, MOST_SAID = 3, 120, 400  # of a verdict: findings; characters of the words, and of the rest
CUT = "The customer wrote more than Amends reads: only the first 20,000 characters were looked at."


def draft_note(result: Result, link: Link, *, cut: bool) -> str:
    """The note for what became of a turn, in Markdown; texts of others in it are but text."""
    if result.escalate:
        # A proposal stays at the desk: from a note it would be sent too easily.
        result = attrs.evolve(result, draft=None, verdicts=[])
    parts = [f"**{one_line(headline(result), MOST_SAID)}**"]
    if cut:
        parts.append(CUT)
    if result.draft:
        parts.append(quoted(result.draft))
    parts += ["\n".join(_failure(each)) for each in to_do(result)]
    parts += [
        f"{what}: {', '.join(one_line(check_name(each.check), MOST_SAID) for each in those)}."
        for what, those in (("Passed", passed(result)), ("Not checked", not_checked(result)))
        if those
    ]
    return "\n\n".join([*parts, _way(link)])


def refused_note(title: str) -> str:
    """The note where Amends will not take the complaint; `title` is that of its problem, which quotes nobody."""
    return (
        f"**Amends has no draft for this conversation: please write the reply yourself.** {one_line(title, MOST_SAID)}"
    )


def _failure(verdict: Verdict) -> list[str]:
    kind = "Must be fixed" if verdict.blocking else "Could be better"
    said = "it could not be checked" if verdict.error else one_line(verdict.advice or "", MOST_SAID)
    lines = [f"- **{kind}: {one_line(check_name(verdict.check), MOST_SAID)}**" + (f": {said}" if said else "")]
    found = verdict.findings or []
    lines += [
        f"  - “{one_line(each.excerpt, MOST_WORDS)}”: {one_line(each.reason, MOST_SAID)}" for each in found[:MOST_FOUND]
    ]
    return [*lines, f"  - and {len(found) - MOST_FOUND} more"] if len(found) > MOST_FOUND else lines


def _way(link: Link) -> str:
    # An address ends at a bracket or a blank; what else it holds is Amends' own, or of the settings.
    address = link.url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    way = f"[Open it at the Amends desk]({address}) to change it while the checks follow."
    if link.expires_at is None:
        return way
    until = link.expires_at.astimezone(UTC)
    return f"{way} The link works until {until.day} {until:%B %Y, %H:%M} UTC; after that, sign in there."
