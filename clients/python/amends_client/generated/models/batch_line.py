from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.batch_line_status import BatchLineStatus, check_batch_line_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.problem import Problem
    from ..models.result import Result


T = TypeVar("T", bound="BatchLine")


@_attrs_define
class BatchLine:
    """What became of one line: a `result`, an `error`, or, where neither is there, its `status` alone.

    Attributes:
        line (int): Counted from 1, blank lines included.
        id (None | str): The caller's own reference of the case.
        draft_id (None | str): Ours, by which the draft can be read; null where there is no case.
        status (BatchLineStatus):
        result (None | Result | Unset): There where the draft is `ready` or `needs_review`.
        error (None | Problem | Unset): There where the line is `faulty` or the draft `failed`.
        deleted_at (datetime.datetime | None | Unset): There where the draft was deleted, and with it result, error and
            reference.
    """

    line: int
    id: None | str
    draft_id: None | str
    status: BatchLineStatus
    result: None | Result | Unset = UNSET
    error: None | Problem | Unset = UNSET
    deleted_at: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.problem import Problem  # noqa: PLC0415
        from ..models.result import Result  # noqa: PLC0415

        line = self.line

        id: None | str
        id = self.id

        draft_id: None | str
        draft_id = self.draft_id

        status: str = self.status

        result: dict[str, Any] | None | Unset
        if isinstance(self.result, Unset):
            result = UNSET
        elif isinstance(self.result, Result):
            result = self.result.to_dict()
        else:
            result = self.result

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, Problem):
            error = self.error.to_dict()
        else:
            error = self.error

        deleted_at: None | str | Unset
        if isinstance(self.deleted_at, Unset):
            deleted_at = UNSET
        elif isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "line": line,
                "id": id,
                "draft_id": draft_id,
                "status": status,
            }
        )
        if result is not UNSET:
            field_dict["result"] = result
        if error is not UNSET:
            field_dict["error"] = error
        if deleted_at is not UNSET:
            field_dict["deleted_at"] = deleted_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.problem import Problem  # noqa: PLC0415
        from ..models.result import Result  # noqa: PLC0415

        d = dict(src_dict)
        line = d.pop("line")

        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        id = _parse_id(d.pop("id"))

        def _parse_draft_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        draft_id = _parse_draft_id(d.pop("draft_id"))

        status = check_batch_line_status(d.pop("status"))

        def _parse_result(data: object) -> None | Result | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0 = Result.from_dict(data)

                return result_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Result | Unset, data)

        result = _parse_result(d.pop("result", UNSET))

        def _parse_error(data: object) -> None | Problem | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = Problem.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Problem | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        def _parse_deleted_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deleted_at_type_0 = datetime.datetime.fromisoformat(data)

                return deleted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        deleted_at = _parse_deleted_at(d.pop("deleted_at", UNSET))

        batch_line = cls(
            line=line,
            id=id,
            draft_id=draft_id,
            status=status,
            result=result,
            error=error,
            deleted_at=deleted_at,
        )

        return batch_line
