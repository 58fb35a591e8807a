from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="BatchCounts")


@_attrs_define
class BatchCounts:
    """How many lines stand where; together they are all lines of the batch.

    Attributes:
        queued (int):  Default: 0.
        running (int):  Default: 0.
        ready (int):  Default: 0.
        needs_review (int):  Default: 0.
        failed (int):  Default: 0.
        cancelled (int):  Default: 0.
        faulty (int): Lines that hold no case. Default: 0.
    """

    queued: int = 0
    running: int = 0
    ready: int = 0
    needs_review: int = 0
    failed: int = 0
    cancelled: int = 0
    faulty: int = 0

    def to_dict(self) -> dict[str, Any]:
        queued = self.queued

        running = self.running

        ready = self.ready

        needs_review = self.needs_review

        failed = self.failed

        cancelled = self.cancelled

        faulty = self.faulty

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "queued": queued,
                "running": running,
                "ready": ready,
                "needs_review": needs_review,
                "failed": failed,
                "cancelled": cancelled,
                "faulty": faulty,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        queued = d.pop("queued")

        running = d.pop("running")

        ready = d.pop("ready")

        needs_review = d.pop("needs_review")

        failed = d.pop("failed")

        cancelled = d.pop("cancelled")

        faulty = d.pop("faulty")

        batch_counts = cls(
            queued=queued,
            running=running,
            ready=ready,
            needs_review=needs_review,
            failed=failed,
            cancelled=cancelled,
            faulty=faulty,
        )

        return batch_counts
