from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.verdict import Verdict


T = TypeVar("T", bound="CheckResult")


@_attrs_define
class CheckResult:
    """The verdicts on a draft; `passed` when every blocking one passed.

    Attributes:
        id (None | str):
        passed (bool):
        verdicts (list[Verdict]):
    """

    id: None | str
    passed: bool
    verdicts: list[Verdict]

    def to_dict(self) -> dict[str, Any]:
        id: None | str
        id = self.id

        passed = self.passed

        verdicts = []
        for verdicts_item_data in self.verdicts:
            verdicts_item = verdicts_item_data.to_dict()
            verdicts.append(verdicts_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "passed": passed,
                "verdicts": verdicts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.verdict import Verdict  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        id = _parse_id(d.pop("id"))

        passed = d.pop("passed")

        verdicts = []
        _verdicts = d.pop("verdicts")
        for verdicts_item_data in _verdicts:
            verdicts_item = Verdict.from_dict(verdicts_item_data)

            verdicts.append(verdicts_item)

        check_result = cls(
            id=id,
            passed=passed,
            verdicts=verdicts,
        )

        return check_result
