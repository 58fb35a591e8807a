from typing import Literal

BatchStatus = Literal["cancelled", "finished", "running"]

BATCH_STATUS_VALUES: set[BatchStatus] = {
    "cancelled",
    "finished",
    "running",
}


def check_batch_status(value: str) -> BatchStatus:
    if value in BATCH_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BATCH_STATUS_VALUES!r}")
