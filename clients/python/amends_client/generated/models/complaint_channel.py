from typing import Literal

ComplaintChannel = Literal["chat", "email", "review", "social"]

COMPLAINT_CHANNEL_VALUES: set[ComplaintChannel] = {
    "chat",
    "email",
    "review",
    "social",
}


def check_complaint_channel(value: str) -> ComplaintChannel:
    if value in COMPLAINT_CHANNEL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COMPLAINT_CHANNEL_VALUES!r}")
