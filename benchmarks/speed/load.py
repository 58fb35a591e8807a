"""The load, in a process of its own: `python -m benchmarks.speed.load URL FORM PLAN SEED`.

So many clients each ask, wait for the answer and ask again; every case is another one, and so must every draft be.
FORM is `case` for a case of Amends, or `chat` for OpenAI's chat completion; PLAN is JSON. It prints a line of JSON
when the measured time begins, at a quarter, at half, at three quarters and at its end, with what was measured.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.speed.arms import Form
from benchmarks.speed.plan import Plan

LABELS = Path(__file__).parents[2] / "evals" / "labels"
INSTRUCTIONS = (Path(__file__).parents[2] / "prompts" / "reply.md").read_text(encoding="utf-8")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOOKS = (0.0, 0.25, 0.5, 0.75, 1.0)
ANSWER_S = 60.0  # for one answer
CONTEXT = {
    "brand": "Harbourline Home",
    "agent": {"name": "Maya Lindqvist", "role": "Customer Care"},
    "facts": ["Order HL-20418, one Tern kettle at £42.50, was delivered on Tuesday 21 October 2025."],
    "remedies": [{"id": "new", "text": "a new Tern kettle, delivered free of charge on Thursday 23 October"}],
    "follow_up": {"person": "Priya Nair", "channel": "020 7946 0142", "by": "Wednesday at noon"},
    "constraints": ["under 200 words"],
}


def requests(form: Form, url: str, seed: int) -> Iterator[bytes]:
    """Requests without end, each with another case."""
    lines = (line for path in sorted(LABELS.glob("drafts-*.jsonl")) for line in path.read_bytes().split(b"\n") if line)
    complaints = [json.loads(line)["complaint"] for line in lines]
    chance = random.Random(seed)
    number = seed * 1_000_000
    while True:
        number += 1
        text = f"{chance.choice(complaints)}\nMy number is {number}."
        case: dict[str, object] = {"complaint": {"text": text, "channel": "email"}, "context": CONTEXT}
        yield _request(url, json.dumps(_chat(case) if form == "chat" else _flagged(case)).encode())


def _flagged(case: dict[str, object]) -> dict[str, object]:
    """The draft is wanted whatever the checks say, so that there is one in every answer."""
    return case | {"options": {"delivery": "flagged"}}


def _chat(case: dict[str, object]) -> dict[str, object]:
    messages = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": json.dumps(case)}]
    return {"model": "openai/fake", "messages": messages, "max_tokens": 700, "temperature": 0.4}


def _request(url: str, body: bytes) -> bytes:
    parts = urlsplit(url)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def draft_in(form: Form, body: bytes) -> str:
    """The text that was drafted, from an answer.

    Raises:
        LookupError, TypeError: it is another answer.
        ValueError: there is no text, or a check broke.
    """
    answer = json.loads(body)
    draft = answer["choices"][0]["message"]["content"] if form == "chat" else answer["draft"]
    if not draft or any(verdict["error"] for verdict in answer.get("verdicts", ())):
        raise ValueError
    return str(draft)


@dataclass
class Seen:
    """What the clients saw in the measured time: seconds of each answer, drafts, and what went wrong how often."""

    counts: bool = False
    took: list[float] = field(default_factory=list)
    drafts: set[int] = field(default_factory=set)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, seconds: float, draft: str) -> None:
        """One good answer."""
        if self.counts:
            self.took.append(seconds)
            self.drafts.add(hash(draft))

    def fail(self, error: str) -> None:
        """Whatever goes wrong counts, also while the service warms up."""
        self.errors[error[:300]] += 1


class Client:
    """Asks on one connection, which stays open, and opens another one when that breaks."""

    def __init__(self, host: str, port: int, given: Iterator[bytes], read: Callable[[bytes], str], seen: Seen) -> None:
        self._where = (host, port)
        self._given = given
        self._read = read
        self._seen = seen

    async def ask_on(self) -> None:
        """Ask until cancelled."""
        while True:
            try:
                reader, writer = await asyncio.open_connection(*self._where)
                try:
                    while True:
                        async with asyncio.timeout(ANSWER_S):
                            await self._ask(reader, writer)
                finally:
                    writer.close()
            except (OSError, EOFError, TimeoutError) as error:
                self._seen.fail(type(error).__name__)
                await asyncio.sleep(0.1)

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = next(self._given)
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        if length is None:
            raise EOFError  # in chunks: none of the arms answers so
        body = await reader.readexactly(int(length[1]))
        took = time.perf_counter() - began
        try:
            self._seen.add(took, self._read(body))
        except (ValueError, LookupError, TypeError):
            self._seen.fail(f"{head[9:12].decode()} {body.decode()}")
            await asyncio.sleep(0.05)  # what refuses at once should not be asked without pause


def _tell(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def load(url: str, form: Form, plan: Plan, seed: int) -> None:
    """Ask for so long, and tell."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    seen, given = Seen(), requests(form, url, seed)
    asking = [
        asyncio.create_task(Client(parts.hostname, parts.port, given, lambda body: draft_in(form, body), seen).ask_on())
        for _ in range(plan.clients)
    ]
    await asyncio.sleep(plan.warm_up_s)
    seen.counts, began, cpu = True, time.perf_counter(), time.process_time()
    for look in LOOKS[:-1]:
        await asyncio.sleep(max(0.0, began + look * plan.seconds - time.perf_counter()))
        _tell({"at": look, "requests": len(seen.took), "errors": seen.errors.total()})
    await asyncio.sleep(max(0.0, began + plan.seconds - time.perf_counter()))
    seen.counts, took, cpu = False, time.perf_counter() - began, time.process_time() - cpu
    for task in asking:
        if task.done():
            task.result()  # it should never end: say why it did
        task.cancel()
    if not seen.took:
        raise SystemExit(f"no request was answered: {dict(seen.errors)}")
    _tell(
        {
            "at": 1.0,
            "requests": len(seen.took),
            "seconds": took,
            "repeated": len(seen.took) - len(seen.drafts),
            "errors": seen.errors.total(),
            "why": dict(seen.errors.most_common(5)),
            "cpu_share": cpu / took,
            "took_ms": {str(share): _share(seen.took, share) for share in (0.5, 0.9, 0.99, 1.0)},
        }
    )


def _share(took: list[float], share: float) -> float:
    return sorted(took)[min(int(len(took) * share), len(took) - 1)] * 1000


if __name__ == "__main__":
    _, where, kind, planned, start = sys.argv
    assert kind in ("case", "chat")
    asyncio.run(load(where, "chat" if kind == "chat" else "case", Plan.model_validate_json(planned), int(start)))
