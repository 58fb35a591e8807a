from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.verdict import Verdict


T = TypeVar("T", bound="Attempt")


@_attrs_define
class Attempt:
    """One text that the model gave, and the verdicts on it.

    Attributes:
        draft (str):
        verdicts (list[Verdict]):
        endpoint (str):
    """

    draft: str
    verdicts: list[Verdict]
    endpoint: str

    def to_dict(self) -> dict[str, Any]:
        draft = self.draft

        verdicts = []
        for verdicts_item_data in self.verdicts:
            verdicts_item = verdicts_item_data.to_dict()
            verdicts.append(verdicts_item)

        endpoint = self.endpoint

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "draft": draft,
                "verdicts": verdicts,
                "endpoint": endpoint,
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

        endpoint = d.pop("endpoint")

        attempt = cls(
            draft=draft,
            verdicts=verdicts,
            endpoint=endpoint,
        )

        return attempt
