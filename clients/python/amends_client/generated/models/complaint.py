from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.complaint_channel import ComplaintChannel, check_complaint_channel
from ..types import UNSET, Unset

T = TypeVar("T", bound="Complaint")


@_attrs_define
class Complaint:
    """What the customer wrote, and where.

    Attributes:
        text (str):
        channel (ComplaintChannel):
        public (bool | None | Unset): Whether others can read the reply; by default true for review and social.
        customer_name (None | str | Unset):
        language (None | str | Unset): The complaint's language, a BCP 47 tag such as `en`.
    """

    text: str
    channel: ComplaintChannel
    public: bool | None | Unset = UNSET
    customer_name: None | str | Unset = UNSET
    language: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        channel: str = self.channel

        public: bool | None | Unset
        if isinstance(self.public, Unset):
            public = UNSET
        else:
            public = self.public

        customer_name: None | str | Unset
        if isinstance(self.customer_name, Unset):
            customer_name = UNSET
        else:
            customer_name = self.customer_name

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        else:
            language = self.language

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "text": text,
                "channel": channel,
            }
        )
        if public is not UNSET:
            field_dict["public"] = public
        if customer_name is not UNSET:
            field_dict["customer_name"] = customer_name
        if language is not UNSET:
            field_dict["language"] = language

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        channel = check_complaint_channel(d.pop("channel"))

        def _parse_public(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        public = _parse_public(d.pop("public", UNSET))

        def _parse_customer_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        customer_name = _parse_customer_name(d.pop("customer_name", UNSET))

        def _parse_language(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        language = _parse_language(d.pop("language", UNSET))

        complaint = cls(
            text=text,
            channel=channel,
            public=public,
            customer_name=customer_name,
            language=language,
        )

        return complaint
