"""A mock of Chatwoot that validates: its API, its webhooks, and a page that holds a dashboard app in a frame."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import html
import http.client
import http.server
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from plugins.chatwoot.tests.contract import answer_fits, operation, request_fits, webhook_fits

ACCOUNT, INBOX, AGENT, BOT = 3, 5, 77, 9
TOKEN, SECRET, DASHBOARD = "bot-token", "webhook-secret", "dashboard-secret-of-at-least-32-characters"
PAGE = """<!doctype html><html lang="en"><title>Chatwoot</title>
<style>html, body {{ height: 100%; margin: 0 }} iframe {{ width: 100%; height: 95%; border: 0 }}</style>
<iframe title="Amends app" src="{app}"></iframe><script>
const frame = document.querySelector("iframe");
globalThis.conversation = {conversation};
globalThis.asked = [];
globalThis.tell = () => frame.contentWindow.postMessage(JSON.stringify({{event: "appContext", data: {{
  conversation: {{id: conversation, account_id: 3, status: "open", messages: [], meta: {{}}}},
  contact: {{id: 901, name: "Dana Okafor", email: "dana@example.com"}},
  currentAgent: {{id: 77, name: "Maya Lindqvist", email: "maya@example.com"}}}}}}), "*");
addEventListener("message", (event) => {{
  asked.push(event.data);
  if (event.data === "chatwoot-dashboard-app:fetch-info") tell();
}});
frame.addEventListener("load", tell);
</script></html>"""


@dataclass
class Chatwoot:
    """What there is, and what was asked of it."""

    url: str = ""
    webhook: str = ""
    app: str = ""
    shown: int = 42  # the conversation on the page
    status: int = 200  # what the API answers
    notes: list[tuple[int, str]] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))

    def written(self, conversation: int, text: str | None, **changes: Any) -> dict[str, Any]:
        """The event of a customer's message."""
        number = next(self.numbers)
        return {
            "event": "message_created",
            "id": number,
            "content": text,
            "content_type": "text",
            "content_attributes": {},
            "additional_attributes": {},
            "message_type": "incoming",
            "private": False,
            "source_id": None,
            "created_at": "2026-05-04T09:05:00.000Z",
            "account": {"id": ACCOUNT, "name": "Harbourline"},
            "inbox": {"id": INBOX, "name": "Complaints"},
            "sender": {"id": 901, "name": "Dana Okafor", "email": "dana@example.com", "phone_number": None},
            "conversation": {"id": conversation, "inbox_id": INBOX, "status": "open", "channel": "Channel::Email"},
        } | changes

    def answered(self, conversation: int, text: str, **changes: Any) -> dict[str, Any]:
        """The event of an agent's message."""
        sender = {"id": AGENT, "name": "Maya Lindqvist", "email": "maya@example.com", "type": "user"}
        return self.written(conversation, text) | {"message_type": "outgoing", "sender": sender} | changes

    def send(self, event: dict[str, Any], **headers: str) -> int:
        """Have the bot hear an event; its status."""
        body = json.dumps(event).encode()
        given = signed(body, delivery=f"delivery-{event['id']}-{event['private']}") | headers
        if not headers:
            webhook_fits(given, event)
        return self.deliver(body, given)

    def deliver(self, body: bytes, headers: dict[str, str]) -> int:
        """Post any bytes to the webhook."""
        where = urlsplit(self.webhook)
        connection = http.client.HTTPConnection(where.netloc, timeout=10)
        try:
            connection.request("POST", where.path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def post(self, path: str, token: str | None, body: Any) -> tuple[int, dict[str, Any]]:
        """The answer of the API."""
        said = operation(path)
        if said is None:
            self.faults.append(f"the contract has no {path}")
            return 404, {"error": "Not found"}
        try:
            request_fits(said, body)
        except Exception as fault:  # noqa: BLE001 - a test looks at what was wrong
            self.faults.append(str(fault))
            return 422, {"error": "Unprocessable"}
        status, answer = self._done(path, token, body)
        if status < 500:
            answer_fits(said, status, answer)
        return status, answer

    def _done(self, path: str, token: str | None, body: Any) -> tuple[int, dict[str, Any]]:
        if token != TOKEN:
            return 401, {"error": "Invalid Access Token"}
        if self.status != 200:
            return self.status, {"error": "no"}
        conversation = int(path.split("/")[6])
        if path.endswith("/toggle_status"):
            self.opened.append(conversation)
            return 200, {
                "meta": {},
                "payload": {"success": True, "current_status": "open", "conversation_id": conversation},
            }
        self.notes.append((conversation, body["content"]))
        number = next(self.numbers)
        sender = {"id": BOT, "name": "Amends", "type": "agent_bot"}
        note = self.written(conversation, body["content"]) | {
            "message_type": "outgoing",
            "private": True,
            "sender": sender,
        }
        # As Chatwoot does, the bot is told of its own note.
        threading.Thread(target=self._send_if_there, args=[note | {"id": number}], daemon=True).start()
        return 200, {"id": number, "content": body["content"], "private": True, "message_type": 1, "inbox_id": INBOX}

    def _send_if_there(self, event: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # a test may have killed it
            self.send(event)

    def notes_in(self, conversation: int) -> list[str]:
        """The notes that a conversation has."""
        return [text for number, text in self.notes if number == conversation]


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None, delivery: str = "one") -> dict[str, str]:
    """The headers of a webhook."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Chatwoot-Timestamp": timestamp,
        "X-Chatwoot-Signature": f"sha256={digest}",
        "X-Chatwoot-Delivery": delivery,
    }


@contextmanager
def chatwoot() -> Iterator[Chatwoot]:
    """A running mock."""
    found = Chatwoot()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = PAGE.format(app=html.escape(found.app), conversation=found.shown)
            self.answer(200, "text/html; charset=utf-8", page.encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = found.post(self.path, self.headers["api_access_token"], body)
            self.answer(status, "application/json", json.dumps(answer).encode())

        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://localhost:{server.server_port}"
    yield found
    server.shutdown()
    server.server_close()
    assert found.faults == []
