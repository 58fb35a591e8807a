"""Sets logging up: JSON lines on standard error, one event name plus fields, never a customer's words."""

from __future__ import annotations

import logging
import math
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from io import UnsupportedOperation
from threading import Lock
from typing import BinaryIO, TextIO, cast

import structlog

SAME_EVERY_S = 60.0
log = structlog.get_logger()


@dataclass(slots=True)
class Lost:
    """How many lines this process could not write."""

    lines: int = 0


LOST = Lost()


class LogLines:
    """Writes each line as it comes.

    One that cannot be written (nobody reads the log any more, its disk is full) is lost and counted: a draft that is
    given up for the sake of its log helps nobody. As soon as lines can be written again, one says how many were lost.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = _unbuffered(stream) if stream else None
        self._lock = Lock()  # threads log, too
        self._torn = False
        self._untold = 0

    def msg(self, text: str) -> None:
        """Write one line."""
        with self._lock:
            if not self._written(text.encode() + b"\n"):
                LOST.lines += 1
                self._untold += 1
                return
            untold, self._untold = self._untold, 0
        if untold:
            Context().run(log.warning, "log.lines_lost", count=untold)  # it is about no request

    debug = info = warning = error = critical = exception = msg

    def _written(self, line: bytes) -> bool:
        rest = b"\n" + line if self._torn else line
        try:
            while self._stream and rest and (count := self._stream.write(rest)):
                rest = rest[count:]
                self._torn = bool(rest)
        except OSError:
            return False
        return not rest


def _unbuffered(stream: TextIO) -> BinaryIO:
    """The same file, without a buffer: Python would write what is left in it at its end, and fail once more."""
    try:
        return cast("BinaryIO", open(stream.fileno(), "wb", buffering=0, closefd=False))
    except UnsupportedOperation:  # it stands in memory
        return stream.buffer


def configure_logs(level: str) -> None:
    """Send everything of this level and above to standard error, ours and the libraries' alike."""
    number = getattr(logging, level.upper())
    lines = LogLines(sys.stderr)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: lines,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[Forward()], force=True)


class Forward(logging.Handler):
    """Passes a library's record on without its text, which may quote a request or an answer.

    Without it, a hundred of the same say no more than one: they are counted, and the next line has their number.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._told: dict[tuple[str, int, str | None], float] = {}
        self._left_out: Counter[tuple[str, int, str | None]] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Log it, or count it."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        same, now = (record.name, record.lineno, kind), self._clock()
        if now - self._told.get(same, -math.inf) < SAME_EVERY_S:
            self._left_out[same] += 1
            return
        self._told[same] = now
        # Libraries may have levels of their own, which structlog does not know.
        level = logging.ERROR if record.levelno >= logging.ERROR else logging.WARNING
        left_out = self._left_out.pop(same, 0)
        log.log(level, "library.log", logger=record.name, line=record.lineno, error=kind, left_out=left_out)
