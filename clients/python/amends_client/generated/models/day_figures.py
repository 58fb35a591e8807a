from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.draft_figures import DraftFigures


T = TypeVar("T", bound="DayFigures")


@_attrs_define
class DayFigures:
    """The figures of the drafts that were made on one day.

    Attributes:
        day (datetime.date): In the zone of `from`; the first and the last day may not be whole.
        figures (DraftFigures): The figures of a group of drafts.
    """

    day: datetime.date
    figures: DraftFigures

    def to_dict(self) -> dict[str, Any]:
        day = self.day.isoformat()

        figures = self.figures.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "day": day,
                "figures": figures,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.draft_figures import DraftFigures  # noqa: PLC0415

        d = dict(src_dict)
        day = datetime.date.fromisoformat(d.pop("day"))

        figures = DraftFigures.from_dict(d.pop("figures"))

        day_figures = cls(
            day=day,
            figures=figures,
        )

        return day_figures
