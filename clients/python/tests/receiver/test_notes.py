"""The parts of notes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from amends_client.models import Link, Verdict
from amends_client.receiver.notes import address, failure, fine, without_proposal, works_until
from clients.python.tests.receiver.results import result, verdict

FOUND = [{"start": n, "end": n + 1, "excerpt": f"word{n}", "reason": "It is made up."} for n in range(5)]


def shouted(text: str, most: int) -> str:
    """Somebody's text as a help desk writes it that has no small letters."""
    return text[:most].upper()


def test_a_proposal_stays_at_the_desk() -> None:
    """Where a person must answer; else the draft is shown."""
    escalated = without_proposal(result(status="needs_review", escalate="safety: Somebody may be hurt."))
    assert (escalated.draft, escalated.verdicts, escalated.escalate) == (None, [], "safety: Somebody may be hurt.")
    assert without_proposal(result()) == result()


def test_what_did_not_pass() -> None:
    """Each with the first of its findings below it; others' texts as the help desk writes them."""
    failed = verdict("grounding", passed=False, advice="Remove it.", findings=FOUND)
    assert failure(Verdict.from_dict(failed), shouted, "    ") == [
        "- **Must be fixed: ONLY WHAT THE CASE SAYS**: REMOVE IT.",
        "    - “WORD0”: IT IS MADE UP.",
        "    - “WORD1”: IT IS MADE UP.",
        "    - “WORD2”: IT IS MADE UP.",
        "    - and 2 more",
    ]
    warned = verdict("tone", passed=False, blocking=False, findings=FOUND[:1])
    assert failure(Verdict.from_dict(warned), shouted, "  ") == [
        "- **Could be better: TONE**",
        "  - “WORD0”: IT IS MADE UP.",
    ]
    broken = verdict("tone", passed=False, error="It broke.")
    assert failure(Verdict.from_dict(broken), shouted, "  ") == ["- **Must be fixed: TONE**: it could not be checked"]


def test_what_passed() -> None:
    """A line for each kind that there is."""
    assert fine(result(), shouted) == ["Passed: APOLOGY.", "Not checked: ONLY AUTHORISED OFFERS."]
    assert fine(result(verdicts=[]), shouted) == []


def test_an_address_does_not_end_early() -> None:
    """At a bracket or a blank."""
    assert address("https://a.example/b (c)/#/d") == "https://a.example/b%20%28c%29/#/d"


def test_until_when_a_link_works() -> None:
    """In UTC, whatever its zone is; one that does not end says nothing."""
    at = datetime(2026, 3, 2, 17, 5, tzinfo=UTC).astimezone(timezone(timedelta(hours=9)))
    assert works_until(Link("https://a.example", at)) == "The link works until 2 March 2026, 17:05 UTC"
    assert works_until(Link("https://a.example", None)) is None
