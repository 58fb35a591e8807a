"""The words of a private note: the draft, what was checked, and the way to the desk."""

from __future__ import annotations

from amends_chatwoot.markdown import one_line, quoted
from amends_client.models import Link, Result
from amends_client.receiver.notes import CUT, MOST_SAID, address, failure, fine, without_proposal, works_until
from amends_client.words import headline, to_do

INDENT = "  "  # of a list in a list


def draft_note(result: Result, link: Link, *, cut: bool) -> str:
    """The note for what became of a turn, in Markdown; texts of others in it are but text."""
    result = without_proposal(result)
    parts = [f"**{one_line(headline(result), MOST_SAID)}**"]
    if cut:
        parts.append(CUT)
    if result.draft:
        parts.append(quoted(result.draft))
    parts += ["\n".join(failure(each, one_line, INDENT)) for each in to_do(result)]
    return "\n\n".join([*parts, *fine(result, one_line), _way(link)])


def refused_note(title: str) -> str:
    """The note where Amends will not take the complaint; `title` is that of its problem, which quotes nobody."""
    return (
        f"**Amends has no draft for this conversation: please write the reply yourself.** {one_line(title, MOST_SAID)}"
    )


def _way(link: Link) -> str:
    way = f"[Open it at the Amends desk]({address(link.url)}) to change it while the checks follow."
    ends = works_until(link)
    return f"{way} {ends}; after that, sign in there." if ends else way
