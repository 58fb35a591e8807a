"""A client of Amends: drafts of replies to complaints, with their verdicts, and what became of them.

`Amends` and `AsyncAmends` have what a plugin does; `amends_client.generated.api` has every other operation, to be
called with `client=amends.client`. `amends_client.models` has what is sent and answered.
"""

import copyreg

from amends_client.client import Amends
from amends_client.client_async import AsyncAmends
from amends_client.errors import (
    AccessRefused,
    AmendsError,
    Conflict,
    DraftCancelled,
    Invalid,
    NoAnswer,
    NotFinished,
    NotFound,
    NotOurs,
    ProblemAnswered,
    TooManyRequests,
    Unavailable,
    UnexpectedAnswer,
)
from amends_client.events import read_event
from amends_client.generated.types import Unset
from amends_client.retries import Retries

# In copies and other processes, too, what was left out is the one UNSET, for which generated code asks by `is`.
copyreg.pickle(Unset, lambda _: "UNSET")

__all__ = [
    "AccessRefused",
    "Amends",
    "AmendsError",
    "AsyncAmends",
    "Conflict",
    "DraftCancelled",
    "Invalid",
    "NoAnswer",
    "NotFinished",
    "NotFound",
    "NotOurs",
    "ProblemAnswered",
    "Retries",
    "TooManyRequests",
    "Unavailable",
    "UnexpectedAnswer",
    "read_event",
]
