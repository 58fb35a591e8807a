"""What is answered of a batch: where it stands, and what became of each line."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field

from guardrails.types import Contract
from service.schemas import LineError, Problem, Result

MOST_FAULTS_SHOWN = 100
BatchStatus = Literal["running", "finished", "cancelled"]
LineStatus = Literal["queued", "running", "ready", "needs_review", "failed", "cancelled", "faulty"]


class BatchFault(LineError):
    """A line that holds no case: which, and why."""

    line: int = Field(ge=1, description="Counted from 1, blank lines included.")


class BatchCounts(Contract):
    """How many lines stand where; together they are all lines of the batch."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)  # none is left out of an answer

    queued: int = Field(default=0, ge=0)
    running: int = Field(default=0, ge=0)
    ready: int = Field(default=0, ge=0)
    needs_review: int = Field(default=0, ge=0)
    failed: int = Field(default=0, ge=0)
    cancelled: int = Field(default=0, ge=0)
    faulty: int = Field(default=0, ge=0, description="Lines that hold no case.")


class Batch(Contract):
    """Where a batch stands."""

    id: str
    status: BatchStatus
    created_at: AwareDatetime
    finished_at: AwareDatetime | None = Field(description="When its last draft ended; null until then.")
    lines: int = Field(ge=1, description="How many lines there are, blank ones not counted.")
    counts: BatchCounts
    faults: tuple[BatchFault, ...] = Field(
        max_length=MOST_FAULTS_SHOWN,
        description=f"The first {MOST_FAULTS_SHOWN} lines that hold no case; the results have all of them.",
    )


class BatchLine(Contract):
    """What became of one line: a `result`, an `error`, or, where neither is there, its `status` alone."""

    line: int = Field(ge=1, description="Counted from 1, blank lines included.")
    id: str | None = Field(description="The caller's own reference of the case.")
    draft_id: str | None = Field(description="Ours, by which the draft can be read; null where there is no case.")
    status: LineStatus
    result: Result | None = Field(default=None, description="There where the draft is `ready` or `needs_review`.")
    error: Problem | None = Field(default=None, description="There where the line is `faulty` or the draft `failed`.")
    deleted_at: AwareDatetime | None = Field(
        default=None, description="There where the draft was deleted, and with it result, error and reference."
    )

    def to_json(self) -> str:
        """The line of the answer; what there is not is absent from it."""
        unasked = set() if self.deleted_at else {"deleted_at"}
        head = self.model_dump_json(exclude={"result", "error"} | unasked)
        if self.result:
            return f'{head[:-1]},"result":{self.result.to_json()}}}'
        if self.error:
            return f'{head[:-1]},"error":{self.error.model_dump_json()}}}'
        return head
