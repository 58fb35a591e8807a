"""Logs: JSON lines with an event and fields, and never the text of a library's message."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

from service.logs import LOST, Forward, LogLines, configure_logs

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

SECRET = "Zyxwv-4929"
pytestmark = pytest.mark.usefixtures("restored_logging")


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """What stands on standard error; standard output stays clean."""
    seen = capsys.readouterr()
    assert seen.out == ""
    return [json.loads(line) for line in seen.err.splitlines()]


def test_what_a_library_says_again_and_again_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """In an outage thirty lines a second would bury all others; another exception is told at once."""
    configure_logs("info")
    now = [0.0]
    forward = Forward(lambda: now[0])

    def complain(error: Exception | None = None) -> None:
        told = (type(error), error, None) if error else None
        forward.handle(logging.LogRecord("some.library", logging.WARNING, "", 7, "again", None, told))

    for second in (0, 1, 59.9, 60, 61):
        now[0] = second
        complain()
    complain(OSError())
    assert [(line["error"], line["left_out"]) for line in logged(capsys)] == [(None, 0), (None, 2), ("OSError", 0)]


@contextmanager
def closing_fd(number: int) -> Iterator[int]:
    """A file descriptor, and its end."""
    try:
        yield number
    finally:
        os.close(number)


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Event, level, time and fields, on standard error."""
    configure_logs("info")
    structlog.get_logger().info("draft.checked", ms=3, note="two\nlines")
    (line,) = logged(capsys)
    assert (line["event"], line["level"], line["ms"], line["note"]) == (
        "draft.checked",
        "info",
        3,
        "two\nlines",
    )
    assert str(line["timestamp"]).endswith("Z")


def test_a_request_id_stands_in_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    """What is bound to a request is in all its lines."""
    configure_logs("info")
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger().info("one")
    structlog.get_logger().warning("two")
    assert [line["request_id"] for line in logged(capsys)] == ["r-1", "r-1"]


@pytest.mark.parametrize(
    ("level", "events"),
    [("debug", ["d", "i", "w", "e"]), ("info", ["i", "w", "e"]), ("warning", ["w", "e"]), ("error", ["e"])],
)
def test_the_level_is_the_least_to_log(capsys: pytest.CaptureFixture[str], level: str, events: list[str]) -> None:
    """What is less important is left out."""
    configure_logs(level)
    log = structlog.get_logger()
    log.debug("d")
    log.info("i")
    log.warning("w")
    log.error("e")
    assert [line["event"] for line in logged(capsys)] == events


def test_a_later_configuration_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """A logger that was used before follows the new level."""
    log = structlog.get_logger()
    configure_logs("info")
    log.info("one")
    configure_logs("error")
    log.info("two")
    assert [line["event"] for line in logged(capsys)] == ["one"]


def test_a_librarys_message_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """Only who logged, where, and the kind of exception: the text may quote a request or a key."""
    configure_logs("info")
    library = logging.getLogger("some.library")
    library.warning("request was %s", SECRET)
    try:
        int(SECRET)
    except ValueError:
        library.exception("failed on %s", SECRET)
    lines = logged(capsys)
    assert SECRET not in json.dumps(lines)
    assert [(line["event"], line["level"], line["logger"], line["error"]) for line in lines] == [
        ("library.log", "warning", "some.library", None),
        ("library.log", "error", "some.library", "ValueError"),
    ]


def test_a_librarys_chatter_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Of libraries only warnings and worse are of interest, at any level of ours."""
    configure_logs("debug")
    logging.getLogger("some.library").info("hello")
    assert logged(capsys) == []


@pytest.mark.parametrize(("number", "level"), [(35, "warning"), (45, "error"), (99, "error")])
def test_a_librarys_own_level_is_no_fault(capsys: pytest.CaptureFixture[str], number: int, level: str) -> None:
    """Levels between and above the usual ones are logged as the usual ones."""
    configure_logs("info")
    logging.getLogger("some.library").log(number, "hello")
    assert [line["level"] for line in logged(capsys)] == [level]


def test_what_cannot_be_written_is_told_as_soon_as_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk stops nobody, whether we or a library log; what is lost is counted, and no line is torn."""
    file = tmp_path / "log"
    with (
        file.open("w", encoding="utf-8") as stream,
        closing_fd(os.dup(stream.fileno())) as room,
        closing_fd(os.open("/dev/full", os.O_WRONLY)) as full,
    ):
        monkeypatch.setattr(sys, "stderr", stream)
        configure_logs("info")
        log, before = structlog.get_logger(), LOST.lines
        log.info("one")
        os.dup2(full, stream.fileno())
        log.info("two")
        logging.getLogger("some.library").error("three")
        assert LOST.lines - before == 2
        os.dup2(room, stream.fileno())
        structlog.contextvars.bind_contextvars(request_id="r-1")
        log.info("four")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["one", "four", "log.lines_lost"]
    assert (lines[-1]["count"], lines[-1].get("request_id")) == (2, None)


class Tearing(io.BytesIO):
    """A pipe with room for so many bytes."""

    room = 3

    def write(self, given: ReadableBuffer) -> int:
        """Take what there is room for."""
        taken = bytes(given)[: self.room]
        self.room -= len(taken)
        return super().write(taken)


def test_a_line_that_was_torn_spoils_no_other() -> None:
    """What is left of it stands by itself."""
    pipe = Tearing()
    stream = io.TextIOWrapper(pipe)
    lines = LogLines(stream)
    lines.msg("abcdef")
    pipe.room = 100
    lines.msg("ghi")
    assert pipe.getvalue().splitlines()[:2] == [b"abc", b"ghi"]


def test_without_standard_error_nothing_is_written_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python has none where the shell closed it; standard output is for results."""
    monkeypatch.setattr(sys, "stderr", None)
    configure_logs("info")
    structlog.get_logger().info("one")
    assert capsys.readouterr().out == ""
