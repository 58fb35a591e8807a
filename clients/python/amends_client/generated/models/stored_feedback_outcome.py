from typing import Literal

StoredFeedbackOutcome = Literal["edited", "rejected", "sent"]

STORED_FEEDBACK_OUTCOME_VALUES: set[StoredFeedbackOutcome] = {
    "edited",
    "rejected",
    "sent",
}


def check_stored_feedback_outcome(value: str) -> StoredFeedbackOutcome:
    if value in STORED_FEEDBACK_OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STORED_FEEDBACK_OUTCOME_VALUES!r}")
