"""What is told to the engine, by whoever accepted the work: ids alone, never a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DraftJob:
    """One accepted case; its id is that of the draft that it becomes."""

    draft_id: str


@dataclass(frozen=True, slots=True)
class ChunkJob:
    """Some lines of a batch, `first` and `last` included; lines count from 1."""

    batch_id: str
    first: int
    last: int


Job = DraftJob | ChunkJob


class JobQueue(Protocol):
    """The way to the engine."""

    async def enqueue(self, *jobs: Job) -> None:
        """Tell the engine; the same job twice is one.

        Raises:
            StoreError: it could not be told, of none or not of all; telling it again does no harm.
        """
