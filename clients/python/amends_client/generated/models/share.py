from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Share")


@_attrs_define
class Share:
    """`count` of `of`, as a share with its 95 % interval (Wilson's).

    Attributes:
        count (int):
        of (int):
        share (float):
        low (float):
        high (float):
    """

    count: int
    of: int
    share: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        count = self.count

        of = self.of

        share = self.share

        low = self.low

        high = self.high

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "count": count,
                "of": of,
                "share": share,
                "low": low,
                "high": high,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        of = d.pop("of")

        share = d.pop("share")

        low = d.pop("low")

        high = d.pop("high")

        share = cls(
            count=count,
            of=of,
            share=share,
            low=low,
            high=high,
        )

        return share
