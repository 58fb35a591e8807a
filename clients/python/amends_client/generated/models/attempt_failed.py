from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="AttemptFailed")


@_attrs_define
class AttemptFailed:
    """No text came; `reason` is the name of the fault.

    Attributes:
        attempt (int):
        reason (str):
        kind (str | Unset): What was wrong, in a word, as in the service's metrics: `key_refused`. Default: 'failed'.
    """

    attempt: int
    reason: str
    kind: str | Unset = "failed"

    def to_dict(self) -> dict[str, Any]:
        attempt = self.attempt

        reason = self.reason

        kind = self.kind

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "attempt": attempt,
                "reason": reason,
            }
        )
        if kind is not UNSET:
            field_dict["kind"] = kind

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        attempt = d.pop("attempt")

        reason = d.pop("reason")

        kind = d.pop("kind", UNSET)

        attempt_failed = cls(
            attempt=attempt,
            reason=reason,
            kind=kind,
        )

        return attempt_failed
