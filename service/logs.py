"""Sets logging up: JSON lines on standard error, one event name plus fields, never a customer's words."""

from __future__ import annotations

import logging
import sys

import structlog

log = structlog.get_logger()


def configure_logs(level: str) -> None:
    """Send everything of this level and above to standard error, ours and the libraries' alike."""
    number = getattr(logging, level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Forward()], force=True)


class _Forward(logging.Handler):
    """Passes a library's record on without its text, which may quote a request or an answer."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        # Libraries may have levels of their own, which structlog does not know.
        level = logging.ERROR if record.levelno >= logging.ERROR else logging.WARNING
        log.log(level, "library.log", logger=record.name, line=record.lineno, error=kind)
