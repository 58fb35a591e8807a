"""The bodies of requests and answers about webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from guardrails.types import SEEN, Contract
from service.webhooks.events import EVENT_NAMES, EventName
from service.webhooks.retrying import DeliveryStatus

MOST_URL_CHARACTERS = 2_000
MOST_ON_A_PAGE = 100
# As much of a URL as every installation asks for; which hosts and ports will do is no matter of its form.
URL_FORM = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@\\]+([/?][^\s#]*)?#?$"
URL_EXAMPLE = "https://hooks.example.com/amends"


class WebhookInput(Contract):
    """A URL that is to hear of events."""

    url: Annotated[str, StringConstraints(max_length=MOST_URL_CHARACTERS, pattern=SEEN)] = Field(
        description="Where events are POSTed: https and a public host. Redirects are not followed.",
        # Told, and not asked for here: service.webhooks.targets sees more, and says what is wrong.
        json_schema_extra={"pattern": URL_FORM, "examples": [URL_EXAMPLE]},
    )
    events: Annotated[tuple[EventName, ...], Field(min_length=1, max_length=len(EVENT_NAMES))] | None = Field(
        default=None, description="Which events; by default all that there are."
    )


class Webhook(Contract):
    """A URL that hears of events."""

    id: str
    url: str
    events: tuple[EventName, ...]
    created_at: AwareDatetime


class WebhookWithSecret(Webhook):
    """A webhook with the secret that signs what is sent to it; the secret is shown this once."""

    secret: str = Field(description="As Standard Webhooks libraries take it: `whsec_` and base64.")


class WebhookList(Contract):
    """Every webhook."""

    webhooks: tuple[Webhook, ...]


class Delivery(Contract):
    """An event on its way to a webhook; its `id` is what the receiver gets as `webhook-id`, at every try the same."""

    id: str
    webhook_id: str
    event: str
    about: str = Field(description="The id of the draft, batch or webhook.")
    status: DeliveryStatus
    tries: int = Field(ge=0)
    created_at: AwareDatetime
    next_at: AwareDatetime | None = Field(description="When it is tried next, where it is pending.")
    delivered_at: AwareDatetime | None
    fault: str | None = Field(description="How the last try ended, unless it was taken.")


class DeliveryPage(Contract):
    """Some deliveries, the newest first."""

    deliveries: tuple[Delivery, ...]
    next: str | None = Field(description="What to give as `after` for the page that follows; null on the last.")


class DeliveryQuery(Contract):
    """Which deliveries to list."""

    status: DeliveryStatus = Field(
        default="dead", description="`dead` are those that nobody took within about a day; they can be replayed."
    )
    limit: int = Field(default=50, ge=1, le=MOST_ON_A_PAGE)
    after: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,17}-[0-9a-f]{32}$")] | None = Field(
        default=None, description="The `next` of the page before."
    )


class Nothing(Contract):
    """The body of a request that has none."""


def cursor_of(created_at: datetime, delivery_id: str) -> str:
    """Where a page ends: a moment in microseconds, and an id."""
    return f"{round(created_at.timestamp() * 1_000_000)}-{delivery_id}"
