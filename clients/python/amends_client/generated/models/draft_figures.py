from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.feedback_figures import FeedbackFigures
    from ..models.share import Share
    from ..models.usage import Usage


T = TypeVar("T", bound="DraftFigures")


@_attrs_define
class DraftFigures:
    """The figures of a group of drafts.

    Attributes:
        drafts (int):
        ready (None | Share): Drafts that passed every blocking check and need no person.
        shown (None | Share): Drafts of which the caller was given at least one text.
        escalated (None | Share): Complaints that were left to a person.
        median_ms (float | None): Half of the drafts took no longer than this; rounded to two significant digits.
        usage (Usage): Tokens of all attempts together.
        feedback (FeedbackFigures): What agents did with drafts; of several feedback on one draft, the last counts,
            whenever it came.
    """

    drafts: int
    ready: None | Share
    shown: None | Share
    escalated: None | Share
    median_ms: float | None
    usage: Usage
    feedback: FeedbackFigures

    def to_dict(self) -> dict[str, Any]:
        from ..models.share import Share  # noqa: PLC0415

        drafts = self.drafts

        ready: dict[str, Any] | None
        if isinstance(self.ready, Share):
            ready = self.ready.to_dict()
        else:
            ready = self.ready

        shown: dict[str, Any] | None
        if isinstance(self.shown, Share):
            shown = self.shown.to_dict()
        else:
            shown = self.shown

        escalated: dict[str, Any] | None
        if isinstance(self.escalated, Share):
            escalated = self.escalated.to_dict()
        else:
            escalated = self.escalated

        median_ms: float | None
        median_ms = self.median_ms

        usage = self.usage.to_dict()

        feedback = self.feedback.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "drafts": drafts,
                "ready": ready,
                "shown": shown,
                "escalated": escalated,
                "median_ms": median_ms,
                "usage": usage,
                "feedback": feedback,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.feedback_figures import FeedbackFigures  # noqa: PLC0415
        from ..models.share import Share  # noqa: PLC0415
        from ..models.usage import Usage  # noqa: PLC0415

        d = dict(src_dict)
        drafts = d.pop("drafts")

        def _parse_ready(data: object) -> None | Share:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                ready_type_0 = Share.from_dict(data)

                return ready_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Share, data)

        ready = _parse_ready(d.pop("ready"))

        def _parse_shown(data: object) -> None | Share:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                shown_type_0 = Share.from_dict(data)

                return shown_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Share, data)

        shown = _parse_shown(d.pop("shown"))

        def _parse_escalated(data: object) -> None | Share:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                escalated_type_0 = Share.from_dict(data)

                return escalated_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Share, data)

        escalated = _parse_escalated(d.pop("escalated"))

        def _parse_median_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        median_ms = _parse_median_ms(d.pop("median_ms"))

        usage = Usage.from_dict(d.pop("usage"))

        feedback = FeedbackFigures.from_dict(d.pop("feedback"))

        draft_figures = cls(
            drafts=drafts,
            ready=ready,
            shown=shown,
            escalated=escalated,
            median_ms=median_ms,
            usage=usage,
            feedback=feedback,
        )

        return draft_figures
