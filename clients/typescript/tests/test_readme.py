"""Every example of the README works: they make one program, on the client as a package, with strict types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clients.python.tests.test_events import BODY, SECRET, signed
from clients.typescript.tests.package import CLIENT, compile_with, install, run
from tests.docs.pages import read_examples
from tests.docs.test_examples import REPLY, URL
from tests.fake_endpoint import FakeEndpoint, says
from tests.service.serving import serving

STRICT = json.loads((CLIENT / "tsconfig.json").read_text(encoding="utf-8"))["compilerOptions"] | {"noEmit": False}


def calls() -> str:
    """What the README leaves to whoever reads it: a request to their own webhook, signed now."""
    return f"""
const SIGNED = new Headers({json.dumps(signed(BODY))}), BODY = new TextEncoder().encode({json.dumps(BODY.decode())});
if (onRequest({json.dumps(SECRET)}, SIGNED, BODY) !== 204) throw new Error("not read");
if (onRequest({json.dumps(SECRET)}, SIGNED, BODY.slice(1)) !== 401) throw new Error("read");
"""


def test_the_examples(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """They run from the first to the last, and say what the README lets one expect."""
    install(tmp_path)
    texts = [each.text for each in read_examples(CLIENT / "README.md") if each.language == "typescript"]
    with (
        FakeEndpoint(says(REPLY)) as endpoint,
        serving(tmp_path_factory.mktemp("service"), endpoint.url) as service,
    ):
        url = service.ready()
        (tmp_path / "example.ts").write_text("\n".join([*texts, calls()]).replace(URL, url), encoding="utf-8")
        project = tmp_path / "tsconfig.json"
        project.write_text(json.dumps({"compilerOptions": STRICT, "files": ["example.ts"]}), encoding="utf-8")
        compile_with("--project", project)
        said = run("node", "example.js", folder=tmp_path)
    assert f"ready {REPLY}" in said
    assert f"{url}/#/draft/" in said
    assert "sent 0" in said
    assert "text is required where the outcome is `edited`" in said
    assert "excuses" in said
    assert "draft.finished 0f6c" in said
