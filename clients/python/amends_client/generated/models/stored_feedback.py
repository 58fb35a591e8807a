from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.stored_feedback_outcome import (
    StoredFeedbackOutcome,
    check_stored_feedback_outcome,
)

T = TypeVar("T", bound="StoredFeedback")


@_attrs_define
class StoredFeedback:
    """What was stored of a feedback; of several on one draft, the last counts. The texts are not repeated.

    Attributes:
        draft_id (str):
        number (int): Counts the feedback on this draft.
        at (datetime.datetime):
        outcome (StoredFeedbackOutcome): As it counts; the text may have decided otherwise than was said.
        edit_distance (float | None): How much of the draft was changed: the characters to insert, delete or replace
            (Levenshtein), over the length of the longer text, with every run of white space as one blank. 0 is the draft as
            it was; counted from the nearest alternative where there are any; null where there was no draft or no text.
        agent_tenure_months (int | None):
    """

    draft_id: str
    number: int
    at: datetime.datetime
    outcome: StoredFeedbackOutcome
    edit_distance: float | None
    agent_tenure_months: int | None

    def to_dict(self) -> dict[str, Any]:
        draft_id = self.draft_id

        number = self.number

        at = self.at.isoformat()

        outcome: str = self.outcome

        edit_distance: float | None
        edit_distance = self.edit_distance

        agent_tenure_months: int | None
        agent_tenure_months = self.agent_tenure_months

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "draft_id": draft_id,
                "number": number,
                "at": at,
                "outcome": outcome,
                "edit_distance": edit_distance,
                "agent_tenure_months": agent_tenure_months,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        draft_id = d.pop("draft_id")

        number = d.pop("number")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        outcome = check_stored_feedback_outcome(d.pop("outcome"))

        def _parse_edit_distance(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        edit_distance = _parse_edit_distance(d.pop("edit_distance"))

        def _parse_agent_tenure_months(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        agent_tenure_months = _parse_agent_tenure_months(d.pop("agent_tenure_months"))

        stored_feedback = cls(
            draft_id=draft_id,
            number=number,
            at=at,
            outcome=outcome,
            edit_distance=edit_distance,
            agent_tenure_months=agent_tenure_months,
        )

        return stored_feedback
