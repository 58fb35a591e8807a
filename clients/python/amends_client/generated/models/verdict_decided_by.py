from typing import Literal

VerdictDecidedBy = Literal["judge", "model", "rule"]

VERDICT_DECIDED_BY_VALUES: set[VerdictDecidedBy] = {
    "judge",
    "model",
    "rule",
}


def check_verdict_decided_by(value: str) -> VerdictDecidedBy:
    if value in VERDICT_DECIDED_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VERDICT_DECIDED_BY_VALUES!r}")
