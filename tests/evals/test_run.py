"""Many cases at once: in processes as in one, killed in the middle, and with faults that arrive as what they are."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest
import yaml

from evals.arms import Arm
from evals.case import EvalCase
from evals.replay import path_of
from evals.run import Run, record_cases, run_cases
from service.errors import AmendsError, InputError, ModelError
from service.schemas import Usage
from tests.evals.made import ARM, CASE, GOOD, POOR, address_of, recorded, write_case
from tests.fake_endpoint import FakeEndpoint, Handler, fails, says

IDS = ("kettle", "lamp", "teapot")
SLOWLY = 0.1
# What `amends eval record` does, in a process of its own that can be killed.
RECORDER = """
import sys
from pathlib import Path
from pydantic import SecretStr
from evals.case import load_cases
from evals.run import record_cases
from service.embedded.server import Address
from service.logs import configure_logs
from tests.evals.made import ARM, MODEL
configure_logs("error")
cases, cassettes, url, jobs = sys.argv[1:]
address = Address(url, SecretStr("key"), MODEL)
record_cases(load_cases(Path(cases)), ARM, Path(cassettes), address, drop_unused=False, jobs=int(jobs), tell=print)
"""


@pytest.fixture
def cases(tmp_path: Path) -> list[EvalCase]:
    """Three cases, in files."""
    return [write_case(tmp_path / "cases", name) for name in IDS]


def judged(cases: Sequence[EvalCase], cassettes: Path, processes: int, arm: Arm = ARM) -> tuple[Run, list[str]]:
    """A run, and the ids that it told of."""
    told: list[str] = []
    return run_cases(cases, arm, cassettes, processes=processes, tell=told.append), told


def record(cases: Sequence[EvalCase], cassettes: Path, endpoint: FakeEndpoint) -> list[Usage]:
    """Record in this process."""
    address = address_of(endpoint)
    return record_cases(cases, ARM, cassettes, address, drop_unused=False, jobs=1, tell=lambda _: None)


def recorder(place: Path, endpoint: FakeEndpoint, jobs: int) -> subprocess.Popen[bytes]:
    """Record in another process, which has `jobs` of its own."""
    arguments = (str(place / "cases"), str(place / "cassettes"), endpoint.url, str(jobs))
    root = Path(__file__).parents[2]
    return subprocess.Popen([sys.executable, "-c", RECORDER, *arguments], stdout=subprocess.PIPE, cwd=root)


def kept(cassettes: Path) -> list[tuple[str, str, str]]:
    """Every answer on the disk: its case, the question, and the text."""
    found = []
    for path in sorted(cassettes.rglob("*.yaml")):
        for each in yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]:
            body, answer = each["request"]["body"], each["response"]["body"]["string"]
            question = f"{body['seed']} {body['messages']}"
            found.append((path.stem, question, answer["choices"][0]["message"]["content"]))
    return found


class Numbered:
    """Answers slowly, each time with another text that passes no check, and not before so many have asked."""

    def __init__(self, asking: int = 1) -> None:
        self._asking = asking
        self._numbers = count(1)

    def __call__(self, handler: Handler) -> None:
        """Send the next one."""
        while not handler.endpoint.closing.wait(SLOWLY) and handler.endpoint.calls < self._asking:
            pass
        says(f"{POOR} {next(self._numbers)}.")(handler)


def test_processes_give_what_one_gives(cases: list[EvalCase], tmp_path: Path) -> None:
    """The same outcomes in the order of the cases; those without a recording are missing, and all are told of."""
    with FakeEndpoint(says(POOR), says(GOOD)) as endpoint:
        for case in cases[1:]:
            recorded(case, tmp_path / "cassettes", endpoint)
    one, told = judged(cases, tmp_path / "cassettes", 1)
    many, told_too = judged(cases, tmp_path / "cassettes", 2)
    assert many == one
    assert [each.case.id for each in many.outcomes] == ["lamp", "teapot"]
    assert [each.id for each in many.missing] == ["kettle"]
    assert sorted(told_too) == sorted(told) == list(IDS)
    assert many.outcomes[0].as_expected


def test_a_run_of_nothing_is_empty(tmp_path: Path) -> None:
    """Neither outcomes nor an error."""
    assert judged([], tmp_path, 2) == (Run(ARM, (), ()), [])


@pytest.mark.parametrize("processes", [1, 2])
def test_a_broken_cassette_stops_the_run(cases: list[EvalCase], tmp_path: Path, processes: int) -> None:
    """With the file and the line, also from another process."""
    path = path_of(cases[1], ARM, tmp_path)
    path.parent.mkdir()
    path.write_text("version: 1\ninteractions: 5\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        judged(cases, tmp_path, processes)
    assert str(caught.value).startswith(f"{path}: line 2: interactions: ")


def test_a_wrong_option_stops_the_run(tmp_path: Path) -> None:
    """With the case and the field; another process could send the error as it is."""
    wrong = write_case(tmp_path / "cases", "wrong", CASE + "options: {situation: nowhere}\n")
    with pytest.raises(InputError, match=r"^wrong: options\.situation: there is no such situation") as caught:
        judged([wrong], tmp_path, 1)
    sent = pickle.loads(pickle.dumps(caught.value))
    assert (type(sent), str(sent)) == (InputError, str(caught.value))


def test_a_busy_endpoint_stops_a_recording(cases: list[EvalCase], tmp_path: Path) -> None:
    """With the case and what the endpoint said; another process could send the error as it is."""
    with FakeEndpoint(fails(429, retry_after="86400")) as endpoint, pytest.raises(ModelError) as caught:
        record(cases, tmp_path / "cassettes", endpoint)
    assert re.match(r"kettle: http.* answered 429 ", str(caught.value))
    sent = pickle.loads(pickle.dumps(caught.value))
    assert (type(sent), str(sent)) == (ModelError, str(caught.value))
    assert kept(tmp_path / "cassettes") == []


def test_a_process_that_dies_is_one_clear_line(cases: list[EvalCase], tmp_path: Path) -> None:
    """Killed for want of memory, say; nobody waits for it for ever."""

    def kill_all(_: str) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    more = [*cases, *(write_case(tmp_path / "cases", f"more-{index}") for index in range(20))]
    with pytest.raises(AmendsError, match="a process of the run died") as caught:
        run_cases(more, ARM, tmp_path, processes=2, tell=kill_all)
    assert len(str(caught.value).splitlines()) == 1


def test_a_recording_that_was_killed_goes_on(cases: list[EvalCase], tmp_path: Path) -> None:
    """Nothing is lost, nothing is doubled, and nobody is asked again for what was kept."""
    cassettes = tmp_path / "cassettes"
    with FakeEndpoint(Numbered()) as endpoint:
        process = recorder(tmp_path, endpoint, jobs=2)
        until = time.monotonic() + 60
        while len(kept(cassettes)) < 3 and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        # Its output ends when the last of its processes has ended: none records on by itself.
        process.communicate(timeout=30)
        before, asked = kept(cassettes), endpoint.calls
        assert 3 <= len(before) < 9

        spent = record(cases, cassettes, endpoint)
        after = kept(cassettes)
        assert endpoint.calls == asked + 9 - len(before)
    # Nor is anybody told that it cost anything again; each answer of the endpoint says 7 and 5 tokens.
    assert sum(each.prompt_tokens for each in spent) == 7 * (9 - len(before))
    assert sum(each.completion_tokens for each in spent) == 5 * (9 - len(before))
    assert [each for each in after if each in before] == before
    assert len({(case, question) for case, question, _ in after}) == len(after) == 9
    found, _ = judged(cases, cassettes, 1)
    assert [len(each.replayed.attempts) for each in found.outcomes] == [3, 3, 3]


def test_two_recorders_at_once_leave_whole_recordings(cases: list[EvalCase], tmp_path: Path) -> None:
    """Whichever is the last to write a case: it replays to its end, and nothing half lies about."""
    cassettes = tmp_path / "cassettes"
    with FakeEndpoint(Numbered(asking=2)) as endpoint:
        both = [recorder(tmp_path, endpoint, jobs=1) for _ in range(2)]
        told = [each.communicate(timeout=60)[0].decode().split() for each in both]
        assert told == [list(IDS), list(IDS)]
        assert endpoint.calls > 9
    found, _ = judged(cases, cassettes, 1)
    assert [len(each.replayed.attempts) for each in found.outcomes] == [3, 3, 3]
    assert sorted(path.name for path in path_of(cases[0], ARM, cassettes).parent.iterdir()) == [
        f"{name}.yaml" for name in IDS
    ]
    assert len(kept(cassettes)) == 9
