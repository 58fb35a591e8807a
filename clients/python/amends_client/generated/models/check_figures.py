from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.feedback_figures import FeedbackFigures
    from ..models.share import Share


T = TypeVar("T", bound="CheckFigures")


@_attrs_define
class CheckFigures:
    """What a check has to do with what agents did.

    Attributes:
        check (str):
        failed (None | Share): Drafts that failed it, of those that were checked.
        feedback_where_passed (FeedbackFigures): What agents did with drafts; of several feedback on one draft, the last
            counts, whenever it came.
        feedback_where_failed (FeedbackFigures): What agents did with drafts; of several feedback on one draft, the last
            counts, whenever it came.
    """

    check: str
    failed: None | Share
    feedback_where_passed: FeedbackFigures
    feedback_where_failed: FeedbackFigures

    def to_dict(self) -> dict[str, Any]:
        from ..models.share import Share  # noqa: PLC0415

        check = self.check

        failed: dict[str, Any] | None
        if isinstance(self.failed, Share):
            failed = self.failed.to_dict()
        else:
            failed = self.failed

        feedback_where_passed = self.feedback_where_passed.to_dict()

        feedback_where_failed = self.feedback_where_failed.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "check": check,
                "failed": failed,
                "feedback_where_passed": feedback_where_passed,
                "feedback_where_failed": feedback_where_failed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.feedback_figures import FeedbackFigures  # noqa: PLC0415
        from ..models.share import Share  # noqa: PLC0415

        d = dict(src_dict)
        check = d.pop("check")

        def _parse_failed(data: object) -> None | Share:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                failed_type_0 = Share.from_dict(data)

                return failed_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Share, data)

        failed = _parse_failed(d.pop("failed"))

        feedback_where_passed = FeedbackFigures.from_dict(d.pop("feedback_where_passed"))

        feedback_where_failed = FeedbackFigures.from_dict(d.pop("feedback_where_failed"))

        check_figures = cls(
            check=check,
            failed=failed,
            feedback_where_passed=feedback_where_passed,
            feedback_where_failed=feedback_where_failed,
        )

        return check_figures
