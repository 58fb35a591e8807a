"""Admits callers by their access keys, which it looks up in a copy that is read anew every few seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from service.access import ANYBODY, AccessKey, Caller, caller_with, presented
from service.errors import ConfigurationError, StoreError

FRESH_S, LASTS_S = 2.0, 5.0
USED_EVERY = timedelta(hours=1)  # a write for each request would cost more than it tells
NOTE_EVERY_S = 60.0
MAKE_ONE = "make one with `amends keys create NAME`"
MAKE_ONE_ELSEWHERE = (
    f"let AMENDS_DATABASE_URL name a file or PostgreSQL, as keys are not kept in memory, and {MAKE_ONE}"
)
log = structlog.get_logger()


class Keys(Protocol):
    """Where access keys are kept."""

    async def all(self) -> Sequence[AccessKey]:
        """Every key of every tenant, whether it works or not."""

    async def note_used(self, ids: Sequence[str], at: datetime, before: datetime) -> None:
        """Note when keys were used, of which that is not known since this moment."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The keys as they stood when they were read, at a time of the monotonic clock."""

    keys: Mapping[str, AccessKey]
    read_at: float


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Seconds for which a copy of the keys is used as it is, and for which it is used while another one is read.

    After that nobody is admitted by it: what is made, rotated or revoked has its effect by then, in every process.
    """

    fresh_s: float = FRESH_S
    lasts_s: float = LASTS_S


LIFETIME = Lifetime()


@dataclass(slots=True)
class Uses:
    """Which keys were used, and when."""

    latest: dict[str, datetime] = field(default_factory=dict)

    def take(self, keys: Mapping[str, AccessKey], now: datetime) -> list[str]:
        """Those of which it should be noted; the others are forgotten."""
        used, self.latest = self.latest, {}
        return sorted(
            key_id
            for key_id in used
            if (key := keys.get(key_id)) and (key.last_used_at is None or key.last_used_at <= now - USED_EVERY)
        )


class Admitting:
    """Tells who sent a request.

    Where there was never any key, everybody is admitted, if that `may_be_open`: it may where only this machine can
    send requests. A key that was revoked still counts: to revoke the last one opens nothing. `advice` says how to
    make a key.
    """

    def __init__(
        self,
        keys: Keys,
        clock: Callable[[], datetime],
        *,
        may_be_open: bool,
        advice: str = MAKE_ONE,
        lifetime: Lifetime = LIFETIME,
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._may_be_open = may_be_open
        self._advice = advice
        self._lifetime = lifetime
        self._copy: Copy | None = None
        self._reading: asyncio.Task[Copy] | None = None
        self._uses = Uses()

    @property
    def is_open(self) -> bool:
        """Whether no key was needed when they were last looked at."""
        return self._may_be_open and self._copy is not None and not self._copy.keys

    async def admit(self, fields: Sequence[str], patience_s: float | None = None) -> Caller:
        """Whoever sent a request with these header fields `Authorization`.

        Where the keys cannot be read within `patience_s` seconds, it goes by those that were read last, however old;
        without a patience nobody is admitted then.

        Raises:
            AccessKeyNeeded: it has no key.
            AccessKeyWrong: it has one that does not work.
            StoreError: the keys cannot be read.
        """
        keys = (await self._current(patience_s)).keys
        if self._may_be_open and not keys:
            return ANYBODY
        given = presented(fields)
        now = self._clock()
        caller = caller_with(given, keys.get(given.id), now)
        self._uses.latest[given.id] = now
        return caller

    async def anybody(self) -> Caller | None:
        """Whoever needs no key, as long as nobody does.

        Raises:
            StoreError: the keys cannot be read.
        """
        keys = (await self._current()).keys
        return ANYBODY if self._may_be_open and not keys else None

    async def caller_of(self, key_id: str) -> Caller | None:
        """Whoever has a key that works; None where it does not.

        Raises:
            StoreError: the keys cannot be read.
        """
        key, now = (await self._current()).keys.get(key_id), self._clock()
        if key is None or not key.works(now):
            return None
        self._uses.latest[key_id] = now
        return Caller(key.tenant, key.id, frozenset(key.scopes), key.limits)

    async def start(self) -> None:
        """Look whether requests may be answered at all, and say so where nobody needs a key.

        Raises:
            ConfigurationError: no key works, and it may not be open.
            StoreError: the keys cannot be read.
        """
        keys = (await self._current()).keys
        if any(key.works(self._clock()) for key in keys.values()):
            return
        if not self._may_be_open:
            raise ConfigurationError(
                "there is no access key that works, and others reach the address in AMENDS_HOST: "
                f"{self._advice}, or listen on 127.0.0.1"
            )
        if keys:
            log.warning("access.no_key_works", advice=self._advice)
        else:
            log.warning(
                "access.open",
                detail="there is no access key: whoever uses this machine may do everything, without one",
                advice=f"{self._advice}, and every request needs one",
            )

    async def note_uses(self) -> None:
        """Write down when keys were last used, where that is not known of the last hour.

        Raises:
            StoreError: the database failed.
        """
        now = self._clock()
        if self._copy and (used := self._uses.take(self._copy.keys, now)):
            await self._keys.note_used(used, now, now - USED_EVERY)

    async def aclose(self) -> None:
        """Read no more."""
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _current(self, patience_s: float | None = None) -> Copy:
        """A copy that is young enough; who needs none yet has the next one read for those who come later.

        After `patience_s` seconds any copy is.
        """
        copy, age = self._copy, time.monotonic() - (self._copy.read_at if self._copy else 0)
        if copy and age < self._lifetime.fresh_s:
            return copy
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(_heard)
        if copy and age < self._lifetime.lasts_s:
            return copy
        try:
            # Shielded: others wait for the same, whoever hangs up.
            return await asyncio.wait_for(asyncio.shield(self._reading), patience_s)
        except (StoreError, TimeoutError):  # it names the database, and whoever asks is not known yet
            if copy and patience_s is not None:
                return copy
            raise StoreError("The access keys cannot be read at the moment; try again.") from None

    async def _read(self) -> Copy:
        # Its age counts from before: what is changed while it is read may not be in it.
        began = time.monotonic()
        keys = {key.id: key for key in await self._keys.all()}
        if self.is_open and keys:
            log.info("access.closed", detail="there is an access key now, and every request needs one")
        self._copy = Copy(keys, began)
        return self._copy


def _heard(task: asyncio.Task[Copy]) -> None:
    """Take the error: whoever waits for a copy raises it, and asyncio would log it where nobody does."""
    if not task.cancelled() and isinstance(error := task.exception(), StoreError):
        log.warning("access.keys_not_read", detail=str(error))
