from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.listed_draft_channel_type_0 import (
    ListedDraftChannelType0,
    check_listed_draft_channel_type_0,
)
from ..models.listed_draft_feedback_type_0 import (
    ListedDraftFeedbackType0,
    check_listed_draft_feedback_type_0,
)
from ..models.listed_draft_status import ListedDraftStatus, check_listed_draft_status

T = TypeVar("T", bound="ListedDraft")


@_attrs_define
class ListedDraft:
    """A draft in a list: what one needs to choose it by.

    Attributes:
        id (str):
        ref (None | str):
        created_at (datetime.datetime):
        status (ListedDraftStatus):
        situation (str):
        policy (str):
        channel (ListedDraftChannelType0 | None): Null where the line of a batch held no case.
        customer_name (None | str):
        complaint (None | str): How the complaint begins: at most 200 characters.
        escalation (None | str): The kind of it, where the complaint was left to a person.
        shown (bool): Whether the caller was given any text.
        failed_checks (list[str]): Blocking or not.
        feedback (ListedDraftFeedbackType0 | None): As the last one counts.
        edit_distance (float | None):
    """

    id: str
    ref: None | str
    created_at: datetime.datetime
    status: ListedDraftStatus
    situation: str
    policy: str
    channel: ListedDraftChannelType0 | None
    customer_name: None | str
    complaint: None | str
    escalation: None | str
    shown: bool
    failed_checks: list[str]
    feedback: ListedDraftFeedbackType0 | None
    edit_distance: float | None

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        ref: None | str
        ref = self.ref

        created_at = self.created_at.isoformat()

        status: str = self.status

        situation = self.situation

        policy = self.policy

        channel: None | str
        if isinstance(self.channel, str):
            channel = self.channel
        else:
            channel = self.channel

        customer_name: None | str
        customer_name = self.customer_name

        complaint: None | str
        complaint = self.complaint

        escalation: None | str
        escalation = self.escalation

        shown = self.shown

        failed_checks = self.failed_checks

        feedback: None | str
        if isinstance(self.feedback, str):
            feedback = self.feedback
        else:
            feedback = self.feedback

        edit_distance: float | None
        edit_distance = self.edit_distance

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "ref": ref,
                "created_at": created_at,
                "status": status,
                "situation": situation,
                "policy": policy,
                "channel": channel,
                "customer_name": customer_name,
                "complaint": complaint,
                "escalation": escalation,
                "shown": shown,
                "failed_checks": failed_checks,
                "feedback": feedback,
                "edit_distance": edit_distance,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        def _parse_ref(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        ref = _parse_ref(d.pop("ref"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        status = check_listed_draft_status(d.pop("status"))

        situation = d.pop("situation")

        policy = d.pop("policy")

        def _parse_channel(data: object) -> ListedDraftChannelType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                channel_type_0 = check_listed_draft_channel_type_0(data)

                return channel_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ListedDraftChannelType0 | None, data)

        channel = _parse_channel(d.pop("channel"))

        def _parse_customer_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        customer_name = _parse_customer_name(d.pop("customer_name"))

        def _parse_complaint(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        complaint = _parse_complaint(d.pop("complaint"))

        def _parse_escalation(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        escalation = _parse_escalation(d.pop("escalation"))

        shown = d.pop("shown")

        failed_checks = cast(list[str], d.pop("failed_checks"))

        def _parse_feedback(data: object) -> ListedDraftFeedbackType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                feedback_type_0 = check_listed_draft_feedback_type_0(data)

                return feedback_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ListedDraftFeedbackType0 | None, data)

        feedback = _parse_feedback(d.pop("feedback"))

        def _parse_edit_distance(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        edit_distance = _parse_edit_distance(d.pop("edit_distance"))

        listed_draft = cls(
            id=id,
            ref=ref,
            created_at=created_at,
            status=status,
            situation=situation,
            policy=policy,
            channel=channel,
            customer_name=customer_name,
            complaint=complaint,
            escalation=escalation,
            shown=shown,
            failed_checks=failed_checks,
            feedback=feedback,
            edit_distance=edit_distance,
        )

        return listed_draft
