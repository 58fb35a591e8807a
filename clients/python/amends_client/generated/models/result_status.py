from typing import Literal

ResultStatus = Literal["cancelled", "failed", "needs_review", "queued", "ready", "running"]

RESULT_STATUS_VALUES: set[ResultStatus] = {
    "cancelled",
    "failed",
    "needs_review",
    "queued",
    "ready",
    "running",
}


def check_result_status(value: str) -> ResultStatus:
    if value in RESULT_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RESULT_STATUS_VALUES!r}")
