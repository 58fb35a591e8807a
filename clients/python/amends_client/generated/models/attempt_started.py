from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="AttemptStarted")


@_attrs_define
class AttemptStarted:
    """A model was asked for a text.

    Attributes:
        attempt (int): Counts the attempts of this draft.
    """

    attempt: int

    def to_dict(self) -> dict[str, Any]:
        attempt = self.attempt

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "attempt": attempt,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        attempt = d.pop("attempt")

        attempt_started = cls(
            attempt=attempt,
        )

        return attempt_started
