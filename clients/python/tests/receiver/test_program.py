"""What the command of a receiver says and does."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from amends_client.receiver.errors import ConfigurationError
from amends_client.receiver.program import address_of, listening, read_arguments, refusing_to_start
from clients.python.tests.receiver.test_settings import Settings

# A program that is stopped by its own work, after it has logged what a library said.
PROGRAM = """
import asyncio, logging, signal
from starlette.applications import Starlette
from amends_client.receiver.logs import configure_logs
from amends_client.receiver.program import address_of, at_work, listening, serve

async def work():
    try:
        raise ValueError("Dana's words")
    except ValueError:
        logging.getLogger("library").warning("It quotes Dana's words.", exc_info=True)
    signal.raise_signal(signal.SIGTERM)
    await asyncio.sleep(60)

configure_logs()
with listening("127.0.0.1", 0, "AMENDS_DESK_") as listener:
    lifespan = at_work(work, hook=f"{address_of(listener)}/hook")
    asyncio.run(serve(Starlette(lifespan=lifespan), listener))
"""


def test_help(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists the settings."""
    monkeypatch.setattr(sys, "argv", ["amends-desk", "--help"])
    with pytest.raises(SystemExit) as ended:
        read_arguments(Settings, "Is no program.")
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: amends-desk")
    assert Settings.describe() in said


def test_a_wrong_setting_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line says who speaks; the status is that of wrong use."""
    with pytest.raises(SystemExit) as ended, refusing_to_start("amends-desk"):
        raise ConfigurationError("one\ntwo")
    assert ended.value.code == 2
    assert capsys.readouterr().err == "amends-desk: one\namends-desk: two\n"


def test_it_listens() -> None:
    """Where it says; a port that is taken is named with its settings."""
    with listening("127.0.0.1", 0, "AMENDS_DESK_") as listener:
        port = listener.getsockname()[1]
        assert address_of(listener) == f"http://127.0.0.1:{port}"
        with pytest.raises(ConfigurationError, match=f"AMENDS_DESK_HOST, AMENDS_DESK_PORT: 127.0.0.1:{port}: "):
            listening("127.0.0.1", port, "AMENDS_DESK_")


def test_it_works_until_it_is_stopped() -> None:
    """Its work begins with the server, and ends with it; no log has a library's words."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    logged = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [each["event"] for each in logged] == ["receiver.started", "library.log"]
    assert logged[0]["hook"].endswith("/hook")
    assert (logged[1]["logger"], logged[1]["error"]) == ("library", "ValueError")
    assert "Dana" not in ended.stderr
