"""Gives all requests with the same idempotency key one answer, and has the work behind it done once."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

import structlog

from guardrails import limits
from guardrails.types import Contract
from service.errors import DraftDeleted, DraftNotFound, InvalidField, KeyInUse, KeyReused, StoreError
from service.releasing import Releases

HEADER = "Idempotency-Key"
DEFAULT_TENANT = "default"
# Printable ASCII without what would make one field several, or a quoted one something else: blank " , ; \
KEY = rf"[!#-+\--:<-\[\]-~]{{1,{limits.IDEMPOTENCY_KEY_CHARACTERS}}}"
LEAST_PAUSE_S, MOST_PAUSE_S = 0.05, 1.0  # between two looks at what another process works on
GIVE_BACK_S = 1.0  # between two tries, while the database fails
COME_AGAIN_S = 5.0  # about the time of one draft
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with a key; `fingerprint` tells it from other requests to the same route."""

    tenant: str
    route: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, and kept: a JSON body.

    `draft_id` names the draft that it goes with, and is deleted with; `job_id` what is yet to become one.
    """

    status: int
    body: str
    draft_id: str | None = None
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a request; `owner` is another one for every claim."""

    asked: Asked
    owner: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer to be kept for a claim, until its key expires."""

    claim: Claim
    answer: Answer
    until: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What a key already stands for; without an answer, somebody works on it.

    `deleted_at` is when the draft of the answer was deleted, and the answer with it.
    """

    fingerprint: str
    answer: Answer | None
    deleted_at: datetime | None = None


class Keys(Protocol):
    """Where keys are kept."""

    async def claim(self, claim: Claim, now: datetime, until: datetime) -> Standing | None:
        """Take a key that is free, or whose time has passed; None where that succeeded."""

    async def keep(self, kept: Kept) -> None:
        """Keep an answer."""

    async def release(self, claim: Claim) -> None:
        """Give a key back that has no answer."""


# What becomes of a request with a key: it is worked on, answered as it was before or with what another one of this
# process comes to, refused for another body, told that it takes too long, or that its draft was deleted.
KeyOutcome = Literal["worked", "replayed", "shared", "reused", "in_use", "deleted"]
Keep = Callable[[Answer], Kept | None]
Work = Callable[[Keep], Awaitable[Answer]]
R = TypeVar("R")  # what an answer is rendered from


def untold(outcome: KeyOutcome) -> None:
    """Tell nobody."""


def unkept(result: object) -> None:
    """Keep nothing: the request has no key."""


def answering(render: Callable[[R], Answer], act: Callable[[Callable[[R], Kept | None]], Awaitable[R]]) -> Work:
    """Work that answers what `act` comes to, rendered once: what is kept and what is answered are the same.

    `act` gives its result to what it is called with, to keep the answer together with what it stores.
    """

    async def work(keep: Keep) -> Answer:
        rendered: Answer | None = None

        def kept(result: R) -> Kept | None:
            nonlocal rendered
            rendered = render(result)
            return keep(rendered)

        result = await act(kept)
        return rendered or render(result)

    return work


def read_key(fields: list[str]) -> str | None:
    """The key in the header fields of a request, bare or in quotes as the IETF's draft has it; None without any.

    Raises:
        InvalidField: there are several, or one that is no key.
    """
    if not fields:
        return None
    if len(fields) > 1:
        raise InvalidField("was sent more than once; send one key", HEADER)
    text = fields[0].strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if not text:
        raise InvalidField("is empty; send a key of your own, such as a UUID, or leave the header out", HEADER)
    most = limits.IDEMPOTENCY_KEY_CHARACTERS
    if len(text) > most:
        raise InvalidField(f"has {len(text):,} characters; at most {most} are allowed", HEADER)
    if not re.fullmatch(KEY, text):
        raise InvalidField('may hold printable ASCII alone, and no blank, quote, comma, semicolon or "\\"', HEADER)
    return text


def fingerprint_of(path: str, body: Contract) -> str:
    """Equal for two bodies that mean the same to the same path.

    White space, the order of names, and whether an absent field is left out or sent as its default do not count.
    Defaults are left out also so that a field which a later version adds leaves the fingerprint as it was.
    """
    fields = body.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    return hashlib.sha256(json.dumps([path, fields], sort_keys=True).encode()).hexdigest()


