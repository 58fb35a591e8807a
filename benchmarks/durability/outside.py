"""The world outside of Amends, as a process of its own: a model endpoint that counts, and a webhook's receiver.

It is never killed, so that what it counted is the truth.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from pydantic import BaseModel, ConfigDict
from standardwebhooks import Webhook, WebhookVerificationError

from benchmarks.durability.cases import TEXT, number_in
from benchmarks.durability.seen import Call, Notice, Seen

MOST_BODY = 1024 * 1024


class Manner(BaseModel):
    """Calls take `least_s` to `most_s` seconds; of new events one in `fails_one_in` is not taken, of 0 every one is.

    `texts` is a file with a JSON list of what to answer; without it, a text answers that passes the checks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    least_s: float
    most_s: float
    fails_one_in: int = 0
    seed: int = 1
    texts: Path | None = None


@dataclass(slots=True)
class Outside:
    """Answers by turns with its texts, as the manner says."""

    manner: Manner
    texts: Sequence[str]
    chance: random.Random
    secret: str = ""
    calls: list[Call] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    asked: int = 0

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """A completion, after a while."""
        body = await request.text()
        self.asked += 1
        case, model, began, answered = number_in(body), f"fake-{self.asked}", time.time(), False
        response = web.json_response(_completion(model, self.texts[self.asked % len(self.texts)]))
        try:
            await asyncio.sleep(self.chance.uniform(self.manner.least_s, self.manner.most_s))
            await response.prepare(request)
            await response.write_eof()
            answered = request.transport is not None and not request.transport.is_closing()
        finally:  # whoever hangs up cancels this
            caller = request.headers.get("authorization", "").removeprefix("Bearer ")
            self.calls.append(
                Call(case=case, caller=caller, model=model, began=began, ended=time.time(), answered=answered)
            )
        return response

    async def hear(self, request: web.Request) -> web.Response:
        """Take an event whose signature is right."""
        body = await request.text()
        try:
            Webhook(self.secret).verify(body, dict(request.headers))
            verified = True
        except WebhookVerificationError:
            verified = False
        event = request.headers.get("webhook-id", "")
        one_in = self.manner.fails_one_in
        fails = event not in self.known and one_in > 0 and self.chance.randrange(one_in) == 0
        self.known.add(event)
        told = json.loads(body)
        about = str(told["data"]["id"])
        taken = verified and not fails
        self.notices.append(Notice(event=event, type=told["type"], about=about, verified=verified, taken=taken))
        return web.Response(status=204 if taken else 503)

    async def set_secret(self, request: web.Request) -> web.Response:
        """Learn the secret of the webhook."""
        self.secret = await request.text()
        return web.Response(status=204)

    async def tell(self, request: web.Request) -> web.Response:
        """Everything seen so far."""
        del request
        seen = Seen(calls=tuple(self.calls), notices=tuple(self.notices))
        return web.Response(text=seen.model_dump_json(), content_type="application/json")

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application(client_max_size=MOST_BODY)
        app.router.add_post("/v1/chat/completions", self.complete)
        app.router.add_get("/v1/models", _models)
        app.router.add_post("/hook", self.hear)
        app.router.add_put("/secret", self.set_secret)
        app.router.add_get("/seen", self.tell)
        return app


async def _models(request: web.Request) -> web.Response:
    del request
    return web.json_response({"object": "list", "data": []})


def _completion(model: str, text: str) -> dict[str, object]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 700, "completion_tokens": 90, "total_tokens": 790},
    }


async def serve(manner: Manner) -> None:
    """Listen on a free port of the loopback interface, print it, and answer until killed."""
    texts = json.loads(manner.texts.read_text(encoding="utf-8")) if manner.texts else [TEXT]
    outside = Outside(manner, texts, random.Random(manner.seed))
    runner = web.AppRunner(outside.app(), handler_cancellation=True, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


@contextmanager
def outside(manner: Manner, log: Path) -> Iterator[str]:
    """Its URL, in a process of its own, which writes what goes wrong to the log."""
    with log.open("ab") as errors:
        command = [sys.executable, "-m", "benchmarks.durability.outside", manner.model_dump_json()]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(serve(Manner.model_validate_json(sys.argv[1])))
