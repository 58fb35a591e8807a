from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.feedback_figures import FeedbackFigures


T = TypeVar("T", bound="TenureFigures")


@_attrs_define
class TenureFigures:
    """What agents of similar tenure did; both are null where the feedback does not give it.

    Attributes:
        from_months (int | None): Included.
        below_months (int | None): Not included; null where there is no end.
        feedback (FeedbackFigures): What agents did with drafts; of several feedback on one draft, the last counts,
            whenever it came.
    """

    from_months: int | None
    below_months: int | None
    feedback: FeedbackFigures

    def to_dict(self) -> dict[str, Any]:
        from_months: int | None
        from_months = self.from_months

        below_months: int | None
        below_months = self.below_months

        feedback = self.feedback.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "from_months": from_months,
                "below_months": below_months,
                "feedback": feedback,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.feedback_figures import FeedbackFigures  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_from_months(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        from_months = _parse_from_months(d.pop("from_months"))

        def _parse_below_months(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        below_months = _parse_below_months(d.pop("below_months"))

        feedback = FeedbackFigures.from_dict(d.pop("feedback"))

        tenure_figures = cls(
            from_months=from_months,
            below_months=below_months,
            feedback=feedback,
        )

        return tenure_figures
