from typing import Literal

BatchLineStatus = Literal["cancelled", "failed", "faulty", "needs_review", "queued", "ready", "running"]

BATCH_LINE_STATUS_VALUES: set[BatchLineStatus] = {
    "cancelled",
    "failed",
    "faulty",
    "needs_review",
    "queued",
    "ready",
    "running",
}


def check_batch_line_status(value: str) -> BatchLineStatus:
    if value in BATCH_LINE_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BATCH_LINE_STATUS_VALUES!r}")
