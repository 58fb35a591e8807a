"""Reads the events that Amends sends to a webhook."""

from __future__ import annotations

from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

from amends_client.errors import NotOurs
from amends_client.generated.models import EventBody


def read_event(secret: str, headers: Mapping[str, str], body: bytes) -> EventBody:
    """The event of a request: its `headers`, and its body as it came, to the byte.

    It may come more than once: the header `webhook-id` is the same each time.

    Raises:
        NotOurs: it is not signed with the secret, or is more than five minutes old.
        ValueError: the secret is none.
    """
    webhook = Webhook(secret)
    try:
        return EventBody.from_dict(webhook.verify(body, dict(headers)))
    except (WebhookVerificationError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise NotOurs("The event is not signed with this secret, or not one of the last five minutes.") from error
