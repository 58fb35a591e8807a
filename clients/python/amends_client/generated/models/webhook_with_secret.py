from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.webhook_with_secret_events_item import (
    WebhookWithSecretEventsItem,
    check_webhook_with_secret_events_item,
)

T = TypeVar("T", bound="WebhookWithSecret")


@_attrs_define
class WebhookWithSecret:
    """A webhook with the secret that signs what is sent to it; the secret is shown this once.

    Attributes:
        id (str):
        url (str):
        events (list[WebhookWithSecretEventsItem]):
        created_at (datetime.datetime):
        secret (str): As Standard Webhooks libraries take it: `whsec_` and base64.
    """

    id: str
    url: str
    events: list[WebhookWithSecretEventsItem]
    created_at: datetime.datetime
    secret: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        url = self.url

        events = []
        for events_item_data in self.events:
            events_item: str = events_item_data
            events.append(events_item)

        created_at = self.created_at.isoformat()

        secret = self.secret

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "url": url,
                "events": events,
                "created_at": created_at,
                "secret": secret,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        url = d.pop("url")

        events = []
        _events = d.pop("events")
        for events_item_data in _events:
            events_item = check_webhook_with_secret_events_item(events_item_data)

            events.append(events_item)

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        secret = d.pop("secret")

        webhook_with_secret = cls(
            id=id,
            url=url,
            events=events,
            created_at=created_at,
            secret=secret,
        )

        return webhook_with_secret
