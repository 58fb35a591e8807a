from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.edit_distances import EditDistances
    from ..models.share import Share


T = TypeVar("T", bound="FeedbackFigures")


@_attrs_define
class FeedbackFigures:
    """What agents did with drafts; of several feedback on one draft, the last counts, whenever it came.

    Attributes:
        drafts (int): Drafts with feedback: sent, edited, rejected and withheld.
        sent (int): Sent as they were.
        edited (int):
        rejected (int):
        withheld (int): Drafts with feedback of which no text was shown: the agent had none.
        acceptance (None | Share): Sent as they were, of all that were sent, edited or rejected; null where there are
            none.
        edit_distance (EditDistances | None): Null where nothing was sent or edited.
    """

    drafts: int
    sent: int
    edited: int
    rejected: int
    withheld: int
    acceptance: None | Share
    edit_distance: EditDistances | None

    def to_dict(self) -> dict[str, Any]:
        from ..models.edit_distances import EditDistances  # noqa: PLC0415
        from ..models.share import Share  # noqa: PLC0415

        drafts = self.drafts

        sent = self.sent

        edited = self.edited

        rejected = self.rejected

        withheld = self.withheld

        acceptance: dict[str, Any] | None
        if isinstance(self.acceptance, Share):
            acceptance = self.acceptance.to_dict()
        else:
            acceptance = self.acceptance

        edit_distance: dict[str, Any] | None
        if isinstance(self.edit_distance, EditDistances):
            edit_distance = self.edit_distance.to_dict()
        else:
            edit_distance = self.edit_distance

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "drafts": drafts,
                "sent": sent,
                "edited": edited,
                "rejected": rejected,
                "withheld": withheld,
                "acceptance": acceptance,
                "edit_distance": edit_distance,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.edit_distances import EditDistances  # noqa: PLC0415
        from ..models.share import Share  # noqa: PLC0415

        d = dict(src_dict)
        drafts = d.pop("drafts")

        sent = d.pop("sent")

        edited = d.pop("edited")

        rejected = d.pop("rejected")

        withheld = d.pop("withheld")

        def _parse_acceptance(data: object) -> None | Share:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                acceptance_type_0 = Share.from_dict(data)

                return acceptance_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Share, data)

        acceptance = _parse_acceptance(d.pop("acceptance"))

        def _parse_edit_distance(data: object) -> EditDistances | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                edit_distance_type_0 = EditDistances.from_dict(data)

                return edit_distance_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EditDistances | None, data)

        edit_distance = _parse_edit_distance(d.pop("edit_distance"))

        feedback_figures = cls(
            drafts=drafts,
            sent=sent,
            edited=edited,
            rejected=rejected,
            withheld=withheld,
            acceptance=acceptance,
            edit_distance=edit_distance,
        )

        return feedback_figures
