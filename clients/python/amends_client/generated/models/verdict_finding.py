from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="VerdictFinding")


@_attrs_define
class VerdictFinding:
    """A finding as it is answered: with the words themselves.

    Attributes:
        start (int):
        end (int):
        excerpt (str):
        reason (str):
    """

    start: int
    end: int
    excerpt: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        start = self.start

        end = self.end

        excerpt = self.excerpt

        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "start": start,
                "end": end,
                "excerpt": excerpt,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        start = d.pop("start")

        end = d.pop("end")

        excerpt = d.pop("excerpt")

        reason = d.pop("reason")

        verdict_finding = cls(
            start=start,
            end=end,
            excerpt=excerpt,
            reason=reason,
        )

        return verdict_finding
