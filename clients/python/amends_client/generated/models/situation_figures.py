from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.draft_figures import DraftFigures


T = TypeVar("T", bound="SituationFigures")


@_attrs_define
class SituationFigures:
    """The figures of a situation.

    Attributes:
        situation (str):
        figures (DraftFigures): The figures of a group of drafts.
    """

    situation: str
    figures: DraftFigures

    def to_dict(self) -> dict[str, Any]:
        situation = self.situation

        figures = self.figures.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "situation": situation,
                "figures": figures,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.draft_figures import DraftFigures  # noqa: PLC0415

        d = dict(src_dict)
        situation = d.pop("situation")

        figures = DraftFigures.from_dict(d.pop("figures"))

        situation_figures = cls(
            situation=situation,
            figures=figures,
        )

        return situation_figures
