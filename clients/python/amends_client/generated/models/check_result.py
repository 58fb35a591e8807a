from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

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
        unverified_constraints (list[str] | None | Unset): Constraints that no check can decide, word for word; absent
            where there is none.
    """

    id: None | str
    passed: bool
    verdicts: list[Verdict]
    unverified_constraints: list[str] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        id: None | str
        id = self.id

        passed = self.passed

        verdicts = []
        for verdicts_item_data in self.verdicts:
            verdicts_item = verdicts_item_data.to_dict()
            verdicts.append(verdicts_item)

        unverified_constraints: list[str] | None | Unset
        if isinstance(self.unverified_constraints, Unset):
            unverified_constraints = UNSET
        elif isinstance(self.unverified_constraints, list):
            unverified_constraints = self.unverified_constraints

        else:
            unverified_constraints = self.unverified_constraints

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "passed": passed,
                "verdicts": verdicts,
            }
        )
        if unverified_constraints is not UNSET:
            field_dict["unverified_constraints"] = unverified_constraints

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

        def _parse_unverified_constraints(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                unverified_constraints_type_0 = cast(list[str], data)

                return unverified_constraints_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        unverified_constraints = _parse_unverified_constraints(d.pop("unverified_constraints", UNSET))

        check_result = cls(
            id=id,
            passed=passed,
            verdicts=verdicts,
            unverified_constraints=unverified_constraints,
        )

        return check_result
