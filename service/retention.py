"""Deletes what has grown too old, in the background and a portion at a time: texts, and the answers of expired keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from service.erasing import Portion
from service.rounds import rounds
from service.traces import Traces

TURN_S = 600.0  # nobody's day is counted more exactly
PAUSE_S = 0.1  # between two portions, for others who want to write
TOLD_EVERY = 2_000  # drafts
log = structlog.get_logger()


class OldTexts(Protocol):
    """Where texts are kept."""

    async def erase_older(self, than: datetime, at: datetime) -> Portion:
        """Delete a portion of those from before a moment."""


class ExpiredKeys(Protocol):
    """Where idempotency keys are kept."""

    async def delete_expired(self, now: datetime, expiring: datetime) -> int:
        """Delete a portion of the answers that expire until a moment, and of dead claims, and give its size."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long `texts` are kept, or None for ever, and how long the `answers` of idempotency keys.

    An answer repeats texts: it is kept no longer than they are.
    """

    texts: timedelta | None
    answers: timedelta


class Retention:
    """Looks every `turn_s` seconds for texts and answers that are over their limits.

    Several processes may do so over one database. Who is stopped in the middle leaves the rest to the next turn.
    """

    def __init__(
        self,
        texts: OldTexts,
        keys: ExpiredKeys,
        traces: Traces,
        clock: Callable[[], datetime],
        limits: Limits,
        *,
        turn_s: float = TURN_S,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._texts = texts
        self._keys = keys
        self._traces = traces
        self._clock = clock
        self._limits = limits
        self.turn_s = turn_s
        self._pause_s = pause_s

    async def take_turn(self) -> None:
        """Delete all that is too old now, and its traces.

        Raises:
            StoreError: the database failed; what was deleted until then stays deleted.
        """
        try:
            now, limits = self._clock(), self._limits
            await self._delete_answers(now, limits)
            if limits.texts is not None:
                await self._erase_older(now - limits.texts)
        finally:
            await self._traces.clean()
        await self._traces.rewrite()

    async def _delete_answers(self, now: datetime, limits: Limits) -> None:
        expiring = now + max(limits.answers - limits.texts, timedelta(0)) if limits.texts else now
        while await self._keys.delete_expired(now, expiring):
            self._traces.left()
            await asyncio.sleep(self._pause_s)

    async def _erase_older(self, than: datetime) -> None:
        erased = told = 0
        while (portion := await self._texts.erase_older(than, self._clock())).found:
            self._traces.left()
            erased += portion.erased
            if erased - told >= TOLD_EVERY:
                told = erased
                log.info("retention.erasing", drafts=erased)
            await asyncio.sleep(self._pause_s)
        if erased:
            log.info("retention.erased", drafts=erased, older_than=than.isoformat())


def retaining(retention: Retention) -> AbstractAsyncContextManager[None]:
    """Take turns as long as the block lasts."""
    return rounds(retention.turn_s, retention.take_turn, "retention")
