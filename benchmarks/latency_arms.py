"""The processes that benchmarks/latency.py measures: the loop as a function, and the service over the same loop.

`python -m benchmarks.latency_arms CHECKS loop` drafts a case for each line of standard input and answers how long it
took; `... CHECKS service FOLDER` listens with its database in the folder, and with a route that does nothing on a
second port. CHECKS is `real`, or `instant` for as many that give their verdicts at once.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response

from benchmarks.checks import WORDS, drafts
from guardrails.catalog import all_checks
from guardrails.model.reader import OnnxCheckModel
from guardrails.policy import Policy
from guardrails.support_model.reader import OnnxSupportModel
from guardrails.types import Check, Draft, Reading, Scale
from service.checking import PolicyChecks
from service.drafting import ReplyDrafter
from service.hosts import allowed_hosts
from service.intake import Intake
from service.logs import configure_logs
from service.main import make_app, running, working
from service.model import Completion, Message, Schema
from service.policies import load_policies
from service.schemas import Case
from service.server import listen, make_server
from service.settings import Settings
from service.wiring.access import admitting
from service.wiring.drafting import load_library, make_checks, make_drafter
from service.wiring.erasing import erasing
from service.wiring.models import NO_JUDGE

ADDRESS = "127.0.0.1"
HOSTS = allowed_hosts("", ADDRESS, asked=ADDRESS)
SETTINGS = {"model_url": "http://127.0.0.1:9/v1", "model_name": "instant", "max_attempts": 1}


class InstantModel:
    """A model that answers at once, and never the same; two of them say the same things."""

    context_tokens = 8192

    def __init__(self) -> None:
        self._drafts = drafts(WORDS, seed=1)

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        deadline: float,
        seed: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Completion:
        """The next text."""
        del messages, deadline, seed, schema, grammar
        return Completion(next(self._drafts).text, "instant", "in this process", 900, 200)


@dataclass(frozen=True, slots=True)
class InstantCheck:
    """A check that is content."""

    name: str
    scale: Scale | None

    def read(self, draft: Draft) -> Reading:
        """Nothing is wrong."""
        del draft
        return Reading(level=self.scale.highest if self.scale else None)


def some_checks(settings: Settings, kind: str) -> PolicyChecks:
    """The real checks, or as many instant ones."""
    if kind == "real":
        return make_checks(settings)

    def instant(policy: Policy) -> tuple[Check, ...]:
        real = all_checks(policy, OnnxCheckModel(), OnnxSupportModel())
        return tuple(InstantCheck(check.name, check.scale) for check in real)

    return PolicyChecks(load_policies(None), instant, settings.check_timeout_s, NO_JUDGE)


def _drafter(settings: Settings, kind: str) -> ReplyDrafter:
    return make_drafter(settings, InstantModel(), some_checks(settings, kind), load_library(settings))


async def draft_lines(kind: str) -> None:
    """The loop as a function: the milliseconds of one draft for every line."""
    drafter = _drafter(Settings.model_validate(SETTINGS), kind)
    for line in sys.stdin:
        case = Case.model_validate_json(line)
        began = time.perf_counter()
        await drafter.draft(str(uuid.uuid4()), case, datetime.now(UTC))
        sys.stdout.write(f"{(time.perf_counter() - began) * 1000}\n")
        sys.stdout.flush()


async def serve(kind: str, folder: Path) -> None:
    """The service as `amends serve` runs it, but for its model, and beside it a route that does nothing."""
    settings = Settings.model_validate(SETTINGS | {"database_url": f"sqlite+aiosqlite:///{folder / 'amends.db'}"})
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(running(settings))
        intake = Intake(_drafter(settings, kind), parts.drafts, lambda: datetime.now(UTC), settings.max_drafts)
        parts = replace(parts, intake=intake)
        work = await stack.enter_async_context(working(settings, parts, works=True))
        erased = await stack.enter_async_context(erasing(settings, parts.database, work.stop))
        admits = await stack.enter_async_context(admitting(parts.database, ADDRESS))
        listeners = [stack.enter_context(listen(ADDRESS, 0)) for _ in range(2)]
        sys.stdout.write(json.dumps([listener.getsockname()[1] for listener in listeners]) + "\n")
        sys.stdout.flush()
        servers = [make_server(app) for app in (make_app(parts, work, erased, admits, HOSTS), empty_app())]
        pairs = zip(servers, listeners, strict=True)
        await asyncio.gather(*(server.serve(sockets=[listener]) for server, listener in pairs))


def empty_app() -> FastAPI:
    """An application that reads a body and answers nothing."""
    app = FastAPI()

    @app.post("/")
    async def nothing(request: Request) -> Response:
        await request.body()
        return Response("{}", media_type="application/json")

    return app


if __name__ == "__main__":
    configure_logs("info")
    checks, what, *folder = sys.argv[1:]
    asyncio.run(draft_lines(checks) if what == "loop" else serve(checks, Path(*folder)))
