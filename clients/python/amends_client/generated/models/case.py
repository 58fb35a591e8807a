from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.complaint import Complaint
    from ..models.context import Context
    from ..models.options import Options


T = TypeVar("T", bound="Case")


@_attrs_define
class Case:
    """A complaint with its context: what a draft is asked for.

    Attributes:
        complaint (Complaint): What the customer wrote, and where.
        context (Context): What the business knows and allows: the only source of facts and promises in a draft.
        id (None | str | Unset): The caller's own reference: echoed, never unique.
        options (None | Options | Unset):
    """

    complaint: Complaint
    context: Context
    id: None | str | Unset = UNSET
    options: None | Options | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.options import Options  # noqa: PLC0415

        complaint = self.complaint.to_dict()

        context = self.context.to_dict()

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        options: dict[str, Any] | None | Unset
        if isinstance(self.options, Unset):
            options = UNSET
        elif isinstance(self.options, Options):
            options = self.options.to_dict()
        else:
            options = self.options

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "complaint": complaint,
                "context": context,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if options is not UNSET:
            field_dict["options"] = options

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.complaint import Complaint  # noqa: PLC0415
        from ..models.context import Context  # noqa: PLC0415
        from ..models.options import Options  # noqa: PLC0415

        d = dict(src_dict)
        complaint = Complaint.from_dict(d.pop("complaint"))

        context = Context.from_dict(d.pop("context"))

        def _parse_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))

        def _parse_options(data: object) -> None | Options | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                options_type_0 = Options.from_dict(data)

                return options_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Options | Unset, data)

        options = _parse_options(d.pop("options", UNSET))

        case = cls(
            complaint=complaint,
            context=context,
            id=id,
            options=options,
        )

        return case
