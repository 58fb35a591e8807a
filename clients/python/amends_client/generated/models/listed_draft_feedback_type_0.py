from typing import Literal

ListedDraftFeedbackType0 = Literal["edited", "rejected", "sent"]

LISTED_DRAFT_FEEDBACK_TYPE_0_VALUES: set[ListedDraftFeedbackType0] = {
    "edited",
    "rejected",
    "sent",
}


def check_listed_draft_feedback_type_0(value: str) -> ListedDraftFeedbackType0:
    if value in LISTED_DRAFT_FEEDBACK_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LISTED_DRAFT_FEEDBACK_TYPE_0_VALUES!r}")
