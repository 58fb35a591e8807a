from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.verdict import Verdict


T = TypeVar("T", bound="Alternative")


@_attrs_define
class Alternative:
    """Another draft to choose from.

    Attributes:
        draft (str):
        verdicts (list[Verdict]):
    """

    draft: str
    verdicts: list[Verdict]

    def to_dict(self) -> dict[str, Any]:
        draft = self.draft

        verdicts = []
        for verdicts_item_data in self.verdicts:
            verdicts_item = verdicts_item_data.to_dict()
            verdicts.append(verdicts_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "draft": draft,
                "verdicts": verdicts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.verdict import Verdict  # noqa: PLC0415

        d = dict(src_dict)
        draft = d.pop("draft")

        verdicts = []
        _verdicts = d.pop("verdicts")
        for verdicts_item_data in _verdicts:
            verdicts_item = Verdict.from_dict(verdicts_item_data)

            verdicts.append(verdicts_item)

        alternative = cls(
            draft=draft,
            verdicts=verdicts,
        )

        return alternative
