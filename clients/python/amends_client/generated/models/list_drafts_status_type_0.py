from typing import Literal

ListDraftsStatusType0 = Literal["failed", "needs_review", "ready"]

LIST_DRAFTS_STATUS_TYPE_0_VALUES: set[ListDraftsStatusType0] = {
    "failed",
    "needs_review",
    "ready",
}


def check_list_drafts_status_type_0(value: str) -> ListDraftsStatusType0:
    if value in LIST_DRAFTS_STATUS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_DRAFTS_STATUS_TYPE_0_VALUES!r}")
