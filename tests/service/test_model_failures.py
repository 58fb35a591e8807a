"""The failures that no loopback server can bring about."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime

import pytest

from service.model_failures import TemporaryFailure, failure_to_connect, seconds_until

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 30 ", 30.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 13:00:30 +0100", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("9" * 400, None),
        ("Sun, 99 Foo 2026 12:00:30 GMT", None),
    ],
)
def test_reads_retry_after(header: str | None, seconds: float | None) -> None:
    """Seconds and dates are read; a past date is now, and nonsense says nothing."""
    assert seconds_until(header, NOW) == seconds


@pytest.mark.parametrize(
    ("cause", "words", "again"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "host name is not known", True),
        (ssl.SSLCertVerificationError("expired"), "certificate", False),
        (ConnectionResetError("reset"), "closed the connection", True),
        (TimeoutError("slow"), "did not accept a connection in time", True),
        (RuntimeError("odd"), "broke off the call", True),
    ],
)
def test_names_the_cause(cause: Exception, words: str, *, again: bool) -> None:
    """The cause is found however deep it is wrapped, and decides whether another attempt is worth it."""
    outer = RuntimeError("outer")
    outer.__cause__ = RuntimeError("inner")
    outer.__cause__.__context__ = cause
    error = failure_to_connect(outer, "http://host/v1/chat/completions")
    assert words in str(error)
    assert isinstance(error, TemporaryFailure) == again
