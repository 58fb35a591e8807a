from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.event_body_type import EventBodyType, check_event_body_type

if TYPE_CHECKING:
    from ..models.event_data import EventData


T = TypeVar("T", bound="EventBody")


@_attrs_define
class EventBody:
    """The body that is sent.

    Attributes:
        type_ (EventBodyType):
        timestamp (datetime.datetime): When it happened, which is not when it is sent.
        data (EventData): What an event is about; ask for it by its id.
    """

    type_: EventBodyType
    timestamp: datetime.datetime
    data: EventData

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        timestamp = self.timestamp.isoformat()

        data = self.data.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "timestamp": timestamp,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_data import EventData  # noqa: PLC0415

        d = dict(src_dict)
        type_ = check_event_body_type(d.pop("type"))

        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        data = EventData.from_dict(d.pop("data"))

        event_body = cls(
            type_=type_,
            timestamp=timestamp,
            data=data,
        )

        return event_body
