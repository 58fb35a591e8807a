from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.check_figures import CheckFigures
    from ..models.day_figures import DayFigures
    from ..models.draft_figures import DraftFigures
    from ..models.prompt_figures import PromptFigures
    from ..models.situation_figures import SituationFigures
    from ..models.tenure_figures import TenureFigures


T = TypeVar("T", bound="DraftMetrics")


@_attrs_define
class DraftMetrics:
    """Figures of the drafts that were made from `from` on and before `to`, erased ones included.

    Attributes:
        from_ (datetime.datetime): Included.
        to (datetime.datetime): Not included.
        totals (DraftFigures): The figures of a group of drafts.
        by_situation (list[SituationFigures]): The largest first.
        by_prompt (list[PromptFigures]): The largest first.
        by_check (list[CheckFigures]): Every check of the catalog in its order, then those of other versions of Amends.
        by_tenure (list[TenureFigures]): Bands of months: 0 to 2, 3 to 5, 6 to 11, 12 to 23, 24 to 59, 60 and more; then
            those of unknown tenure. Bands without feedback are absent.
        by_day (list[DayFigures]): In order; days without drafts are absent.
    """

    from_: datetime.datetime
    to: datetime.datetime
    totals: DraftFigures
    by_situation: list[SituationFigures]
    by_prompt: list[PromptFigures]
    by_check: list[CheckFigures]
    by_tenure: list[TenureFigures]
    by_day: list[DayFigures]

    def to_dict(self) -> dict[str, Any]:
        from_ = self.from_.isoformat()

        to = self.to.isoformat()

        totals = self.totals.to_dict()

        by_situation = []
        for by_situation_item_data in self.by_situation:
            by_situation_item = by_situation_item_data.to_dict()
            by_situation.append(by_situation_item)

        by_prompt = []
        for by_prompt_item_data in self.by_prompt:
            by_prompt_item = by_prompt_item_data.to_dict()
            by_prompt.append(by_prompt_item)

        by_check = []
        for by_check_item_data in self.by_check:
            by_check_item = by_check_item_data.to_dict()
            by_check.append(by_check_item)

        by_tenure = []
        for by_tenure_item_data in self.by_tenure:
            by_tenure_item = by_tenure_item_data.to_dict()
            by_tenure.append(by_tenure_item)

        by_day = []
        for by_day_item_data in self.by_day:
            by_day_item = by_day_item_data.to_dict()
            by_day.append(by_day_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "from": from_,
                "to": to,
                "totals": totals,
                "by_situation": by_situation,
                "by_prompt": by_prompt,
                "by_check": by_check,
                "by_tenure": by_tenure,
                "by_day": by_day,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.check_figures import CheckFigures  # noqa: PLC0415
        from ..models.day_figures import DayFigures  # noqa: PLC0415
        from ..models.draft_figures import DraftFigures  # noqa: PLC0415
        from ..models.prompt_figures import PromptFigures  # noqa: PLC0415
        from ..models.situation_figures import SituationFigures  # noqa: PLC0415
        from ..models.tenure_figures import TenureFigures  # noqa: PLC0415

        d = dict(src_dict)
        from_ = datetime.datetime.fromisoformat(d.pop("from"))

        to = datetime.datetime.fromisoformat(d.pop("to"))

        totals = DraftFigures.from_dict(d.pop("totals"))

        by_situation = []
        _by_situation = d.pop("by_situation")
        for by_situation_item_data in _by_situation:
            by_situation_item = SituationFigures.from_dict(by_situation_item_data)

            by_situation.append(by_situation_item)

        by_prompt = []
        _by_prompt = d.pop("by_prompt")
        for by_prompt_item_data in _by_prompt:
            by_prompt_item = PromptFigures.from_dict(by_prompt_item_data)

            by_prompt.append(by_prompt_item)

        by_check = []
        _by_check = d.pop("by_check")
        for by_check_item_data in _by_check:
            by_check_item = CheckFigures.from_dict(by_check_item_data)

            by_check.append(by_check_item)

        by_tenure = []
        _by_tenure = d.pop("by_tenure")
        for by_tenure_item_data in _by_tenure:
            by_tenure_item = TenureFigures.from_dict(by_tenure_item_data)

            by_tenure.append(by_tenure_item)

        by_day = []
        _by_day = d.pop("by_day")
        for by_day_item_data in _by_day:
            by_day_item = DayFigures.from_dict(by_day_item_data)

            by_day.append(by_day_item)

        draft_metrics = cls(
            from_=from_,
            to=to,
            totals=totals,
            by_situation=by_situation,
            by_prompt=by_prompt,
            by_check=by_check,
            by_tenure=by_tenure,
            by_day=by_day,
        )

        return draft_metrics
