from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.complaint import Complaint
    from ..models.context import Context


T = TypeVar("T", bound="CheckInput")


@_attrs_define
class CheckInput:
    """A draft to be checked. A complaint that is a plain text has neither channel nor publicity.

    Attributes:
        complaint (Complaint | str):
        draft (str):
        id (None | str | Unset):
        context (Context | None | Unset):
        policy (None | str | Unset):
        max_words (int | None | Unset): As in the options of a case.
        instruction (None | str | Unset): As in the options of a case.
    """

    complaint: Complaint | str
    draft: str
    id: None | str | Unset = UNSET
    context: Context | None | Unset = UNSET
    policy: None | str | Unset = UNSET
    max_words: int | None | Unset = UNSET
    instruction: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.complaint import Complaint  # noqa: PLC0415
        from ..models.context import Context  # noqa: PLC0415

        complaint: dict[str, Any] | str
        if isinstance(self.complaint, Complaint):
            complaint = self.complaint.to_dict()
        else:
            complaint = self.complaint

        draft = self.draft

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        context: dict[str, Any] | None | Unset
        if isinstance(self.context, Unset):
            context = UNSET
        elif isinstance(self.context, Context):
            context = self.context.to_dict()
        else:
            context = self.context

        policy: None | str | Unset
        if isinstance(self.policy, Unset):
            policy = UNSET
        else:
            policy = self.policy

        max_words: int | None | Unset
        if isinstance(self.max_words, Unset):
            max_words = UNSET
        else:
            max_words = self.max_words

        instruction: None | str | Unset
        if isinstance(self.instruction, Unset):
            instruction = UNSET
        else:
            instruction = self.instruction

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "complaint": complaint,
                "draft": draft,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if context is not UNSET:
            field_dict["context"] = context
        if policy is not UNSET:
            field_dict["policy"] = policy
        if max_words is not UNSET:
            field_dict["max_words"] = max_words
        if instruction is not UNSET:
            field_dict["instruction"] = instruction

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.complaint import Complaint  # noqa: PLC0415
        from ..models.context import Context  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_complaint(data: object) -> Complaint | str:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                complaint_type_0 = Complaint.from_dict(data)

                return complaint_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Complaint | str, data)

        complaint = _parse_complaint(d.pop("complaint"))

        draft = d.pop("draft")

        def _parse_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))

        def _parse_context(data: object) -> Context | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                context_type_0 = Context.from_dict(data)

                return context_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Context | None | Unset, data)

        context = _parse_context(d.pop("context", UNSET))

        def _parse_policy(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        policy = _parse_policy(d.pop("policy", UNSET))

        def _parse_max_words(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_words = _parse_max_words(d.pop("max_words", UNSET))

        def _parse_instruction(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        instruction = _parse_instruction(d.pop("instruction", UNSET))

        check_input = cls(
            complaint=complaint,
            draft=draft,
            id=id,
            context=context,
            policy=policy,
            max_words=max_words,
            instruction=instruction,
        )

        return check_input
