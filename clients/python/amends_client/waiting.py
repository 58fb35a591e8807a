"""Waits for a draft that is made later."""

from __future__ import annotations

import time
from collections.abc import Callable

from amends_client.errors import DraftCancelled, NotFinished
from amends_client.generated.models import Ticket
from amends_client.generated.types import Response
from amends_client.retries import seconds_of

ASK_AGAIN_S = 2.0  # where the service does not say it


class Waiting:
    """For one draft, for so many seconds."""

    def __init__(self, draft_id: str, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._draft_id = draft_id
        self._seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def pause(self, ticket: Ticket, answer: Response[object]) -> float:
        """Seconds until it is to be asked for again.

        Raises:
            DraftCancelled: there will be no draft.
            NotFinished: the time is over.
        """
        if ticket.status == "cancelled":
            raise DraftCancelled(self._draft_id)
        left = self._end - self._clock()
        if left <= 0:
            raise NotFinished(self._draft_id, self._seconds)
        pause = seconds_of(answer.headers.get("Retry-After", ""))
        return min(ASK_AGAIN_S if pause is None else pause, left)
