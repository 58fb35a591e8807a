"""Patience for tests, and what is sent in them."""

from __future__ import annotations

from typing import Any

from amends_client import Retries
from amends_client.models import Case
from tests.e2e.site import case

NEW_CASE = Case.from_dict(case())


def quick(**changes: Any) -> Retries:
    """Retries as a client comes, but for the pauses."""
    return Retries(**{"first_pause_s": 0.01, "longest_pause_s": 0.05, "deadline_s": 30.0} | changes)
