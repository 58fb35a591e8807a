"""Weighs what an agent says of a draft against the draft itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.edit_distance import edit_distance
from service.errors import InvalidField
from service.schemas import Feedback, FeedbackOutcome, Result, StoredFeedback


@dataclass(frozen=True, slots=True)
class Heard:
    """A feedback as it counts: `text` is what was sent, `edit_distance` how far from what was offered (0 to 1)."""

    outcome: FeedbackOutcome
    text: str | None
    reason: str | None
    agent_tenure_months: int | None
    edit_distance: float | None

    def as_stored(self, draft_id: str, number: int, at: datetime) -> StoredFeedback:
        """The answer to who gave it."""
        return StoredFeedback(
            draft_id=draft_id,
            number=number,
            at=at,
            outcome=self.outcome,
            edit_distance=self.edit_distance,
            agent_tenure_months=self.agent_tenure_months,
        )


def heard(feedback: Feedback, result: Result) -> Heard:
    """The feedback as it counts.

    A text decides between `sent` and `edited`, whatever was said: a help desk that reports every saved reply as an
    edit would spoil the figures. `rejected` stays what it is.

    Raises:
        InvalidField: `sent` without a text, of a draft that was never shown.
    """
    text = feedback.text
    if feedback.outcome == "sent" and text is None:
        if result.draft is None:
            message = "there was no draft to send as it is; use `edited` with the text that was sent"
            raise InvalidField(message, "outcome")
        text = result.draft
    distance = _distance(text, offered(result))
    outcome = feedback.outcome
    if outcome != "rejected":
        outcome = "sent" if distance == 0 else "edited"
    return Heard(outcome, text, feedback.reason, feedback.agent_tenure_months, distance)


def offered(result: Result) -> list[str]:
    """The texts that the agent could choose from."""
    alternatives = (each.draft for each in result.alternatives or ())
    return [text for text in (result.draft, *alternatives) if text is not None]


def _distance(text: str | None, texts: Sequence[str]) -> float | None:
    """From the nearest of them; None where there is nothing to compare."""
    if text is None or not texts:
        return None
    return min(edit_distance(each, text) for each in texts)
