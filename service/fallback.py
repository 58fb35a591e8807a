"""Asks several writers in order, so that a draft comes about although an endpoint is down, slow or busy."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from service.breaker import Breaker
from service.errors import (
    AnswerUnusable,
    ConfigurationError,
    DeadlinePassed,
    EndpointBusy,
    InvalidField,
    ModelError,
    NoTurn,
)
from service.prompts import Ask, RenderedPrompt
from service.writing import Previous, Writer, Written

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Link:
    """One writer of a chain; a call of it takes `deadline_s` seconds at most, and never longer than the draft."""

    name: str
    writer: Writer
    deadline_s: float
    breaker: Breaker = field(default_factory=Breaker)


@dataclass(slots=True)
class Trail:
    """What became of the links so far: `reasons` has a line for each."""

    reasons: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    too_long: InvalidField | None = None
    fault: ModelError | None = None

    def skipped(self, link: Link) -> None:
        """Note a link whose breaker is open."""
        wait = link.breaker.wait_s
        self.waits.append(wait)
        self.reasons.append(f"{link.name}: it failed before and is left alone for another {wait:.0f} s")

    def without_room(self, link: Link, error: InvalidField) -> None:
        """Note a link whose context the prompt does not fit."""
        self.too_long = self.too_long or error
        self.reasons.append(f"{link.name}: the prompt does not fit into its context")

    def failed(self, link: Link, error: ModelError) -> None:
        """Note a link that gave no text."""
        self.fault = error
        self.reasons.append(f"{link.name}: {error}")
        log.warning("endpoint.failed", link=link.name, error=type(error).__name__, left_alone_s=link.breaker.wait_s)

    def error(self) -> ModelError | InvalidField:
        """What to raise when there is no link any more."""
        message = _one_line("no endpoint gave a text", self.reasons)
        if self.fault:
            return _retold(self.fault, message)
        if self.waits:
            return EndpointBusy(message, min(self.waits))
        assert self.too_long is not None  # a chain has at least one link
        return self.too_long


class FallbackChain:
    """A writer that tries each link in turn until one gives a text; the completion names the endpoint it is from.

    Raises:
        ConfigurationError: there is no link, or two have the same name.
    """

    def __init__(self, links: Sequence[Link]) -> None:
        names = [link.name for link in links]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ConfigurationError(f"two endpoints of the chain have the same name: {twice}")
        if not names:
            raise ConfigurationError("a chain needs at least one endpoint")
        self._links = tuple(links)

    def opening(self, ask: Ask) -> RenderedPrompt:
        """The prompt of a first draft, as the first link gets it whose context it fits.

        Raises:
            InvalidField: it fits none; the message is about the first.
        """
        trail = Trail()
        for link in self._links:
            try:
                return link.writer.opening(ask)
            except InvalidField as error:
                trail.without_room(link, error)
        raise trail.error()

    async def write(self, ask: Ask, previous: Previous | None, *, deadline: float, seed: int) -> Written:
        """A text of the first link that gives one.

        Raises:
            InvalidField: the prompt fits no link.
            AnswerUnusable: a link answered without a text: what it refuses, the next is not asked.
            EndpointBusy: every breaker is open, or the last link that was called is busy.
            ModelError: the last fault, told with that of every other link.
        """
        trail = Trail()
        for link in self._links:
            if link.breaker.wait_s > 0:
                trail.skipped(link)
                continue
            own_deadline = asyncio.get_running_loop().time() + link.deadline_s
            try:
                return await _call(link, ask, previous, min(own_deadline, deadline), seed, over=deadline)
            except AnswerUnusable:
                raise
            except InvalidField as error:
                trail.without_room(link, error)
            except ModelError as error:
                trail.failed(link, error)
                if isinstance(error, DeadlinePassed) and deadline <= own_deadline:
                    break  # the draft's time is over, and with it that of every other link
        raise trail.error() from trail.fault


async def _call(link: Link, ask: Ask, previous: Previous | None, deadline: float, seed: int, *, over: float) -> Written:
    """Ask one link, and tell its breaker; that the draft's own deadline (`over`) passed is not its fault."""
    with link.breaker.calling() as call:
        try:
            written = await link.writer.write(ask, previous, deadline=deadline, seed=seed)
        except AnswerUnusable:
            call.answered = True
            raise
        except NoTurn:
            call.answered = None
            raise
        except DeadlinePassed:
            call.answered = None if deadline >= over else False
            raise
        except ModelError as error:
            call.answered = error.kind == "too_long"  # of this case's prompt; the next one may fit
            raise
        call.answered = True
        return written


class Reachable(Protocol):
    """What can be asked whether it is there."""

    async def ping(self) -> None:
        """Raise a ModelError if it is not."""


async def one_answers(models: Sequence[Reachable]) -> None:
    """Ask all of them at once, and wait no longer than for the first that is there.

    Raises:
        ModelError: none is there; the message says why of each.
    """
    pings = [asyncio.create_task(model.ping()) for model in models]
    faults: list[ModelError] = []
    try:
        for ended in asyncio.as_completed(pings):
            try:
                return await ended
            except ModelError as error:
                faults.append(error)
    finally:
        for ping in pings:
            ping.cancel()
        await asyncio.gather(*pings, return_exceptions=True)
    if len(faults) == 1:
        raise faults[0]
    raise _retold(faults[-1], _one_line("no endpoint answers", map(str, faults))) from faults[-1]


def _one_line(what: str, reasons: Iterable[str]) -> str:
    return " ".join(f"{what}: {'; '.join(reasons)}".split())


def _retold(fault: ModelError, message: str) -> ModelError:
    """An error of the same kind with another message."""
    told = type(fault)(message, fault.retry_after) if isinstance(fault, EndpointBusy) else type(fault)(message)
    told.kind = fault.kind
    return told
