"""What anybody writes first: a FastAPI endpoint that asks a model and keeps one durable row. The floor.

It imports nothing of Amends, so that peers in environments of their own are measured with the same one:
`python -m benchmarks.speed.bare PORT ENDPOINT_URL FOLDER [TRANSPORT]`; TRANSPORT is `aiohttp` in place of the
client's own.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from openai import AsyncOpenAI, DefaultAioHttpClient
from pydantic import BaseModel

# As it stands, placeholders and all: what matters here is that it is as long as what Amends sends.
INSTRUCTIONS = (Path(__file__).parents[2] / "prompts" / "reply.md").read_text(encoding="utf-8")
Message = dict[str, str]
Ask = Callable[[list[Message]], Awaitable[str]]  # a draft
Review = Callable[[str], Awaitable[list[str]]]  # the names of the checks that a draft did not pass


class Given(BaseModel):
    """A case, unchecked."""

    complaint: dict[str, object]
    context: dict[str, object]
    options: dict[str, object] = {}


class Drafted(BaseModel):
    """What is answered."""

    id: str
    draft: str
    failed: list[str]


class Rows:
    """One table, written on a thread of its own, each row durable before it counts as written."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE drafts (id TEXT PRIMARY KEY, case_json TEXT, answer_json TEXT)",
        ):
            self._connection.execute(statement)

    async def add(self, *row: str) -> None:
        """Write one row."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._insert, row)

    def _insert(self, row: tuple[str, ...]) -> None:
        self._connection.execute("INSERT INTO drafts VALUES (?, ?, ?)", row)


async def nothing_failed(draft: str) -> list[str]:
    """Look at nothing."""
    del draft
    return []


def asking(url: str, transport: str = "") -> Ask:
    """Ask an endpoint by the vendor's client."""
    http_client = DefaultAioHttpClient() if transport == "aiohttp" else None
    client = AsyncOpenAI(base_url=url, api_key="none", http_client=http_client)

    async def ask(messages: list[Message]) -> str:
        answer = await client.chat.completions.create(
            model="fake",
            messages=messages,  # type: ignore[arg-type]  # dictionaries, as most people write them
            max_tokens=700,
            temperature=0.4,
        )
        return answer.choices[0].message.content or ""

    return ask


def make_app(rows: Rows, ask: Ask, review: Review) -> FastAPI:
    """The application."""
    app = FastAPI()

    @app.post("/v1/drafts")
    async def create_draft(given: Given) -> Drafted:
        """Ask, look at the draft, store it, answer."""
        case_json = given.model_dump_json()
        draft = await ask([{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": case_json}])
        drafted = Drafted(id=str(uuid.uuid4()), draft=draft, failed=await review(draft))
        await rows.add(drafted.id, case_json, drafted.model_dump_json())
        return drafted

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        """It is there."""
        return {}

    return app


def serve(port: int, folder: Path, ask: Ask, review: Review = nothing_failed) -> None:
    """Serve until killed."""
    # The same protocol code for all; without a line for each request, which is more than Amends leaves out.
    app = make_app(Rows(folder / "rows.db"), ask, review)
    uvicorn.run(app, host="127.0.0.1", port=port, http="h11", log_config=None, access_log=False)


if __name__ == "__main__":
    _, listen_at, endpoint, where, *more = sys.argv
    serve(int(listen_at), Path(where), asking(endpoint, "".join(more)))
