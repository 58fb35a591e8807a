"""Runs many cases of one arm: replays them in several processes, or records what is missing."""

from __future__ import annotations

import asyncio
import multiprocessing
import multiprocessing.context
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from evals.arms import Arm
from evals.case import EvalCase
from evals.outcomes import CaseOutcome, outcome
from evals.replay import Bench, NotRecordedError, make_bench, record, replay
from service.embedded.server import Address
from service.errors import AmendsError, InputError, InvalidField, ModelError
from service.logs import configure_logs
from service.schemas import Usage

Found = TypeVar("Found")
Tell = Callable[[str], None]  # hears the id of each case that is done


@dataclass(frozen=True, slots=True)
class Run:
    """What came of the cases of one arm, in their order; `missing` have no recording that fits."""

    arm: Arm
    outcomes: tuple[CaseOutcome, ...]
    missing: tuple[EvalCase, ...]


def run_cases(cases: Sequence[EvalCase], arm: Arm, cassettes: Path, *, processes: int | None = None, tell: Tell) -> Run:
    """Replay every case, in as many processes as there are processors unless told otherwise.

    Raises:
        InputError: a cassette is broken (names the file and the line), or a case has a wrong option (names both).
        ConfigurationError: a prompt or a policy is wrong.
    """
    found: dict[str, CaseOutcome | None] = {}
    work = partial(_replay, arm=arm, cassettes=cassettes)
    for case, result in _each(work, cases, processes or os.cpu_count() or 1):
        found[case.id] = result
        tell(case.id)
    outcomes = tuple(each for case in cases if (each := found[case.id]) is not None)
    return Run(arm, outcomes, tuple(case for case in cases if found[case.id] is None))


def record_cases(
    cases: Sequence[EvalCase], arm: Arm, cassettes: Path, address: Address, *, drop_unused: bool, jobs: int, tell: Tell
) -> list[Usage]:
    """Record the answers that are missing, `jobs` cases at the same time; every answer is kept as soon as it came.

    Returns the tokens that were spent on each case.

    Raises:
        ModelError: the model failed; what was recorded before is kept.
        InputError: a cassette is broken; names the file and the line.
    """
    work = partial(_record, arm=arm, cassettes=cassettes, address=address, drop_unused=drop_unused)
    spent = []
    for case, usage in _each(work, cases, jobs):
        spent.append(usage)
        tell(case.id)
    return spent


def _each(
    work: Callable[[EvalCase], Found], cases: Sequence[EvalCase], processes: int
) -> Iterator[tuple[EvalCase, Found]]:
    """Every case with what came of it, as soon as it came; one process is this one, as starting another takes time."""
    if min(processes, len(cases)) <= 1:
        for case in cases:
            yield case, work(case)
        return
    with _pool(min(processes, len(cases))) as pool:
        waiting = {pool.submit(work, case): case for case in cases}
        for done in as_completed(waiting):
            yield waiting[done], done.result()


@contextmanager
def _pool(processes: int) -> Iterator[Executor]:
    # Processes, as a cassette takes HTTP for the whole of one.
    pool = ProcessPoolExecutor(processes, mp_context=_context(), initializer=_begin)
    try:
        yield pool
    except BrokenProcessPool as error:
        raise AmendsError("a process of the run died, perhaps for want of memory: try fewer at once") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> multiprocessing.context.BaseContext:
    """How a process starts: a fork has everything imported already, but must not copy threads, as models have them."""
    alone = threading.active_count() == 1 and not _bench.cache_info().currsize
    return multiprocessing.get_context("fork" if sys.platform == "linux" and alone else "spawn")


def _begin() -> None:
    configure_logs("error")  # the loop logs every draft, and a run of hundreds shows its own figures
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A pool whose parent was killed would wait for it forever, and record on behind a second recording's back."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@cache
def _bench(arm: Arm) -> Bench:
    """One for all the cases that a process works on."""
    return make_bench(arm)


def _replay(case: EvalCase, arm: Arm, cassettes: Path) -> CaseOutcome | None:
    with _sendable(case):
        try:
            return outcome(asyncio.run(replay(case, _bench(arm), cassettes)))
        except NotRecordedError:
            return None


def _record(case: EvalCase, arm: Arm, cassettes: Path, address: Address, *, drop_unused: bool) -> Usage:
    with _sendable(case):
        return asyncio.run(record(case, _bench(arm), cassettes, address, drop_unused=drop_unused)).usage


@contextmanager
def _sendable(case: EvalCase) -> Iterator[None]:
    """Name the case; and an error that takes more than its message could not be read again by the other process."""
    try:
        yield
    except InvalidField as error:
        raise InputError(f"{case.id}: {error}") from None
    except ModelError as error:
        raise ModelError(f"{case.id}: {error}") from None
