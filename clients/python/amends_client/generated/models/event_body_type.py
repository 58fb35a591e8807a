from typing import Literal

EventBodyType = Literal["batch.finished", "draft.finished", "webhook.test"]

EVENT_BODY_TYPE_VALUES: set[EventBodyType] = {
    "batch.finished",
    "draft.finished",
    "webhook.test",
}


def check_event_body_type(value: str) -> EventBodyType:
    if value in EVENT_BODY_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVENT_BODY_TYPE_VALUES!r}")
