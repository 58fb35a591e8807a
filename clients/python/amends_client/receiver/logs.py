"""Sets logging up: JSON lines on standard error, an event name plus fields, never anybody's words."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logs() -> None:
    """Send what happens to standard error; of libraries what is wrong, by its name alone."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, handlers=[ByName()], force=True)


class ByName(logging.Handler):
    """Passes a library's record on without its text, which may quote what was sent."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log that there was one."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        structlog.get_logger().warning("library.log", logger=record.name, line=record.lineno, error=kind)
