from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.problem import Problem


T = TypeVar("T", bound="BatchFault")


@_attrs_define
class BatchFault:
    """A line that holds no case: which, and why.

    Attributes:
        id (None | str):
        error (Problem): An error as RFC 9457 has it: `type` is stable, `detail` is for a person.
        line (int): Counted from 1, blank lines included.
    """

    id: None | str
    error: Problem
    line: int

    def to_dict(self) -> dict[str, Any]:
        id: None | str
        id = self.id

        error = self.error.to_dict()

        line = self.line

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "error": error,
                "line": line,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.problem import Problem  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        id = _parse_id(d.pop("id"))

        error = Problem.from_dict(d.pop("error"))

        line = d.pop("line")

        batch_fault = cls(
            id=id,
            error=error,
            line=line,
        )

        return batch_fault
