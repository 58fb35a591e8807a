"""Streams the making of a draft as server-sent events: `attempt`, `verdicts`, `fault`, then `result` or `problem`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from enum import Enum
from functools import partial
from typing import Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from guardrails.types import Contract
from service.api.problems import note, problem_of_any, request_id_of
from service.idempotency import Answer
from service.progress import AttemptChecked, AttemptFailed, AttemptStarted, Listener, Progress


class Quiet(Enum):
    """What is heard when nothing is."""

    NOTHING = 0


MEDIA_TYPE = "text/event-stream"
QUIET_SECONDS = 10.0  # proxies close connections on which nothing moves, some of them after 30
NAMES: Mapping[type[Contract], str] = {
    AttemptStarted: "attempt",
    AttemptChecked: "verdicts",
    AttemptFailed: "fault",
}
EVENT_MODELS = {name: kind.__name__ for kind, name in NAMES.items()} | {"result": "Result", "problem": "Problem"}
ANSWER_OR_EVENTS: dict[str, object] = {
    "description": "The result; or, where they are asked for, the events of its making",
    "content": {
        MEDIA_TYPE: {
            "schema": {"type": "string"},
            # OpenAPI has no words of its own for the events of a stream: their names, and what each holds.
            "x-events": {name: {"$ref": f"#/components/schemas/{model}"} for name, model in EVENT_MODELS.items()},
        }
    },
}

Making = Callable[[Listener], Coroutine[None, None, Answer]]


def wants_progress(request: Request) -> bool:
    """Whether the caller asks for events rather than for one answer."""
    kinds = request.headers.get("accept", "").split(",")
    return any(kind.partition(";")[0].strip().lower() == MEDIA_TYPE for kind in kinds)


class ProgressStreams:
    """Makes drafts whose progress is watched; one goes on, and is stored, when nobody watches any more."""

    def __init__(self, quiet_s: float = QUIET_SECONDS) -> None:
        self._quiet_s: Final = quiet_s
        self._under_way: set[asyncio.Task[Answer]] = set()  # else a task may be collected in the middle

    async def answer(self, make: Making, request: Request) -> Response:
        """The events of a draft as they come.

        Raises:
            AmendsError: it ended before the first event, so that the answer can still be a plain problem.
        """
        heard: asyncio.Queue[Progress | None] = asyncio.Queue()  # None: it is done
        task = asyncio.create_task(make(heard.put_nowait))
        self._under_way.add(task)
        task.add_done_callback(partial(self._ended, heard))
        opening = await heard.get()
        if opening is None and task.exception():
            task.result()
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(task, heard, opening, request), media_type=MEDIA_TYPE, headers=headers)

    def _ended(self, heard: asyncio.Queue[Progress | None], task: asyncio.Task[Answer]) -> None:
        self._under_way.discard(task)
        heard.put_nowait(None)
        if not task.cancelled():
            task.exception()  # taken: else asyncio would log it with its text, which may quote a customer

    async def _events(
        self,
        task: asyncio.Task[Answer],
        heard: asyncio.Queue[Progress | None],
        opening: Progress | None,
        request: Request,
    ) -> AsyncIterator[bytes]:
        watched, request_id = False, request_id_of(request)
        try:
            following: Progress | Quiet | None = opening
            while following is not None:
                yield KEEPALIVE_COMMENT if isinstance(following, Quiet) else _event(following)
                following = await self._next(heard)
            watched = True
        finally:
            if not watched:  # who hung up hears of no fault: the log does
                task.add_done_callback(partial(_log_fault, request_id))
        fault = task.exception()
        if isinstance(fault, Exception):
            problem = problem_of_any(fault, request_id)
            note(request.scope, problem)
            yield format_sse_event(event="problem", data_str=problem.model_dump_json(exclude_none=True))
        else:
            yield format_sse_event(event="result", data_str=task.result().body)

    async def _next(self, heard: asyncio.Queue[Progress | None]) -> Progress | Quiet | None:
        try:
            async with asyncio.timeout(self._quiet_s):
                return await heard.get()
        except TimeoutError:
            return Quiet.NOTHING


def _log_fault(request_id: str | None, task: asyncio.Task[Answer]) -> None:
    fault = None if task.cancelled() else task.exception()
    if isinstance(fault, Exception):
        problem_of_any(fault, request_id)  # which logs what is worth it


def _event(progress: Progress) -> bytes:
    return format_sse_event(event=NAMES[type(progress)], data_str=progress.model_dump_json())
