from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.delivery_status import DeliveryStatus, check_delivery_status

T = TypeVar("T", bound="Delivery")


@_attrs_define
class Delivery:
    """An event on its way to a webhook; its `id` is what the receiver gets as `webhook-id`, at every try the same.

    Attributes:
        id (str):
        webhook_id (str):
        event (str):
        about (str): The id of the draft, batch or webhook.
        status (DeliveryStatus):
        tries (int):
        created_at (datetime.datetime):
        next_at (datetime.datetime | None): When it is tried next, where it is pending.
        delivered_at (datetime.datetime | None):
        fault (None | str): How the last try ended, unless it was taken.
    """

    id: str
    webhook_id: str
    event: str
    about: str
    status: DeliveryStatus
    tries: int
    created_at: datetime.datetime
    next_at: datetime.datetime | None
    delivered_at: datetime.datetime | None
    fault: None | str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        webhook_id = self.webhook_id

        event = self.event

        about = self.about

        status: str = self.status

        tries = self.tries

        created_at = self.created_at.isoformat()

        next_at: None | str
        if isinstance(self.next_at, datetime.datetime):
            next_at = self.next_at.isoformat()
        else:
            next_at = self.next_at

        delivered_at: None | str
        if isinstance(self.delivered_at, datetime.datetime):
            delivered_at = self.delivered_at.isoformat()
        else:
            delivered_at = self.delivered_at

        fault: None | str
        fault = self.fault

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "webhook_id": webhook_id,
                "event": event,
                "about": about,
                "status": status,
                "tries": tries,
                "created_at": created_at,
                "next_at": next_at,
                "delivered_at": delivered_at,
                "fault": fault,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        webhook_id = d.pop("webhook_id")

        event = d.pop("event")

        about = d.pop("about")

        status = check_delivery_status(d.pop("status"))

        tries = d.pop("tries")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_next_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_at = _parse_next_at(d.pop("next_at"))

        def _parse_delivered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                delivered_at_type_0 = datetime.datetime.fromisoformat(data)

                return delivered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        delivered_at = _parse_delivered_at(d.pop("delivered_at"))

        def _parse_fault(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        fault = _parse_fault(d.pop("fault"))

        delivery = cls(
            id=id,
            webhook_id=webhook_id,
            event=event,
            about=about,
            status=status,
            tries=tries,
            created_at=created_at,
            next_at=next_at,
            delivered_at=delivered_at,
            fault=fault,
        )

        return delivery
