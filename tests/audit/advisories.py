"""Answers as OSV does from a folder of advisories, for machines that cannot ask a service about their packages."""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from packaging.version import InvalidVersion, Version

Advisory = Mapping[str, Any]
ECOSYSTEM = "PyPI"


class Advisories:
    """The advisories of a folder, each a file in OSV's format, as JSON or YAML."""

    def __init__(self, advisories: Sequence[Advisory]) -> None:
        self._about: defaultdict[str, list[Advisory]] = defaultdict(list)
        for advisory in advisories:
            for name in {normal(each["package"]["name"]) for each in _affected(advisory)}:
                self._about[name].append(advisory)
        self.count = len(advisories)
        self.newest = max((str(each.get("modified", "")) for each in advisories), default="")[:10]

    @classmethod
    def read(cls, folder: Path) -> Advisories:
        """Those in a folder and in the folders below; what is no advisory about a package of Python is passed over."""
        found = (_read(path) for path in sorted(folder.rglob("*")) if path.suffix in (".json", ".yaml", ".yml"))
        return cls([each for each in found if each is not None])

    def of(self, name: str, version: str) -> list[Advisory]:
        """What is known against a version of a package."""
        name, wanted = normal(name), Version(version)
        return [
            advisory
            for advisory in self._about[name]
            if any(_concerns(each, wanted) for each in _affected(advisory) if normal(each["package"]["name"]) == name)
        ]


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(path: Path) -> Advisory | None:
    text = path.read_text(encoding="utf-8")
    # Every value as a text: 1.10 is no number here, and a date is none of Python's.
    found = json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CBaseLoader)
    return found if isinstance(found, dict) and "id" in found and _affected(found) else None


def _affected(advisory: Advisory) -> list[Mapping[str, Any]]:
    return [each for each in advisory.get("affected", []) if each.get("package", {}).get("ecosystem") == ECOSYSTEM]


def _concerns(affected: Mapping[str, Any], wanted: Version) -> bool:
    if any(_version(each) == wanted for each in affected.get("versions", [])):
        return True
    return any(
        _within(each["events"], wanted) for each in affected.get("ranges", []) if each.get("type") == "ECOSYSTEM"
    )


def _within(events: Sequence[Mapping[str, str]], wanted: Version) -> bool:
    """Whether a version lies in a range: the last event before it decides."""
    inside = False
    for event in sorted(events, key=_place):
        ((kind, text),) = event.items()
        at = _version(text)
        if kind == "introduced" and (at is None or wanted >= at):
            inside = True
        elif (kind == "fixed" and at is not None and wanted >= at) or (
            kind == "last_affected" and at is not None and wanted > at
        ):
            inside = False
    return inside


def _place(event: Mapping[str, str]) -> Version:
    return _version(next(iter(event.values()))) or Version("0")


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None  # packages of long ago have numbers that no installer takes


@contextmanager
def answering(advisories: Advisories) -> Iterator[str]:
    """The URL under which questions are answered."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            found = advisories.of(asked["package"]["name"], asked["version"])
            body = json.dumps({"vulns": found} if found else {}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name for it
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
