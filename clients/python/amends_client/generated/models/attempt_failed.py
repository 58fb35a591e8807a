from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="AttemptFailed")


@_attrs_define
class AttemptFailed:
    """No text came; `reason` is the kind of the fault.

    Attributes:
        attempt (int):
        reason (str):
    """

    attempt: int
    reason: str

    def to_dict(self) -> dict[str, Any]:
        attempt = self.attempt

        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "attempt": attempt,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        attempt = d.pop("attempt")

        reason = d.pop("reason")

        attempt_failed = cls(
            attempt=attempt,
            reason=reason,
        )

        return attempt_failed
