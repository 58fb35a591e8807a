"""A model endpoint in a process of its own: `python -m benchmarks.batch_endpoint MS` answers after so long, always.

It prints its port as soon as it listens. `GET /calls` counts the completions asked for.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

import uvicorn

from benchmarks.checks import drafts
from guardrails.types import Draft

WORDS = 100
Message = MutableMapping[str, Any]


class Endpoint:
    """Answers every call with another draft."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._drafts: Iterator[Draft] = drafts(WORDS, seed=7)
        self._calls = 0

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """One request."""
        while (await receive()).get("more_body"):
            pass
        body = json.dumps(await self._answer(scope["path"])).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, path: str) -> object:
        if path.endswith("/calls"):
            return self._calls
        if path.endswith("/models"):
            return {"object": "list", "data": []}
        self._calls += 1
        await asyncio.sleep(self._seconds)
        message = {"role": "assistant", "content": next(self._drafts).text}
        return {
            "id": str(self._calls),
            "object": "chat.completion",
            "created": 1,
            "model": "fake",
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 900, "completion_tokens": 130, "total_tokens": 1030},
        }


def main() -> None:
    """Serve until killed."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    app = Endpoint(float(sys.argv[1]) / 1000)
    # Open for longer than anybody pauses: a client that sends while the connection is closed would count as an error.
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, timeout_keep_alive=300)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
