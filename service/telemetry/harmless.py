"""Keeps whatever goes wrong with telemetry away from the work that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger()


@contextmanager
def harmless() -> Iterator[None]:
    """Log what is raised inside, and go on."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a figure that is wrong is no reason to lose a draft
        log.warning("telemetry.failed", error=type(error).__name__)
