"""The ways to the desk: an access key, and a page of somebody else that holds it in a frame."""

from __future__ import annotations

import html
import http.server
import subprocess
import threading
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.site import Site
from tests.service.commands import amends


class Host:
    """A page of somebody else that holds the desk in a frame, and writes down what it is told."""

    def __init__(self) -> None:
        self.frame = ""
        self.greeting = ""  # what it says to the desk as soon as the frame is loaded
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = host.page().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self) -> str:
        """The page."""
        return (
            "<!doctype html><title>Help desk</title><script>window.told = [];"
            "addEventListener('message', (event) => told.push([event.origin, event.data]))</script>"
            f"<iframe title='Amends' width='1000' height='800' src='{html.escape(self.frame)}'></iframe>"
            f"<script>const greeting = {self.greeting or 'null'}, [frame] = document.querySelectorAll('iframe');"
            "frame.onload = () => greeting && frame.contentWindow.postMessage(greeting, '*')</script>"
        )


def new_key(folder: Path, name: str, *options: str) -> str:
    """A key for the database in a folder."""
    settings = {"AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'a.db'}"}
    made: subprocess.CompletedProcess[bytes] = amends(folder, "keys", "create", name, *options, settings=settings)
    assert made.returncode == 0, made.stderr
    return next(word for word in made.stdout.decode().split() if word.startswith("amends_"))


def sign_in(page: Page, site: Site) -> None:
    """By the key."""
    page.get_by_label("Access key").fill(site.headers["Authorization"].removeprefix("Bearer "))
    page.get_by_role("button", name="Sign in").click()
