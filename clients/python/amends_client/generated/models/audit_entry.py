from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.audit_entry_figures import AuditEntryFigures


T = TypeVar("T", bound="AuditEntry")


@_attrs_define
class AuditEntry:
    """One deed.

    Attributes:
        id (int): Counts upward, with gaps.
        at (datetime.datetime):
        actor (str): `key:` and the id of the access key; `operator` is whoever runs commands, or calls the service
            where no key is needed; `retention` is the service itself with texts grown old.
        action (str):
        about (None | str): The id of the draft, batch, webhook, delivery, deletion or access key.
        figures (AuditEntryFigures): What it was about, counted.
    """

    id: int
    at: datetime.datetime
    actor: str
    action: str
    about: None | str
    figures: AuditEntryFigures

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        at = self.at.isoformat()

        actor = self.actor

        action = self.action

        about: None | str
        about = self.about

        figures = self.figures.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "at": at,
                "actor": actor,
                "action": action,
                "about": about,
                "figures": figures,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_entry_figures import AuditEntryFigures  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        actor = d.pop("actor")

        action = d.pop("action")

        def _parse_about(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        about = _parse_about(d.pop("about"))

        figures = AuditEntryFigures.from_dict(d.pop("figures"))

        audit_entry = cls(
            id=id,
            at=at,
            actor=actor,
            action=action,
            about=about,
            figures=figures,
        )

        return audit_entry
