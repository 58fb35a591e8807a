"""What is kept of accepted work, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.schemas import Case

JobStatus = Literal["queued", "running", "cancelled", "done"]
UNFINISHED: tuple[JobStatus, ...] = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A case as it was accepted, to be kept; `case.context.now` is filled in.

    Its tokens are counted for the `payer`.
    """

    id: str
    tenant: str
    case: Case
    accepted_at: datetime
    batch_id: str | None = None
    line: int | None = None
    payer: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A case that is worked on now.

    `tries` counts how often that was begun, this time included: also where a process died over it. `faults` counts how
    often it was put back, because the model could not be had.
    """

    id: str
    tenant: str
    case: Case
    accepted_at: datetime
    tries: int
    faults: int
    batch_id: str | None = None
    payer: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was to be worked on, and holds no case that this version can read."""

    id: str
    tenant: str
    ref: str | None
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a job stands."""

    id: str
    ref: str | None
    status: JobStatus
    tries: int
