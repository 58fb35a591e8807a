"""Sends every request until it is accepted, as a careful CRM plugin does: with a key, again after every failure."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self

import httpx2

from benchmarks.durability.cases import case_of

TIMEOUT_S = 30.0
PAUSE_S, MOST_PAUSE_S = 0.2, 3.0  # before another try; a Retry-After is heeded up to the most
ASYNC = {"Prefer": "respond-async"}


@dataclass(slots=True)
class Sent:
    """What came of the requests: the id under which each was accepted, and how often each status was answered.

    `changed` are those that a repeated request was answered with another id.
    """

    waits: frozenset[int]  # the cases that were asked for synchronously
    accepted: dict[int, str] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    changed: list[int] = field(default_factory=list)


class Client:
    """Asks the services by turns."""

    def __init__(self, urls: Sequence[str], waits: frozenset[int], run: str) -> None:
        self.sent = Sent(waits)
        self._urls = itertools.cycle(urls)
        self._run = run
        self._http = httpx2.AsyncClient(timeout=TIMEOUT_S, limits=httpx2.Limits(max_connections=500))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def send(self, number: int) -> str:
        """Have a case accepted, however often it must be asked; gives the draft's id."""
        headers = {"Idempotency-Key": f"{self._run}-{number}"} | ({} if number in self.sent.waits else ASYNC)
        answer = await self._until_done("POST", "/v1/drafts", headers, case_of(number))
        draft_id = str(answer["id"])
        if self.sent.accepted.setdefault(number, draft_id) != draft_id:
            self.sent.changed.append(number)
        return draft_id

    async def status_of(self, draft_id: str) -> str:
        """Where a draft stands."""
        return str((await self._until_done("GET", f"/v1/drafts/{draft_id}", {}, None))["status"])

    async def add_webhook(self, url: str) -> str:
        """Have events sent to a URL; gives the secret that signs them."""
        answer = await self._until_done("POST", "/v1/webhooks", {"Idempotency-Key": self._run}, {"url": url})
        return str(answer["secret"])

    async def _until_done(self, method: str, path: str, headers: dict[str, str], body: object) -> dict[str, object]:
        for wait in itertools.chain((PAUSE_S, 2 * PAUSE_S, 4 * PAUSE_S), itertools.repeat(MOST_PAUSE_S)):
            try:
                answer = await self._http.request(method, next(self._urls) + path, headers=headers, json=body)
            except httpx2.TransportError as error:
                self.sent.statuses[type(error).__name__] += 1
                await asyncio.sleep(wait)
                continue
            self.sent.statuses[str(answer.status_code)] += 1
            if answer.is_success:
                found: dict[str, object] = answer.json()
                return found
            if not _may_come_again(answer.status_code):
                raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            await asyncio.sleep(min(float(answer.headers.get("retry-after", wait)), MOST_PAUSE_S))
        raise AssertionError  # the waits never end


def _may_come_again(status: int) -> bool:
    return status in (HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS) or status >= HTTPStatus.INTERNAL_SERVER_ERROR
