from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="BatchCounts")


@_attrs_define
class BatchCounts:
    """How many lines stand where; together they are all lines of the batch.

    Attributes:
        queued (int | Unset):  Default: 0.
        running (int | Unset):  Default: 0.
        ready (int | Unset):  Default: 0.
        needs_review (int | Unset):  Default: 0.
        failed (int | Unset):  Default: 0.
        cancelled (int | Unset):  Default: 0.
        faulty (int | Unset): Lines that hold no case. Default: 0.
    """

    queued: int | Unset = 0
    running: int | Unset = 0
    ready: int | Unset = 0
    needs_review: int | Unset = 0
    failed: int | Unset = 0
    cancelled: int | Unset = 0
    faulty: int | Unset = 0

    def to_dict(self) -> dict[str, Any]:
        queued = self.queued

        running = self.running

        ready = self.ready

        needs_review = self.needs_review

        failed = self.failed

        cancelled = self.cancelled

        faulty = self.faulty

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if queued is not UNSET:
            field_dict["queued"] = queued
        if running is not UNSET:
            field_dict["running"] = running
        if ready is not UNSET:
            field_dict["ready"] = ready
        if needs_review is not UNSET:
            field_dict["needs_review"] = needs_review
        if failed is not UNSET:
            field_dict["failed"] = failed
        if cancelled is not UNSET:
            field_dict["cancelled"] = cancelled
        if faulty is not UNSET:
            field_dict["faulty"] = faulty

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        queued = d.pop("queued", UNSET)

        running = d.pop("running", UNSET)

        ready = d.pop("ready", UNSET)

        needs_review = d.pop("needs_review", UNSET)

        failed = d.pop("failed", UNSET)

        cancelled = d.pop("cancelled", UNSET)

        faulty = d.pop("faulty", UNSET)

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
