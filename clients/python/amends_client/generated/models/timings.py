from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Timings")


@_attrs_define
class Timings:
    """Milliseconds: in all, waiting for the model, and in the checks.

    Attributes:
        total (float):
        model (float):
        checks (float):
    """

    total: float
    model: float
    checks: float

    def to_dict(self) -> dict[str, Any]:
        total = self.total

        model = self.model

        checks = self.checks

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "total": total,
                "model": model,
                "checks": checks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        total = d.pop("total")

        model = d.pop("model")

        checks = d.pop("checks")

        timings = cls(
            total=total,
            model=model,
            checks=checks,
        )

        return timings
