from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.feedback_outcome import FeedbackOutcome, check_feedback_outcome
from ..types import UNSET, Unset

T = TypeVar("T", bound="Feedback")


@_attrs_define
class Feedback:
    """What an agent did with a draft. `edited` needs `text`, `rejected` needs `reason`.

    Attributes:
        outcome (FeedbackOutcome):
        text (None | str | Unset): The text that was sent. Without it, `sent` means the draft as it is. Where it is
            given, it decides between `sent` and `edited`: equal to the draft or an alternative up to white space, it counts
            as `sent`.
        reason (None | str | Unset): Why it was edited or rejected.
        agent_tenure_months (int | None | Unset): How long the agent has done this work.
    """

    outcome: FeedbackOutcome
    text: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET
    agent_tenure_months: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        outcome: str = self.outcome

        text: None | str | Unset
        if isinstance(self.text, Unset):
            text = UNSET
        else:
            text = self.text

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        agent_tenure_months: int | None | Unset
        if isinstance(self.agent_tenure_months, Unset):
            agent_tenure_months = UNSET
        else:
            agent_tenure_months = self.agent_tenure_months

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "outcome": outcome,
            }
        )
        if text is not UNSET:
            field_dict["text"] = text
        if reason is not UNSET:
            field_dict["reason"] = reason
        if agent_tenure_months is not UNSET:
            field_dict["agent_tenure_months"] = agent_tenure_months

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        outcome = check_feedback_outcome(d.pop("outcome"))

        def _parse_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        text = _parse_text(d.pop("text", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_agent_tenure_months(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        agent_tenure_months = _parse_agent_tenure_months(d.pop("agent_tenure_months", UNSET))

        feedback = cls(
            outcome=outcome,
            text=text,
            reason=reason,
            agent_tenure_months=agent_tenure_months,
        )

        return feedback
