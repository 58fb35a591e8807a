from typing import Literal

WebhookInputEventsType0Item = Literal["batch.finished", "draft.finished"]

WEBHOOK_INPUT_EVENTS_TYPE_0_ITEM_VALUES: set[WebhookInputEventsType0Item] = {
    "batch.finished",
    "draft.finished",
}


def check_webhook_input_events_type_0_item(value: str) -> WebhookInputEventsType0Item:
    if value in WEBHOOK_INPUT_EVENTS_TYPE_0_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEBHOOK_INPUT_EVENTS_TYPE_0_ITEM_VALUES!r}")
