from typing import Literal

ListedDraftStatus = Literal["failed", "needs_review", "ready"]

LISTED_DRAFT_STATUS_VALUES: set[ListedDraftStatus] = {
    "failed",
    "needs_review",
    "ready",
}


def check_listed_draft_status(value: str) -> ListedDraftStatus:
    if value in LISTED_DRAFT_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LISTED_DRAFT_STATUS_VALUES!r}")