class OnceOnly:
    """Answers each key once.

    A claim may be taken over `held` after it was made, an answer is kept for `kept`, and a request waits `wait_s`
    seconds for another one with the same key. A claim that the database was not there to give back is given back
    later, which is tried every `give_back_s` seconds. `tell` hears what becomes of each request with a key.
    """

    def __init__(
        self,
        keys: Keys,
        clock: Callable[[], datetime],
        *,
        held: timedelta,
        kept: timedelta,
        wait_s: float,
        give_back_s: float = GIVE_BACK_S,
        tell: Callable[[KeyOutcome], None] = untold,
    ) -> None:
        self._keys = keys
        self._tell = tell
        self._clock = clock
        self._held = held
        self._kept = kept
        self._wait_s = wait_s
        self._under_way: dict[Asked, asyncio.Task[Answer]] = {}
        self._releases = Releases(keys.release, held.total_seconds(), give_back_s)

    async def answer(self, asked: Asked | None, work: Work) -> Answer:
        """The answer to a request; one without a key is worked on as it is.

        Work keeps its answer together with what it stores, or not at all. What fails is not kept, and told to
        those who already waited for it. It goes on when whoever asked for it hangs up.

        Raises:
            KeyReused: the key stands for another request.
            KeyInUse: the first request with the key did not end in time.
            DraftDeleted: it was answered with a draft that was deleted since; nothing is done again.
            StoreError: the key could not be claimed; otherwise what the work raises.
        """
        if asked is None:
            return await work(unkept)
        if first := self._under_way.get(asked):
            return await self._await(first)
        task = asyncio.create_task(self._take_turns(asked, work))
        self._under_way[asked] = task
        task.add_done_callback(lambda ended: self._ended(asked, ended))
        return await asyncio.shield(task)

    async def answer_and_keep(self, asked: Asked | None, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """As `answer`, for work that stores nothing itself."""

        async def keeping(keep: Keep) -> Answer:
            answer = await work()
            if kept := keep(answer):
                await self._keys.keep(kept)
            return answer

        return await self.answer(asked, keeping)

    async def aclose(self) -> None:
        """Stop what is still worked on though nobody waits for it, so that its keys are free at once."""
        under_way = list(self._under_way.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._releases.aclose()

    def _ended(self, asked: Asked, task: asyncio.Task[Answer]) -> None:
        del self._under_way[asked]
        if not task.cancelled():
            task.exception()  # taken: else asyncio would log it with its text, which may quote a customer

    async def _await(self, first: asyncio.Task[Answer]) -> Answer:
        """What another request of this process comes to, be it a fault: asking again at once would not mend it."""
        await asyncio.wait({first}, timeout=self._wait_s)
        if not first.done() or first.cancelled():
            raise self._in_use()
        self._tell("shared")
        return first.result()

    async def _take_turns(self, asked: Asked, work: Work) -> Answer:
        """Claim the key and work, or wait for the process that has it."""
        claim = Claim(asked, uuid.uuid4().hex)
        give_up = asyncio.get_running_loop().time() + self._wait_s
        pause = LEAST_PAUSE_S
        while standing := await self._claim(claim):
            if standing.fingerprint != asked.fingerprint:
                self._tell("reused")
                raise KeyReused("was sent with another request before; send a new key with each new request", HEADER)
            if standing.deleted_at:
                self._tell("deleted")
                raise DraftDeleted(standing.deleted_at)
            if standing.answer:
                self._tell("replayed")
                return standing.answer
            if asyncio.get_running_loop().time() >= give_up:
                raise self._in_use()
            await asyncio.sleep(pause)
            pause = min(pause * 2, MOST_PAUSE_S)
        self._tell("worked")
        return await self._work(claim, work)

    async def _claim(self, claim: Claim) -> Standing | None:
        try:
            return await self._keys.claim(claim, self._clock(), self._clock() + self._held)
        except StoreError:
            self._releases.add(claim)  # it may have succeeded, and only the answer been lost
            raise

    async def _work(self, claim: Claim, work: Work) -> Answer:
        try:
            return await work(lambda answer: Kept(claim, answer, self._clock() + self._kept))
        except BaseException as error:  # also when it is stopped: who tries again should not wait for the claim's end
            await self._give_back(claim, error)
            raise

    async def _give_back(self, claim: Claim, error: BaseException) -> None:
        if isinstance(error, StoreError) and not isinstance(error, DraftNotFound):
            self._releases.add(claim)  # whoever waits for the answer should not wait for the same database again
            return
        try:
            await self._keys.release(claim)
        except StoreError as fault:
            log.warning("idempotency.not_released", detail=str(fault))
            self._releases.add(claim)

    def _in_use(self) -> KeyInUse:
        self._tell("in_use")
        return KeyInUse("The first request with this idempotency key is still worked on: send it again.", COME_AGAIN_S)
