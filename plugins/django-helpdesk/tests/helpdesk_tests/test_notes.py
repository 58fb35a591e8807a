"""The words of a note, and the case that is sent for one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from amends_client.models import Case, Link, StoredFeedback
from amends_client.receiver.business import MOST_CHARACTERS
from amends_client.receiver.notes import CUT
from amends_django_helpdesk.cases import case_of, complaint_of, is_cut, key_of
from amends_django_helpdesk.notes import draft_note, recorded_as
from amends_django_helpdesk.queues import Queue
from amends_django_helpdesk.tickets import Ticket
from clients.python.tests.receiver.results import result, verdict

LINK = Link("https://amends.example.com/#/draft/d-1", None)
PASS = Link("https://amends.example.com/#/open/amends_pass_x", datetime(2026, 3, 2, 17, 5, tzinfo=UTC))
QUEUE = Queue.model_validate({"brand": "Harbourline", "agent": {"name": "Maya"}, "facts": ["It is in stock."]})


def ticket(**changes: Any) -> Ticket:
    """A complaint."""
    return Ticket.model_validate(
        {"id": 7, "queue": 1, "title": "Kettle", "description": "It broke.", "status": 1} | changes
    )


def test_ready() -> None:
    """The draft as text, what was checked, the way to the desk."""
    assert draft_note(result(), LINK, cut=False) == (
        "**Amends has drafted a reply. It passed every check that must pass.**\n\n"
        "***\n\nDear \\*Dana\\*,\n\nI am sorry.\n\n***\n\n"
        "[Open it at the Amends desk](https://amends.example.com/#/draft/d-1), "
        "where the checks follow what you write.\n\n"
        "Passed: Apology.\nNot checked: Only authorised offers."
    )


def test_needs_review() -> None:
    """It says so first, then what must be fixed, before what could be better."""
    found = [{"start": n, "end": n + 1, "excerpt": f"word{n}", "reason": "It is <made up>."} for n in range(5)]
    verdicts = [
        verdict("tone", passed=False, blocking=False, advice="Be warmer."),
        verdict("grounding", passed=False, advice="Remove it.", findings=found),
        verdict("a_check_of_theirs", passed=False, error="It broke."),
    ]
    note = draft_note(result(status="needs_review", verdicts=verdicts), LINK, cut=True)
    assert "NOT ready" in note.splitlines()[0]
    assert CUT in note
    assert note.splitlines()[4:12] == [
        "- **Must be fixed: Only what the case says**: Remove it.",
        "    - “word0”: It is &lt;made up&gt;.",
        "    - “word1”: It is &lt;made up&gt;.",
        "    - “word2”: It is &lt;made up&gt;.",
        "    - and 2 more",
        "- **Must be fixed: A check of theirs**: it could not be checked",
        "- **Could be better: Tone**: Be warmer.",
        "",
    ]


def test_for_a_person() -> None:
    """Where a person must answer, no reply is proposed."""
    note = draft_note(result(status="needs_review", escalate="danger: Somebody may be hurt."), LINK, cut=False)
    assert "for a person" in note
    assert "machine: Somebody may be hurt." in note
    assert "sorry" not in note


def test_no_text() -> None:
    """It is said that there is none."""
    assert "no draft to offer" in draft_note(result(status="needs_review", draft=None, verdicts=[]), LINK, cut=False)


def test_a_link_that_ends() -> None:
    """The note says when, and where to go then."""
    note = draft_note(result(), PASS, cut=False)
    assert "until 2 March 2026, 17:05 UTC" in note
    assert "[sign in at the desk](https://amends.example.com/#/draft/d-1)" in note


def test_what_was_recorded() -> None:
    """In words."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    told = [
        StoredFeedback("d-1", 1, at, "sent", 0.0, None),
        StoredFeedback("d-1", 1, at, "edited", 0.256, None),
        StoredFeedback("d-1", 1, at, "edited", 0.001, None),
        StoredFeedback("d-1", 1, at, "edited", None, None),
    ]
    assert [recorded_as(each) for each in told] == [
        "It was sent as it was.",
        "It was sent after edits: 26% of it changed.",
        "It was sent after edits: 1% of it changed.",
        "A reply of your own was sent.",
    ]


def test_the_case() -> None:
    """What the customer wrote, in the words of the contract; nothing of agents or private notes."""
    given = ticket(
        submitter_email="Dana@Customers.example",
        followup_set=[
            {"id": 1, "comment": "It broke.", "public": True},
            {"id": 2, "comment": "Hello?\r\nDana", "public": True},
            {"id": 3, "user": 4, "comment": "Look at this.", "public": False},
        ],
    )
    case = case_of(given, QUEUE)
    assert case == {
        "id": "ticket-7",
        "complaint": {"text": "Kettle\n\nIt broke.\n\nHello?\nDana", "channel": "email"},
        "context": {
            "brand": "Harbourline",
            "agent": {"name": "Maya"},
            "facts": ("It is in stock.",),
            "customer_ref": "dana@customers.example",
        },
        "options": {"delivery": "flagged"},
    }
    assert Case.from_dict(case).complaint.text == complaint_of(given)


def test_a_long_complaint() -> None:
    """It is cut to what the contract allows."""
    given = ticket(description="x" * MOST_CHARACTERS)
    assert is_cut(given)
    assert len(case_of(given, QUEUE)["complaint"]["text"]) == MOST_CHARACTERS
    assert not is_cut(ticket())


def test_the_key_follows_the_case() -> None:
    """The same ticket has the same key; another text, ticket or help desk another one."""
    case = case_of(ticket(), QUEUE)
    key = key_of("https://a", 7, case)
    assert key == key_of("https://a", 7, case_of(ticket(), QUEUE))
    others = {
        key_of("https://b", 7, case),
        key_of("https://a", 8, case),
        key_of("https://a", 7, case_of(ticket(description="It broke again."), QUEUE)),
    }
    assert len({key, *others}) == 4
    assert len(key) < 100
