from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="EventData")


@_attrs_define
class EventData:
    """What an event is about; ask for it by its id.

    Attributes:
        id (str):
        ref (None | str): The caller's own reference of the case, where it had one.
        status (str): How it ended.
    """

    id: str
    ref: None | str
    status: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        ref: None | str
        ref = self.ref

        status = self.status

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "ref": ref,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        def _parse_ref(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        ref = _parse_ref(d.pop("ref"))

        status = d.pop("status")

        event_data = cls(
            id=id,
            ref=ref,
            status=status,
        )

        return event_data
