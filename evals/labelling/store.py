"""Keeps one reader's labels in a file that only ever grows, so that a crash loses nothing that was answered."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from evals.labelling.drafts import lines_of
from evals.labelling.rows import Answer, Key, LabelRow
from guardrails import limits
from service.errors import InputError, StoreError
from service.reading import read_contract

# How every row of ours begins: a last line that was cut off is told by it from a text that is none of ours.
ROW_BEGINS = b'{"labels":'


class LabelFile:
    """The labels of `reader` in the file at `path`; `cut_off` says whether a crash had left half a line, now removed.

    Two processes may write to the file at once: before each answer it is read again where it has grown.

    Raises:
        InputError: the file holds something else, or another reader's labels.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path, reader: str, clock: Callable[[], datetime]) -> None:
        self.path = path
        self.reader = reader
        self._clock = clock
        self._size = -1
        self._answers: Mapping[Key, LabelRow] = {}
        self.cut_off = path.exists() and mend_end(path)
        self.answers()

    def answers(self) -> Mapping[Key, LabelRow]:
        """The last answer on each draft, of these and of other drafts.

        Raises:
            InputError: the file holds something else by now.
        """
        size = self.path.stat().st_size if self.path.exists() else 0
        if size != self._size:
            self._answers = {row.key: row for row in read_labels(self.path, only=self.reader)} if size else {}
            self._size = size
        return self._answers

    def save(self, key: Key, answer: Answer) -> None:
        """Add an answer; when this returns, it is on the disk.

        Raises:
            StoreError: it could not be written, and nothing of it is in the file.
        """
        row = LabelRow(
            labels=answer.labels,
            evidence=answer.evidence,
            remark=answer.remark,
            draft=key.draft,
            material=key.material,
            case=key.case,
            reader=self.reader,
            time=self._clock(),
        )
        line = row.model_dump_json(exclude_none=True).encode() + b"\n"
        try:
            append(self.path, line)
        except OSError as error:
            raise StoreError(f"{self.path}: the answer could not be written: {error.strerror}") from error


def read_labels(path: Path, only: str | None = None) -> list[LabelRow]:
    """The last answer of each reader on each draft.

    Raises:
        InputError: names the file and the line that is no label, or that another reader than `only` gave.
    """
    found: dict[tuple[str, Key], LabelRow] = {}
    with unwritten(path, fcntl.LOCK_SH):
        lines = list(lines_of(path))
    for place, body in lines:
        try:
            row = read_contract(body, LabelRow, limits.BODY_BYTES)
        except InputError as error:
            raise InputError(f"{place}: {error}; it is no row of labels") from error
        if only is not None and row.reader != only:
            raise InputError(f"{place}: reader: it is a label of {row.reader}; each reader needs a file of their own")
        found[row.reader, row.key] = row
    return list(found.values())


def read_readers(paths: Iterable[Path]) -> dict[str, list[LabelRow]]:
    """The labels of several files by their reader, in the order of the files.

    Raises:
        InputError: see read_labels; or a file has no label, or a reader stands in two files.
    """
    found: dict[str, list[LabelRow]] = {}
    whose: dict[str, Path] = {}
    for path in dict.fromkeys(paths):
        rows = read_labels(path)
        if not rows:
            raise InputError(f"{path}: there is no label in it")
        for row in rows:
            if whose.setdefault(row.reader, path) != path:
                raise InputError(f"{path}: reader: {row.reader} has labels in {whose[row.reader]} too")
            found.setdefault(row.reader, []).append(row)
    return found


def append(path: Path, line: bytes) -> None:
    """Add a line and wait until the disk has it; what could not be written whole is taken back.

    Raises:
        OSError: the disk is full, or the file cannot be written.
    """
    new = not path.exists()
    path.touch()
    with unwritten(path, fcntl.LOCK_EX):
        if not _ends_whole(path):  # another hand left the last line without its end since
            _mend_end(path)
        _write(path, line)
    if new:
        _sync_folder(path.parent)


def _write(path: Path, line: bytes) -> None:
    with path.open("ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        written = 0
        try:
            # A short write is how a disk that is nearly full answers; the second then says why.
            while written < len(line):
                written += file.write(line[written:]) or 0
            os.fsync(file.fileno())
        except OSError:
            if written and file.seek(0, os.SEEK_END) == before + written:
                file.truncate(before)
            raise


@contextmanager
def unwritten(path: Path, lock: int) -> Iterator[None]:
    """Nobody adds a line while this is open: another process may be in the middle of one."""
    with path.open("rb") as file:
        fcntl.flock(file, lock)
        yield


def mend_end(path: Path) -> bool:
    """Make a file that a crash cut off end with a whole line; true where half a row had to go.

    That row was never confirmed to its reader, and is seen as not answered.
    """
    with unwritten(path, fcntl.LOCK_EX):
        return _mend_end(path)


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _mend_end(path: Path) -> bool:
    content = path.read_bytes()
    start = content.rfind(b"\n") + 1
    tail = content[start:]
    if not tail:
        return False
    try:
        read_contract(tail, LabelRow, limits.BODY_BYTES)
    except InputError:
        if not tail.startswith(ROW_BEGINS[: len(tail)]):
            return False  # it is none of ours: reading it will say so
        os.truncate(path, start)
        return True
    _write(path, b"\n")
    return False


def _sync_folder(folder: Path) -> None:
    """A new file's name is on the disk only when its folder is; some systems cannot open one, and need not."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
