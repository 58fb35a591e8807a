"""Reads an upload line by line: which lines are cases, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

from guardrails import limits
from service.errors import AmendsError, InputError, InvalidField, NotLines, TooLarge
from service.lines import id_in, read_line, read_lines
from service.reading import BOM
from service.schemas import Case

# Whatever a line holds, so much is in memory at once, and written at once.
PAGE_LINES, PAGE_BYTES = 500, 2 * 1024 * 1024
MOST_LINES = 10 * limits.BATCH_CASES  # blank ones included: a file of line ends alone would be read for long
BLOCK_BYTES = 1024 * 1024
FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "it is compressed with gzip; send it as plain text"),
    (b"PK\x03\x04", "it is a ZIP archive; send the file in it as plain text"),
    (b"\xff\xfe", "it is UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "it is UTF-16; save it as UTF-8"),
)
ARRAY = (
    "it is a JSON array; send JSON Lines: one object a line, without the brackets around them and the commas between"
)
Refuse = Callable[[Case], None]  # raises InputError where a case asks for what does not exist


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that holds no case; `ref` is the caller's reference where it can be read."""

    line: int
    ref: str | None
    error: AmendsError


@dataclass(slots=True)
class Page:
    """Some lines that follow each other: the cases by their line, and the faults."""

    cases: list[tuple[int, Case]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    bytes: int = 0

    @property
    def is_full(self) -> bool:
        """Whether no further line should be added."""
        return len(self.cases) + len(self.faults) >= PAGE_LINES or self.bytes >= PAGE_BYTES


def refuse_foreign(file: IO[bytes]) -> None:
    """Look at a file as a whole before any line of it is taken.

    Raises:
        NotLines: it is of another format, or there is nothing in it.
        TooLarge: it has too many lines.
    """
    _refuse_by_opening(file)
    _refuse_line_ends(file)
    file.seek(0)
    lines = 0
    for line in read_lines(file):
        if not lines and line.body and line.body.removeprefix(BOM).lstrip().startswith(b"["):
            raise NotLines(ARRAY)
        lines += 1
        if lines > limits.BATCH_CASES:
            raise TooLarge(f"it has over {limits.BATCH_CASES:,} lines, which is the limit; send several batches")
    if not lines:
        raise NotLines("it is empty; send one case a line")


def read_pages(file: IO[bytes], refuse: Refuse) -> Iterator[Page]:
    """All lines that are not blank, in order."""
    file.seek(0)
    page = Page()
    for line in read_lines(file):
        try:
            page.cases.append((line.number, _read_case(line.body, refuse)))
        except InputError as error:
            page.faults.append(Fault(line.number, id_in(line.body), _without_line(error)))
        page.bytes += len(line.body or b"")
        if page.is_full:
            yield page
            page = Page()
    if page.cases or page.faults:
        yield page


def _without_line(error: InputError) -> InputError:
    """By its cause and its place it would hold on to the whole line, and all that was wrong with it."""
    error.__context__ = None
    return error.with_traceback(None)


def _read_case(body: bytes | None, refuse: Refuse) -> Case:
    case = read_line(body, Case)
    for name, value in (("id", case.id), ("context.customer_ref", case.context.customer_ref)):
        if value and "\0" in value:  # PostgreSQL keeps none in a text, and one would stop the lines around it
            raise InvalidField("holds the character U+0000; remove it", name)
    refuse(case)
    return case


def _refuse_by_opening(file: IO[bytes]) -> None:
    file.seek(0)
    opening = file.read(max(len(magic) for magic, _ in FOREIGN))
    for magic, advice in FOREIGN:
        if opening.startswith(magic):
            raise NotLines(advice)


def _refuse_line_ends(file: IO[bytes]) -> None:
    file.seek(0)
    if sum(block.count(b"\n") for block in iter(lambda: file.read(BLOCK_BYTES), b"")) > MOST_LINES:
        raise TooLarge(f"it has over {MOST_LINES:,} lines, blank ones included; remove the blank ones")
