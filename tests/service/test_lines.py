"""JSON lines: which lines there are, and that every one gets an answer."""

from __future__ import annotations

import asyncio
import io
import json

import pytest

from guardrails import limits
from service.errors import EndpointFailed, InputError, InvalidField, NotJson, TooLarge
from service.lines import Done, Failed, Line, read_lines, work_on
from service.schemas import CheckInput

FULL = b"x" * limits.BODY_BYTES
GOOD = {"id": "7", "complaint": "My kettle broke.", "draft": "We are sorry."}


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"\n \r\n\t\n", []),
        (b"\xef\xbb\xbf", []),
        (b"\xef\xbb\xbf\n{}", [Line(2, b"{}")]),
        (b"a\nb\n", [Line(1, b"a"), Line(2, b"b")]),
        (b"a\n\n\nb", [Line(1, b"a"), Line(4, b"b")]),
        (b"a\r\nb\r\n", [Line(1, b"a"), Line(2, b"b")]),
        (b" a \n", [Line(1, b" a ")]),
        ("a\u2028b\x0bc\n".encode(), [Line(1, "a\u2028b\x0bc".encode())]),
        (FULL, [Line(1, FULL)]),
        (FULL + b"\n", [Line(1, FULL)]),
        (FULL + b"\r\nb", [Line(1, FULL), Line(2, b"b")]),
        (FULL + b"x", [Line(1, None)]),
        (FULL + b"x\nb", [Line(1, None), Line(2, b"b")]),
        (FULL * 3 + b"\nb", [Line(1, None), Line(2, b"b")]),
    ],
    ids=range(15),
)
def test_lines_are_found_and_counted(content: bytes, lines: list[Line]) -> None:
    """Blank lines are counted and left out; one over the limit is told and skipped, and no other is lost."""
    assert list(read_lines(io.BytesIO(content))) == lines


class Endless(io.RawIOBase):
    """A file of one line without an end, which counts what was read of it."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what a BufferedReader hands over
        """Give as much as is asked for, while there is some left."""
        size = min(len(buffer), self.left)
        buffer[:size] = b"x" * size
        self.left -= size
        return size


def test_a_huge_line_is_passed_over() -> None:
    """A line of 64 MiB is one answer, and none of it is kept."""
    file = Endless(64 * 1024 * 1024)
    assert list(read_lines(io.BufferedReader(file))) == [Line(1, None)]
    assert file.left == 0


async def agree(given: CheckInput) -> Done:
    """Work that always succeeds."""
    return Done(given.draft, passed=True)


async def fail(given: CheckInput) -> Done:
    """Work that fails."""
    raise EndpointFailed(f"no answer for {len(given.draft)} characters")


def failure_of(body: bytes | None) -> Failed:
    """What a body that cannot be worked on is answered with."""
    answer = asyncio.run(work_on(body, CheckInput, agree))
    assert isinstance(answer, Failed)
    return answer


def test_a_good_line_is_worked_on() -> None:
    """The answer is the work's own."""
    answer = asyncio.run(work_on(json.dumps(GOOD).encode(), CheckInput, agree))
    assert answer == Done("We are sorry.", passed=True)


@pytest.mark.parametrize(
    ("body", "found", "error"),
    [
        (None, None, TooLarge),
        (b"{", None, NotJson),
        (b"\xff", None, NotJson),
        (b"[]", None, InputError),
        (b"5", None, InputError),
        (b"[" * 100_000, None, NotJson),
        (b"1" * 5_000, None, InputError),
        (json.dumps(GOOD | {"extra": 1}).encode(), "7", InvalidField),
        (b"\xef\xbb\xbf" + json.dumps(GOOD | {"extra": 1}).encode(), "7", InvalidField),
        (json.dumps(GOOD | {"id": 7}).encode(), None, InvalidField),
        (json.dumps(GOOD | {"id": "\ud800"}).encode(), None, NotJson),
        (json.dumps(GOOD | {"id": "a\x1b[2J"} | {"extra": 1}).encode(), None, InvalidField),
        (json.dumps(GOOD | {"id": "x" * 600}).encode(), "x" * limits.STRING_CHARACTERS, InvalidField),
    ],
    ids=range(13),
)
def test_a_broken_line_keeps_its_id(body: bytes | None, found: str | None, error: type[InputError]) -> None:
    """What is wrong becomes the answer, with the id where one can be read and printed."""
    answer = failure_of(body)
    assert answer.id == found
    assert isinstance(answer.error, error)


def test_an_error_of_the_work_is_the_lines_answer() -> None:
    """A model that is down for one line leaves the others alone."""
    answer = asyncio.run(work_on(json.dumps(GOOD).encode(), CheckInput, fail))
    assert isinstance(answer, Failed)
    assert (answer.id, type(answer.error)) == ("7", EndpointFailed)
