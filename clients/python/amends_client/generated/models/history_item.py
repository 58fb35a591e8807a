from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.history_item_from import HistoryItemFrom, check_history_item_from

T = TypeVar("T", bound="HistoryItem")


@_attrs_define
class HistoryItem:
    """One earlier message between customer and agent.

    Attributes:
        from_ (HistoryItemFrom):
        text (str):
    """

    from_: HistoryItemFrom
    text: str

    def to_dict(self) -> dict[str, Any]:
        from_: str = self.from_

        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "from": from_,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        from_ = check_history_item_from(d.pop("from"))

        text = d.pop("text")

        history_item = cls(
            from_=from_,
            text=text,
        )

        return history_item
