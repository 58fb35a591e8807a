from typing import Literal

ListDraftsFeedbackType0 = Literal["edited", "given", "none", "rejected", "sent"]

LIST_DRAFTS_FEEDBACK_TYPE_0_VALUES: set[ListDraftsFeedbackType0] = {
    "edited",
    "given",
    "none",
    "rejected",
    "sent",
}


def check_list_drafts_feedback_type_0(value: str) -> ListDraftsFeedbackType0:
    if value in LIST_DRAFTS_FEEDBACK_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_DRAFTS_FEEDBACK_TYPE_0_VALUES!r}")
