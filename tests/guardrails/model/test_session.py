"""Opening a network tells nobody: no trace in the user's folders, and nothing is looked up or connected to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# A check model is opened, and the process lives on for longer than it takes to send what was gathered at the start.
OPEN = """
import time
from guardrails.complaint_model.reader import OnnxComplaintModel
OnnxComplaintModel().escalations("My kettle came with a cracked lid.")
time.sleep(0.2)
"""


def test_a_network_leaves_nothing_in_the_users_folders(tmp_path: Path) -> None:
    """It would keep a device's id and a queue of events in them, and send the events to its maker."""
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    places = {
        name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "USERPROFILE", "LOCALAPPDATA")
    }
    subprocess.run([sys.executable, "-c", OPEN], env=environment | places, check=True, timeout=120)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
