"""What an agent says of a draft, weighed against the draft."""

from __future__ import annotations

import pytest

from service.errors import InvalidField
from service.feedback import heard
from service.schemas import Alternative, Feedback, Result
from tests.service.parts import make_case, make_result

DRAFT = "We are sorry. Your new kettle comes on Thursday."
OTHER = "We apologise for the cracked lid."


def result_with(draft: str | None, *alternatives: str) -> Result:
    """A result that offered these texts."""
    offered = tuple(Alternative(draft=each, verdicts=()) for each in alternatives)
    return make_result("id-1", make_case(), draft).model_copy(update={"alternatives": offered or None})


@pytest.mark.parametrize(
    ("said", "text", "counts", "distance"),
    [
        ("sent", None, "sent", 0),
        ("sent", DRAFT, "sent", 0),
        ("edited", DRAFT, "sent", 0),
        ("edited", f"\n{DRAFT.replace(' ', '  ')}\r\n", "sent", 0),
        ("edited", DRAFT + "!", "edited", 1 / 49),
        ("sent", DRAFT + "!", "edited", 1 / 49),
        ("edited", DRAFT.lower(), "edited", 3 / 48),
        ("rejected", None, "rejected", None),
        ("rejected", DRAFT, "rejected", 0),
    ],
)
def test_the_text_decides(said: str, text: str | None, counts: str, distance: float | None) -> None:
    """Between sent and edited the text decides, whatever was said; white space is no edit."""
    feedback = Feedback.model_validate({"outcome": said, "text": text, "reason": "It was so."})
    found = heard(feedback, result_with(DRAFT))
    assert found.outcome == counts
    assert found.edit_distance == (None if distance is None else pytest.approx(distance))


def test_what_was_sent_as_it_is_is_kept() -> None:
    """Without a text, the draft is the text; with one, the text as it was sent."""
    assert heard(Feedback(outcome="sent"), result_with(DRAFT)).text == DRAFT
    assert heard(Feedback(outcome="sent", text=f" {DRAFT}"), result_with(DRAFT)).text == f" {DRAFT}"


def test_an_alternative_may_be_sent() -> None:
    """The agent could choose: what was taken unchanged is sent, and an edit counts from the nearest."""
    offered = result_with(DRAFT, OTHER)
    assert heard(Feedback(outcome="edited", text=OTHER), offered).outcome == "sent"
    near = heard(Feedback(outcome="edited", text=OTHER + "!"), offered)
    assert near.outcome == "edited"
    assert near.edit_distance == pytest.approx(1 / 34)


def test_where_no_draft_was_shown_the_text_is_the_agents_own() -> None:
    """Nothing can be compared, and nothing can have been sent as it is."""
    none = result_with(None)
    assert heard(Feedback(outcome="edited", text="Sorry."), none).edit_distance is None
    assert heard(Feedback(outcome="sent", text="Sorry."), none).outcome == "edited"
    with pytest.raises(InvalidField, match="outcome: there was no draft to send as it is"):
        heard(Feedback(outcome="sent"), none)


def test_tenure_and_reason_are_kept() -> None:
    """What else was said goes along."""
    found = heard(Feedback(outcome="rejected", reason="Too long.", agent_tenure_months=14), result_with(DRAFT))
    assert (found.reason, found.agent_tenure_months, found.text) == ("Too long.", 14, None)
