from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.listed_draft import ListedDraft


T = TypeVar("T", bound="DraftList")


@_attrs_define
class DraftList:
    """Some drafts, the newest first; `next` is the `before` of the page that follows.

    Attributes:
        drafts (list[ListedDraft]):
        next_ (None | str):
    """

    drafts: list[ListedDraft]
    next_: None | str

    def to_dict(self) -> dict[str, Any]:
        drafts = []
        for drafts_item_data in self.drafts:
            drafts_item = drafts_item_data.to_dict()
            drafts.append(drafts_item)

        next_: None | str
        next_ = self.next_

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "drafts": drafts,
                "next": next_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.listed_draft import ListedDraft  # noqa: PLC0415

        d = dict(src_dict)
        drafts = []
        _drafts = d.pop("drafts")
        for drafts_item_data in _drafts:
            drafts_item = ListedDraft.from_dict(drafts_item_data)

            drafts.append(drafts_item)

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        draft_list = cls(
            drafts=drafts,
            next_=next_,
        )

        return draft_list
