from typing import Literal

ListDraftsChannelType0 = Literal["chat", "email", "review", "social"]

LIST_DRAFTS_CHANNEL_TYPE_0_VALUES: set[ListDraftsChannelType0] = {
    "chat",
    "email",
    "review",
    "social",
}


def check_list_drafts_channel_type_0(value: str) -> ListDraftsChannelType0:
    if value in LIST_DRAFTS_CHANNEL_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_DRAFTS_CHANNEL_TYPE_0_VALUES!r}")
