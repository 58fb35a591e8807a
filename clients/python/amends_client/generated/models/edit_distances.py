from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="EditDistances")


@_attrs_define
class EditDistances:
    """How far what was sent is from what was shown: 0 as it was, 1 nothing in common; rounded to hundredths.

    Attributes:
        drafts (int): Drafts with a distance: sent as they were, or edited.
        median (float): The distance that half of them do not exceed.
        p90 (float): The distance that nine in ten do not exceed.
    """

    drafts: int
    median: float
    p90: float

    def to_dict(self) -> dict[str, Any]:
        drafts = self.drafts

        median = self.median

        p90 = self.p90

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "drafts": drafts,
                "median": median,
                "p90": p90,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        drafts = d.pop("drafts")

        median = d.pop("median")

        p90 = d.pop("p90")

        edit_distances = cls(
            drafts=drafts,
            median=median,
            p90=p90,
        )

        return edit_distances
