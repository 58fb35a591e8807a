"""Stands in for Zendesk: a page around a ticket, its REST API, and the proxy that fills secure settings in."""

from __future__ import annotations

import http.client
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

APP = Path(__file__).parents[1]
STANDIN = Path(__file__).parent / "standin"
SDK = "https://static.zdassets.com/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css",
    ".png": "image/png",
}
CUSTOMER, AGENT, COPIED = 901, 77, 902
ROLES = {CUSTOMER: "end-user", AGENT: "agent", COPIED: "end-user"}
PAGE = """<!doctype html><html lang="en"><title>Ticket</title>
<style>body {{ display: flex; gap: 1rem; font: 1rem sans-serif; margin: 1rem }}
#editor {{ flex: 1; height: 12rem; border: 1px solid; overflow: auto }}
aside {{ width: {width}px }} iframe {{ width: 100%; border: 0 }}</style>
<div id="editor" contenteditable aria-label="Public reply"></div><aside><iframe title="Amends app"></iframe></aside>
<script type="application/json" id="given">{given}</script><script src="/host.js"></script></html>"""


def comment(number: int, text: str, author: int = CUSTOMER, *, public: bool = True) -> dict[str, Any]:
    """A comment as the REST API lists it."""
    return {
        "id": number,
        "type": "Comment",
        "author_id": author,
        "body": text,
        "plain_body": text,
        "public": public,
        "created_at": f"2025-10-21T09:{number:02}:00Z",
    }


@dataclass
class Zendesk:
    """What there is at the help desk, and what it saw."""

    settings: dict[str, Any] = field(default_factory=dict)
    secure: dict[str, str] = field(default_factory=dict)
    allowed: set[str] = field(default_factory=lambda: {"127.0.0.1"})  # the manifest's domainWhitelist
    comments: list[dict[str, Any]] = field(default_factory=list)
    customer: str = "Dana Okafor"
    channel: str = "email"
    width: int = 420
    ticket: int | None = 4711
    proxied: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    url: str = ""
    app: str = ""

    def page(self) -> str:
        """The page around the ticket."""
        given = {
            "app": f"{self.app}/assets/iframe.html",
            "guid": "0ab1",
            "metadata": {
                "appId": 1,
                "name": "Amends",
                "installationId": 2,
                "version": "0.1.0",
                "settings": self.settings,
            },
            "context": {"product": "support", "location": "ticket_sidebar", "account": {"subdomain": "harbourline"}},
            "paths": {
                "ticket.id": self.ticket,
                "ticket.requester": {"id": CUSTOMER, "name": self.customer, "email": "dana@example.com"},
                "ticket.via": {"channel": self.channel},
                "currentUser": {"id": AGENT, "name": "Maya Lindqvist", "role": "agent"},
            },
        }
        return PAGE.format(given=json.dumps(given).replace("<", "\\u003c"), width=self.width)

    def proxy(self, options: dict[str, Any]) -> dict[str, Any]:
        """What became of a request of the app: to the help desk itself, or with secure settings to an allowed host."""
        url = options["url"]
        if url.startswith("/api/v2/"):
            found: dict[str, Any] = {"comments": self.comments[::-1]}
            if "include=users" in url:
                found["users"] = [{"id": number, "role": role} for number, role in ROLES.items()]
            return {"status": 200, "reason": "OK", "text": json.dumps(found)}
        where = urlsplit(url)
        assert options["secure"]
        assert where.hostname in self.allowed
        headers = {name: self._filled(value) for name, value in options.get("headers", {}).items()}
        headers["Content-Type"] = options["contentType"]
        self.proxied.append((options["type"], where.path, headers))
        connection = http.client.HTTPConnection(where.netloc, timeout=30)
        try:
            target = where.path + (f"?{where.query}" if where.query else "")
            connection.request(options["type"], target, options.get("data", "").encode(), headers)
            answer = connection.getresponse()
            return {"status": answer.status, "reason": answer.reason, "text": answer.read().decode()}
        except OSError:
            return {"status": 502, "reason": "Bad Gateway", "text": "<html>Bad gateway</html>"}
        finally:
            connection.close()

    def _filled(self, value: str) -> str:
        for name, secret in self.secure.items():
            value = value.replace("{{setting." + name + "}}", secret)
        return value


@contextmanager
def zendesk() -> Iterator[Zendesk]:
    """A help desk at one host and its apps at another, as Zendesk has it."""
    found = Zendesk()

    class Help(Quiet):
        def do_GET(self) -> None:
            if self.path == "/host.js":
                self.answer("text/javascript", (STANDIN / "host.js").read_bytes())
            else:
                self.answer("text/html; charset=utf-8", found.page().encode())

        def do_POST(self) -> None:
            options = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.answer("application/json", json.dumps(found.proxy(options)).encode())

    class Assets(Quiet):
        def do_GET(self) -> None:
            file = APP / self.path.partition("?")[0].lstrip("/")
            self.answer(KINDS[file.suffix], file.read_bytes())

    with listening(Help) as help_port, listening(Assets) as assets_port:
        found.url, found.app = f"http://localhost:{help_port}", f"http://127.0.0.1:{assets_port}"
        yield found


class Quiet(http.server.BaseHTTPRequestHandler):
    """A server's answers, without a log."""

    def answer(self, kind: str, body: bytes) -> None:
        """Send a page or a file."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[int]:
    """A server on a free port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()
