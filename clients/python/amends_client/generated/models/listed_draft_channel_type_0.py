from typing import Literal

ListedDraftChannelType0 = Literal["chat", "email", "review", "social"]

LISTED_DRAFT_CHANNEL_TYPE_0_VALUES: set[ListedDraftChannelType0] = {
    "chat",
    "email",
    "review",
    "social",
}


def check_listed_draft_channel_type_0(value: str) -> ListedDraftChannelType0:
    if value in LISTED_DRAFT_CHANNEL_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LISTED_DRAFT_CHANNEL_TYPE_0_VALUES!r}")
