"""Uploads line by line: what is refused as a whole, and what is wrong with single lines."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path

import pytest

from guardrails import limits
from service.batches.lines import MOST_LINES, PAGE_BYTES, PAGE_LINES, Page, read_pages, refuse_foreign
from service.errors import InputError, InvalidField, NotJson, NotLines, TooLarge
from service.schemas import Case
from tests.service.api.calling import CASE

GOOD = json.dumps(CASE).encode()
BOM = b"\xef\xbb\xbf"


def only_default(case: Case) -> None:
    """Know one policy."""
    if case.options and case.options.policy not in (None, "default"):
        raise InvalidField("there is no such policy", "options.policy")


def read(body: bytes) -> Page:
    """All lines of an upload of one page."""
    (page,) = read_pages(io.BytesIO(body), only_default)
    return page


def sized(size: int) -> bytes:
    """A case of this many bytes."""
    return GOOD + b" " * (size - len(GOOD))


@pytest.mark.parametrize(
    "body",
    [GOOD, GOOD + b"\n", BOM + GOOD, b"\n\n" + GOOD, GOOD + b"\r\n" + GOOD, b"{", b"x", b"\xff", GOOD + b"\n[]"],
    ids=range(9),
)
def test_lines_are_taken(body: bytes) -> None:
    """Whatever the lines hold: each has its answer later."""
    refuse_foreign(io.BytesIO(body))


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        (b"", "empty"),
        (b"\n \r\n\t\n", "empty"),
        (BOM, "empty"),
        (b"[" + GOOD + b"]", "JSON array"),
        (b"[\n" + GOOD + b"\n]", "JSON array"),
        (b"\n\n  [1]", "JSON array"),
        (BOM + b"[" + GOOD + b"]", "JSON array"),
        (b"\x1f\x8b\x08\x00" + b"x" * 99, "gzip"),
        (b"PK\x03\x04" + b"x" * 99, "ZIP"),
        (GOOD.decode().encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + GOOD.decode().encode("utf-16-be"), "UTF-16"),
    ],
    ids=range(11),
)
def test_another_format_is_refused(body: bytes, advice: str) -> None:
    """With what to do about it, before any line is taken."""
    with pytest.raises(NotLines, match=advice):
        refuse_foreign(io.BytesIO(body))


@pytest.mark.parametrize("between", [b"\n", b"\n\n", b"\r\n"])
def test_the_number_of_lines_is_limited(between: bytes) -> None:
    """The limit is the last number allowed, and blank lines are none."""
    most = limits.BATCH_CASES
    refuse_foreign(io.BytesIO(between.join([b"{}"] * most)))
    with pytest.raises(TooLarge, match=r"10,000 lines"):
        refuse_foreign(io.BytesIO(between.join([b"{}"] * (most + 1))))


def test_blank_lines_are_not_without_end() -> None:
    """A file of line ends alone is refused before it is read line by line."""
    with pytest.raises(TooLarge, match="blank"):
        refuse_foreign(io.BytesIO(b"\n" * (MOST_LINES + 1)))


def test_cases_keep_their_lines() -> None:
    """Lines count from 1, blank ones included, with any line end and a byte order mark."""
    page = read(BOM + GOOD + b"\r\n\r\n" + GOOD + b"\n\n" + GOOD)
    assert ([line for line, _ in page.cases], page.faults) == ([1, 3, 5], [])
    assert {case.id for _, case in page.cases} == {"ticket-7"}


@pytest.mark.parametrize(
    ("line", "ref", "error", "word"),
    [
        (sized(300 * 1024), None, TooLarge, "262,144 bytes"),
        (b"{", None, NotJson, "JSON"),
        (b"\xff\xfe", None, NotJson, "not valid JSON"),
        (GOOD.replace(b"ticket", b"t\xffcket"), None, NotJson, "unicode"),
        (GOOD[:50], None, NotJson, "line 1"),
        (b"[]", None, InvalidField, "object"),
        (b"null", None, InvalidField, "object"),
        (b'"text"', None, InvalidField, "object"),
        (b"[" * 100_000, None, NotJson, "recursion"),
        (json.dumps(CASE | {"extra": 1}).encode(), "ticket-7", InvalidField, "extra"),
        (json.dumps(CASE | {"options": {"policy": "lax"}}).encode(), "ticket-7", InvalidField, "options.policy"),
        (json.dumps(CASE | {"complaint": {"text": "x"}}).encode(), "ticket-7", InvalidField, "complaint.channel"),
        (json.dumps(CASE | {"id": "a\0b"}).encode(), None, InvalidField, "U+0000"),
        (GOOD + GOOD, None, NotJson, "trailing"),
    ],
    ids=range(14),
)
def test_a_faulty_line_keeps_no_other_from_being_read(
    line: bytes, ref: str | None, error: type[InputError], word: str
) -> None:
    """It is named, as strictly as a single case is read, with its reference where there is one."""
    page = read(b"\n".join([GOOD, line, GOOD]))
    assert [number for number, _ in page.cases] == [1, 3]
    (fault,) = page.faults
    assert (fault.line, fault.ref, type(fault.error)) == (2, ref, error)
    assert word.lower() in str(fault.error).lower()


def test_a_text_with_a_null_is_a_case() -> None:
    """It is no business of a column's; only what stands in one by itself is refused."""
    text = json.dumps(CASE | {"complaint": {"text": "a\0b", "channel": "email"}}).encode()
    assert read(text).faults == []


def test_pages_are_full_by_lines_or_bytes() -> None:
    """All lines are in one page, once, and none has much more than its measure."""
    many = list(read_pages(io.BytesIO(b"\n".join([GOOD, b"{"] * PAGE_LINES)), only_default))
    assert [len(page.cases) + len(page.faults) for page in many] == [PAGE_LINES, PAGE_LINES]
    large = list(read_pages(io.BytesIO(b"\n".join([sized(limits.BODY_BYTES)] * 20)), only_default))
    assert sum(len(page.cases) for page in large) == 20
    assert max(page.bytes for page in large) < PAGE_BYTES + limits.BODY_BYTES
    assert list(read_pages(io.BytesIO(b"\n"), only_default)) == []


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """40 MB of faulty lines are read with a fifth of that."""
    path = tmp_path / "upload"
    path.write_bytes(b"\n".join([b"x" * 200_000] * 200))
    with path.open("rb") as file:
        tracemalloc.start()
        try:
            refuse_foreign(file)
            faults = sum(len(page.faults) for page in read_pages(file, only_default))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert faults == 200
    assert peak < 8_000_000
