"""Every example of the README works: they make one program, which is run on a service."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import read_examples
from tests.docs.test_examples import REPLY, URL
from tests.fake_endpoint import FakeEndpoint, says
from tests.service.commands import SECONDS, environment
from tests.service.serving import serving

README = Path(__file__).parents[1] / "README.md"
# What the README leaves to whoever reads it: a request to their own webhook.
CALLS = """
from clients.python.tests.test_events import BODY, SECRET, signed

assert on_request(SECRET, signed(BODY), BODY) == 204
assert on_request(SECRET, signed(BODY), BODY + b" ") == 401
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service whose model writes a good reply to the case of the README."""
    with (
        FakeEndpoint(says(REPLY)) as endpoint,
        serving(tmp_path_factory.mktemp("service"), endpoint.url) as service,
    ):
        yield service.ready()


def test_the_examples(url: str, tmp_path: Path) -> None:
    """They run from the first to the last, and say what the README lets one expect."""
    texts = [each.text for each in read_examples(README) if each.language == "python"]
    program = tmp_path / "example.py"
    program.write_text("\n".join([*texts, CALLS]).replace(URL, url), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", program],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"ready {REPLY}" in done.stdout
    assert "sent 0.0" in done.stdout
    assert f"{url}/#/draft/" in done.stdout
    assert "text is required where the outcome is `edited`" in done.stdout
    assert "excuses" in done.stdout
    assert "draft.finished 0f6c" in done.stdout
