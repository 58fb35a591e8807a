"""The words of a note: the draft, what was checked, and the way to the desk."""

from __future__ import annotations

from amends_client.models import Link, Result, StoredFeedback
from amends_client.receiver.notes import CUT, MOST_SAID, address, failure, fine, without_proposal, works_until
from amends_client.words import headline, to_do
from amends_django_helpdesk.plain import one_line, plain

# While it is put in its place the help desk may mail it to whoever follows the ticket: it says nothing of the case.
COMING = "A reply is being prepared."
GIVEN_UP = "Amends had no draft in time: the ticket was answered, closed or merged before."
REFUSED = "Amends has no draft for this ticket: please write the reply yourself."
RULE = "***"
INDENT = "    "  # of a list in a list: with fewer blanks the help desk sees one list


def draft_note(result: Result, link: Link, *, cut: bool) -> str:
    """The note for what became of a complaint, in Markdown; texts of others in it are but text."""
    result = without_proposal(result)
    parts = [f"**{one_line(headline(result), MOST_SAID)}**"]
    if cut:
        parts.append(CUT)
    if failed := to_do(result):
        parts.append("\n".join(line for each in failed for line in failure(each, one_line, INDENT)))
    if result.draft:
        parts += [RULE, plain(result.draft), RULE]
    parts.append(_way(result, link))
    if passed := fine(result, one_line):
        parts.append("\n".join(passed))
    return "\n\n".join(parts)


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


def _way(result: Result, link: Link) -> str:
    way = f"[Open it at the Amends desk]({address(link.url)}), where the checks follow what you write."
    ends = works_until(link)
    later = f"{link.url.partition('/#/')[0]}/#/draft/{result.id}"
    return f"{way} {ends}; after that, [sign in at the desk]({address(later)})." if ends else way
