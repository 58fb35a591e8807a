from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.batch_status import BatchStatus, check_batch_status

if TYPE_CHECKING:
    from ..models.batch_counts import BatchCounts
    from ..models.batch_fault import BatchFault


T = TypeVar("T", bound="Batch")


@_attrs_define
class Batch:
    """Where a batch stands.

    Attributes:
        id (str):
        status (BatchStatus):
        created_at (datetime.datetime):
        finished_at (datetime.datetime | None): When its last draft ended; null until then.
        lines (int): How many lines there are, blank ones not counted.
        counts (BatchCounts): How many lines stand where; together they are all lines of the batch.
        faults (list[BatchFault]): The first 100 lines that hold no case; the results have all of them.
    """

    id: str
    status: BatchStatus
    created_at: datetime.datetime
    finished_at: datetime.datetime | None
    lines: int
    counts: BatchCounts
    faults: list[BatchFault]

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        status: str = self.status

        created_at = self.created_at.isoformat()

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        lines = self.lines

        counts = self.counts.to_dict()

        faults = []
        for faults_item_data in self.faults:
            faults_item = faults_item_data.to_dict()
            faults.append(faults_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "status": status,
                "created_at": created_at,
                "finished_at": finished_at,
                "lines": lines,
                "counts": counts,
                "faults": faults,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_counts import BatchCounts  # noqa: PLC0415
        from ..models.batch_fault import BatchFault  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        status = check_batch_status(d.pop("status"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        lines = d.pop("lines")

        counts = BatchCounts.from_dict(d.pop("counts"))

        faults = []
        _faults = d.pop("faults")
        for faults_item_data in _faults:
            faults_item = BatchFault.from_dict(faults_item_data)

            faults.append(faults_item)

        batch = cls(
            id=id,
            status=status,
            created_at=created_at,
            finished_at=finished_at,
            lines=lines,
            counts=counts,
            faults=faults,
        )

        return batch
