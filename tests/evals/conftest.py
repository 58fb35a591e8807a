"""What several tests of the evals set up and take down."""

from __future__ import annotations

from tests.service.conftest import restored_logging

__all__ = ["restored_logging"]
