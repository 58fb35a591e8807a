"""The parts of a note that all help desks have in common, as Markdown.

`one_line` is the help desk's own way to write anybody's text: on one line, at most so many characters of it, and
nothing but text where it is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

import attrs

from amends_client.models import Link, Result, Verdict
from amends_client.receiver.business import MOST_CHARACTERS
from amends_client.words import check_name, not_checked, passed

OneLine = Callable[[str, int], str]
MOST_FOUND, MOST_WORDS, MOST_SAID = 3, 120, 400  # of a verdict: findings; characters of the words, and of the rest
CUT = f"The customer wrote more than Amends reads: only the first {MOST_CHARACTERS:,} characters were looked at."


def without_proposal(result: Result) -> Result:
    """The same, but for a complaint that a person must answer: its proposal stays at the desk.

    From a note it would be sent too easily.
    """
    return attrs.evolve(result, draft=None, verdicts=[]) if result.escalate else result


def failure(verdict: Verdict, one_line: OneLine, indent: str) -> list[str]:
    """What did not pass, as a point of a list with the words that were found; `indent` makes these a list of it."""
    kind = "Must be fixed" if verdict.blocking else "Could be better"
    said = "it could not be checked" if verdict.error else one_line(verdict.advice or "", MOST_SAID)
    lines = [f"- **{kind}: {one_line(check_name(verdict.check), MOST_SAID)}**" + (f": {said}" if said else "")]
    found = verdict.findings or []
    lines += [
        f"{indent}- “{one_line(each.excerpt, MOST_WORDS)}”: {one_line(each.reason, MOST_SAID)}"
        for each in found[:MOST_FOUND]
    ]
    return [*lines, f"{indent}- and {len(found) - MOST_FOUND} more"] if len(found) > MOST_FOUND else lines


def fine(result: Result, one_line: OneLine) -> list[str]:
    """What passed, and what was not checked; one line for each of the two that there is."""
    return [
        f"{what}: {', '.join(one_line(check_name(each.check), MOST_SAID) for each in those)}."
        for what, those in (("Passed", passed(result)), ("Not checked", not_checked(result)))
        if those
    ]


def address(url: str) -> str:
    """An address for a link of Markdown, where it would end at a bracket or a blank.

    What else it holds is Amends' own, or of the settings.
    """
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")


def works_until(link: Link) -> str | None:
    """Until when a link opens its draft, as the beginning of a sentence; None for one that does not end."""
    if link.expires_at is None:
        return None
    until = link.expires_at.astimezone(UTC)
    return f"The link works until {until.day} {until:%B %Y, %H:%M} UTC"
