"""What a person sees: results on standard output, errors and progress on standard error, exit codes."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from io import UnsupportedOperation
from threading import Thread
from typing import BinaryIO, Self, TypeVar, cast

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from guardrails import limits
from guardrails.types import Contract
from service.api.problems import problem_of
from service.errors import AmendsError, ConfigurationError, InputError, InvalidField
from service.lines import Done, Failed, Line, read_lines, work_on
from service.reading import line_of
from service.schemas import LineError

DID_NOT_PASS, WRONG_USE, BROKEN, INTERRUPTED = 1, 2, 3, 130
STANDARD_INPUT = "-"
Given = TypeVar("Given")
Model = TypeVar("Model", bound=Contract)
Work = Callable[[Model], Awaitable[Done]]

__all__ = ["Done", "explained", "show_result", "work_through"]


def exit_code(error: AmendsError) -> int:
    """2 for what the user can put right in the input or the settings, 3 for what failed."""
    return WRONG_USE if isinstance(error, InputError | ConfigurationError) else BROKEN


@contextmanager
def explained() -> Iterator[None]:
    """End the process with one clear line instead of a traceback."""
    try:
        yield
    except AmendsError as error:
        click.echo(f"amends: {error}", err=True)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # whoever read the results has gone, and needs no word about it
        _abandon_output()
        sys.exit(BROKEN)
    except OSError as error:
        told = error.strerror or str(error)
        click.echo(f"amends: {error.filename}: {told}" if error.filename else f"amends: {told}", err=True)
        _abandon_output()
        sys.exit(BROKEN)


def _abandon_output() -> None:
    """Python would try to write the rest once more at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_result(text: str) -> None:
    """One result on standard output: UTF-8 whatever the terminal is set to, as JSON has to be."""
    with _told_of("standard output"):
        click.echo(text.encode("utf-8"))


@contextmanager
def _told_of(name: str) -> Iterator[None]:
    """Name in an error what was read or written, as one of opening a file does by itself."""
    try:
        yield
    except OSError as error:
        error.filename = name
        raise


async def work_through(path: str, model: type[Model], work: Work[Model], *, jsonl: bool, fail: bool) -> int:
    """Work on a file, one object or one per line, and give the exit code."""
    name = "standard input" if path == STANDARD_INPUT else path
    with click.open_file(path, "rb") as opened:
        file = _reader_of(cast("BinaryIO", opened))  # click does not say that "rb" gives bytes
        if jsonl:
            code = await _each_line(name, file, model, work)
        else:
            # One byte over the limit is enough to see that it is.
            body = await _read(name, lambda: file.read(limits.BODY_BYTES + 1))
            code = await _one(name, body, model, work)
    return code if fail or code != DID_NOT_PASS else 0


def _reader_of(file: BinaryIO) -> BinaryIO:
    """Another reader of the same file: to close the first one would wait for a thread that still reads by it."""
    try:
        return open(file.fileno(), "rb", closefd=False)
    except UnsupportedOperation:  # it stands in memory
        return file


async def _read(name: str, read: Callable[[], Given]) -> Given:
    """What is read of a file, which may have us wait for ever, while other things go on.

    In a thread of its own: asyncio does not stop before its threads have read something.
    """
    given: Future[Given] = Future()
    given.set_running_or_notify_cancel()  # from here on it is not cancelled with whoever waits for it

    def run() -> None:
        try:
            given.set_result(read())
        except BaseException as error:  # noqa: BLE001 - whoever waits for it raises it
            given.set_exception(error)

    Thread(target=run, daemon=True).start()
    with _told_of(name):
        return await asyncio.wrap_future(given)


async def _one(name: str, body: bytes, model: type[Model], work: Work[Model]) -> int:
    answer = await work_on(body, model, work)
    if isinstance(answer, Failed):
        click.echo(f"amends: {name}{_line_in(body, answer.error)}: {answer.error}", err=True)
        return exit_code(answer.error)
    show_result(answer.text)
    return 0 if answer.passed else DID_NOT_PASS


def _line_in(body: bytes, error: AmendsError) -> str:
    """Where the field at fault stands."""
    if not isinstance(error, InvalidField) or not error.field:
        return ""
    line = line_of(body, error.field)
    return f", line {line}" if line else ""


async def _each_line(name: str, file: BinaryIO, model: type[Model], work: Work[Model]) -> int:
    done = 0
    worst = 0
    try:
        with _Progress(file) as progress:
            lines = read_lines(file)
            while line := await _read(name, lambda: next(lines, None)):
                answer = await work_on(line.body, model, work)
                worst = max(worst, _print_answer(name, line, answer, progress))
                done = line.number
                progress.advance(line)
    except asyncio.CancelledError:
        rest = f"; `tail -n +{done + 1}` of it is what is left" if done else ""
        click.echo(f"amends: {name}: stopped after line {done}{rest}", err=True)
        raise
    return worst


def _print_answer(name: str, line: Line, answer: Done | Failed, progress: _Progress) -> int:
    if isinstance(answer, Done):
        show_result(answer.text)
        return 0 if answer.passed else DID_NOT_PASS
    show_result(LineError(id=answer.id, error=problem_of(answer.error)).model_dump_json())
    progress.say(f"amends: {name}, line {line.number}: {answer.error}")
    return exit_code(answer.error)


class _Progress:
    """A bar on standard error where that is a terminal; it counts bytes, as lines are not known."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._console = Console(stderr=True)
        self._bar = Progress(
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[lines]} lines"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=_size(file), lines=0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def advance(self, line: Line) -> None:
        """The work on this line is done."""
        read = self._file.tell() if self._file.seekable() else None
        self._bar.update(self._task, completed=read, lines=line.number)

    def say(self, text: str) -> None:
        """One line for a person, without disturbing the bar."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def _size(file: BinaryIO) -> int | None:
    return os.fstat(file.fileno()).st_size if file.seekable() else None
