from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.ticket_status import TicketStatus, check_ticket_status

T = TypeVar("T", bound="Ticket")


@_attrs_define
class Ticket:
    """An accepted case that is no draft yet.

    Attributes:
        id (str): That of the draft which it becomes.
        ref (None | str):
        status (TicketStatus):
    """

    id: str
    ref: None | str
    status: TicketStatus

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        ref: None | str
        ref = self.ref

        status: str = self.status

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

        status = check_ticket_status(d.pop("status"))

        ticket = cls(
            id=id,
            ref=ref,
            status=status,
        )

        return ticket
