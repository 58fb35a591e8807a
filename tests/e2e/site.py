"""A running service with a fake model, and requests to it as a help desk sends them."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.fake_endpoint import FakeEndpoint, Handler, fails, says
from tests.service.serving import serving

GOOD = (
    "Dear Dana Okafor,\n\n"
    "I am sorry that your Tern kettle came with a cracked lid: that should not have happened. "
    "We will send you a new Tern kettle, delivered free on Thursday 23 October. "
    "Priya Nair will call you on 020 7946 0142 by Wednesday noon to make sure that all is well.\n\n"
    "Yours sincerely,\nMaya Lindqvist"
)
WRONG = GOOD.replace("Tern kettle, delivered free on Thursday 23 October", "Tern kettle and a refund of £99.99")
CASE: dict[str, Any] = {
    "id": "ticket-4711",
    "complaint": {
        "text": "My kettle came with a cracked lid. I waited two weeks for it!",
        "channel": "email",
        "customer_name": "Dana Okafor",
    },
    "context": {
        "brand": "Harbourline Home",
        "agent": {"name": "Maya Lindqvist", "role": "Customer Care"},
        "facts": ["One Tern kettle at £42.50 was delivered on 21 October."],
        "remedies": [{"id": "replacement", "text": "a new Tern kettle, delivered free on Thursday 23 October"}],
        "follow_up": {"person": "Priya Nair", "channel": "020 7946 0142", "by": "Wednesday noon"},
        "history": [
            {"from": "customer", "text": "When will my kettle arrive?"},
            {"from": "agent", "text": "It is on its way and comes on 21 October."},
        ],
        "now": "2025-10-21T09:05:00+01:00",
    },
    "options": {"delivery": "flagged"},
}


def case(**changes: Any) -> dict[str, Any]:
    """The case with other texts of the complaint, or another reference."""
    complaint = CASE["complaint"] | {
        name: changes[name] for name in ("text", "customer_name", "channel") if name in changes
    }
    return CASE | {"complaint": complaint, "id": changes.get("id", CASE["id"])}


class Model:
    """A model that says what it was last told to, after some seconds where that was wanted; others first, in turn."""

    def __init__(self) -> None:
        self.text = GOOD
        self.seconds = 0.0
        self.broken = False
        self.others: list[str] = []

    def __call__(self, handler: Handler) -> None:
        """Answer one call."""
        time.sleep(self.seconds)
        text = self.others.pop(0) if self.others else self.text
        (fails(400) if self.broken else says(text))(handler)


@dataclass
class Site:
    """The service at a URL, and its model."""

    url: str
    folder: Path
    model: Model
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer of the API, from outside the browser."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            headers = {"Content-Type": "application/json"} | self.headers
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status < 300, (answer.status, text)
            return json.loads(text) if text else None
        finally:
            connection.close()

    def draft(self, reply: str = GOOD, /, **changes: Any) -> str:
        """The id of a new draft with this reply."""
        self.model.text = reply
        return str(self.ask("POST", "/v1/drafts", case(**changes))["id"])

    def feedback(self, draft_id: str) -> Any:
        """What is stored of a draft as its last feedback."""
        listed = self.ask("GET", "/v1/drafts?limit=200")["drafts"]
        return next(each for each in listed if each["id"] == draft_id)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Site]:
    """The service, started as `amends serve`."""
    model = Model()
    with FakeEndpoint(model) as endpoint, serving(folder, endpoint.url, **settings) as process:
        yield Site(process.ready(), folder, model)


def chromium() -> str:
    """The browser's program.

    Raises:
        RuntimeError: there is none.
    """
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        raise RuntimeError("There is no Chromium: install Debian's package `chromium`, or set CHROMIUM to a program.")
    return found


def eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)
