"""Streams the making of a draft as server-sent events: `attempt`, `verdicts`, `fault`, then `result` or `problem`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Final

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from guardrails.types import Contract
from service.api.problems import problem_of_any
from service.progress import AttemptChecked, AttemptFailed, AttemptStarted, Listener, Progress
from service.schemas import Result

MEDIA_TYPE = "text/event-stream"
QUIET_SECONDS = 10.0  # proxies close connections on which nothing moves, some of them after 30
NAMES: Mapping[type[Contract], str] = {
    AttemptStarted: "attempt",
    AttemptChecked: "verdicts",
    AttemptFailed: "fault",
}
EVENT_MODELS = {name: kind.__name__ for kind, name in NAMES.items()} | {"result": "Result", "problem": "Problem"}

Making = Callable[[Listener], Coroutine[None, None, Result]]


def wants_progress(request: Request) -> bool:
    """Whether the caller asks for events rather than for one answer."""
    kinds = request.headers.get("accept", "").split(",")
    return any(kind.partition(";")[0].strip().lower() == MEDIA_TYPE for kind in kinds)


class ProgressStreams:
    """Makes drafts whose progress is watched; one goes on, and is stored, when nobody watches any more."""

    def __init__(self, quiet_s: float = QUIET_SECONDS) -> None:
        self._quiet_s: Final = quiet_s
        self._under_way: set[asyncio.Task[Result]] = set()  # else a task may be collected in the middle

    async def answer(self, make: Making, request_id: str | None) -> Response:
        """The events of a draft as they come.

        Raises:
            AmendsError: it ended before the first event, so that the answer can still be a plain problem.
        """
        heard: asyncio.Queue[Progress] = asyncio.Queue()
        task = asyncio.create_task(make(heard.put_nowait))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        first = asyncio.create_task(heard.get())
        await asyncio.wait((task, first), return_when=asyncio.FIRST_COMPLETED)
        if not first.done():
            first.cancel()
            if task.exception():
                task.result()
        opening = first.result() if first.done() and not first.cancelled() else None
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(task, heard, opening, request_id), media_type=MEDIA_TYPE, headers=headers)

    async def _events(
        self,
        task: asyncio.Task[Result],
        heard: asyncio.Queue[Progress],
        opening: Progress | None,
        request_id: str | None,
    ) -> AsyncIterator[bytes]:
        if opening is not None:
            yield _event(opening)
        while not (task.done() and heard.empty()):
            if heard.empty():
                following = asyncio.create_task(heard.get())
                await asyncio.wait((task, following), timeout=self._quiet_s, return_when=asyncio.FIRST_COMPLETED)
                if following.done():
                    yield _event(following.result())
                    continue
                following.cancel()
                if not task.done():
                    yield KEEPALIVE_COMMENT
            else:
                yield _event(heard.get_nowait())
        fault = task.exception()
        if isinstance(fault, Exception):
            problem = problem_of_any(fault, request_id)
            yield format_sse_event(event="problem", data_str=problem.model_dump_json(exclude_none=True))
        else:
            yield format_sse_event(event="result", data_str=task.result().to_json())


def _event(progress: Progress) -> bytes:
    return format_sse_event(event=NAMES[type(progress)], data_str=progress.model_dump_json())
