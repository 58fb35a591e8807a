"""`amends eval record`, `run`, `compare` and `attack`, as a person types them: what they print, and how they end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evals.cli import evaluate
from tests.evals.made import CASE, GOOD, KEY, MODEL, POOR, write_case
from tests.fake_endpoint import FakeEndpoint, fails, says

ARM = f"model={MODEL}"
ATTACK = CASE + 'attack: {kind: injection, obeyed_if: ["a new Tern kettle"]}\n'


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings, with a key that must not be written down."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMENDS_MODEL_API_KEY", KEY)
    return tmp_path


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    """An endpoint that answers well until it is told otherwise."""
    with FakeEndpoint(says(GOOD)) as running:
        yield running


def evals(place: Path, command: str, *arguments: str, cases: str = "cases") -> Result:
    """`amends eval COMMAND` over the folders of this test."""
    folders = ("--cases", str(place / cases), "--cassettes", str(place / "cassettes"))
    one = () if command == "record" else ("--processes", "1")
    return CliRunner().invoke(evaluate, (command, *arguments, *folders, *one))


def record(place: Path, endpoint: FakeEndpoint, *arguments: str, cases: str = "cases") -> Result:
    """Record with the fake endpoint."""
    return evals(place, "record", "--model", endpoint.url, "--name", MODEL, *arguments, cases=cases)


def test_what_was_recorded_is_judged(place: Path, endpoint: FakeEndpoint) -> None:
    """Two cases are recorded once, and judged without the endpoint; the number judged is printed."""
    for name in ("kettle", "teapot"):
        write_case(place / "cases", name)
    done = record(place, endpoint)
    assert done.exit_code == 0, done.stderr
    assert "0 of 2 cases are recorded" in done.stderr
    assert "recorded: 2 cases, 14 tokens of prompts and 10 of answers" in done.stderr
    asked = endpoint.calls
    assert "2 of 2 cases are recorded" in record(place, endpoint).stderr
    found = evals(place, "run", ARM, "--html", str(place / "r.html"), "--junit", str(place / "r.xml"))
    assert found.exit_code == 0, found.stderr
    assert re.search(r"ready +2 of 2", found.stdout)
    assert "2 cases" in found.stdout
    assert endpoint.calls == asked
    assert "kettle" in (place / "r.html").read_text(encoding="utf-8")
    assert "kettle" in (place / "r.xml").read_text(encoding="utf-8")
    assert not [path for path in place.rglob("*") if path.is_file() and KEY in path.read_text(encoding="utf-8")]


def test_a_changed_prompt_names_the_command_that_records_it(place: Path, endpoint: FakeEndpoint) -> None:
    """It is exit code 2, and the command is the whole of what has to be typed."""
    write_case(place / "cases")
    record(place, endpoint)
    changed = place / "mine.md"
    shipped = Path(__file__).parents[2] / "prompts" / "reply.md"
    changed.write_text(shipped.read_text(encoding="utf-8").replace("one reply", "a reply"), encoding="utf-8")
    arm = f"prompts={changed},{ARM}"
    found = evals(place, "run", arm)
    assert found.exit_code == 2
    assert "1 of 1 cases have no recording" in found.stderr
    command = found.stderr.partition("amends eval ")[2].split()
    assert command[:2] == ["record", arm]
    words = [endpoint.url if word == "URL" else word for word in command]
    assert CliRunner().invoke(evaluate, words).exit_code == 0
    assert evals(place, "run", arm).exit_code == 0


def test_the_gate_decides_the_exit_code(place: Path) -> None:
    """A planted failure is data without the gate, and exit code 1 with it; what is below is named."""
    write_case(place / "cases")
    with FakeEndpoint(says(POOR)) as endpoint:
        record(place, endpoint)
    assert evals(place, "run", ARM).exit_code == 0
    failed = evals(place, "run", ARM, "--gate")
    assert failed.exit_code == 1
    assert "below the gate: apology: 0.0%" in failed.stderr


def test_a_comparison_says_who_lost(place: Path, endpoint: FakeEndpoint) -> None:
    """One case cannot show that anything is real, and the gate cannot be passed by too few."""
    write_case(place / "cases")
    record(place, endpoint)
    other = f"prompts={Path(__file__).parents[2] / 'prompts'},{ARM}"
    found = evals(place, "compare", ARM, other, "--html", str(place / "c.html"), "--markdown", str(place / "c.md"))
    assert found.exit_code == 0, found.stderr
    assert "no difference" in found.stdout
    assert evals(place, "compare", ARM, other, "--gate").exit_code == 1
    assert evals(place, "compare", ARM, other, "--gate", "--margin", "1").exit_code == 0
    assert (place / "c.html").stat().st_size > 1000
    assert (place / "c.md").read_text(encoding="utf-8").startswith("## Eval compare")


def test_no_report_is_written_over_what_it_is_about(place: Path, endpoint: FakeEndpoint) -> None:
    """The prompt, the policy, a case, a recording or the gate: said before any work, and nothing is touched."""
    case = write_case(place / "cases")
    record(place, endpoint)
    root = Path(__file__).parents[2]
    prompt, policy = place / "reply.md", place / "default.yaml"
    prompt.write_bytes((root / "prompts" / "reply.md").read_bytes())
    policy.write_bytes((root / "guardrails" / "policies" / "default.yaml").read_bytes())
    arm = f"{prompt},policy={policy},{ARM}"
    cassette = next((place / "cassettes").rglob("*.yaml"))
    for path in (prompt, policy, place / "cases" / f"{case.id}.yaml", cassette):
        before = path.read_bytes()
        for command in (("run", arm), ("attack", arm), ("compare", arm, ARM), ("compare", ARM, arm)):
            found = evals(place, *command, "--markdown", str(path))
            assert (found.exit_code, "it would be overwritten" in found.stderr) == (2, True), (path, command)
            assert path.read_bytes() == before


def test_an_attack_that_was_obeyed_fails_its_gate(place: Path, endpoint: FakeEndpoint) -> None:
    """It is named with the words that give it away."""
    write_case(place / "attacks", text=ATTACK)
    record(place, endpoint, cases="attacks")
    found = evals(place, "attack", ARM, cases="attacks")
    assert found.exit_code == 0, found.stderr
    assert "OBEYED   kettle: a new Tern kettle" in found.stdout
    assert "1 of 1 obeyed" in found.stdout
    assert evals(place, "attack", ARM, "--gate", cases="attacks").exit_code == 1


def test_an_endpoint_that_fails_keeps_nothing(place: Path) -> None:
    """It is exit code 3 with one line, and no answer with another status than 200 is on the disk."""
    write_case(place / "cases")
    with FakeEndpoint(fails(400)) as endpoint:
        done = record(place, endpoint)
    assert done.exit_code == 3
    assert done.stderr.splitlines()[-1].startswith("amends: ")
    assert not list(place.rglob("cassettes/**/*.yaml"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "prompt=x"), "prompt=x: prompt=x is none of prompts=, model=, policy="),
        (("run", "nowhere"), "nowhere: neither a folder of prompts, nor a prompt file, nor a git revision"),
        (("run", "policy=nowhere"), "nowhere: neither a policy file nor one of the policies default"),
        (("run", ARM, "--only", "nowhere"), "there is no such case: nowhere"),
        (("record", ARM), "fake-model: say where this model answers, with --model URL"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line(place: Path, arguments: tuple[str, ...], message: str) -> None:
    """It is exit code 2, and nothing is judged."""
    write_case(place / "cases")
    found = evals(place, *arguments)
    assert found.exit_code == 2
    assert message in found.stderr
    assert not found.stdout


def test_a_broken_case_and_a_broken_cassette_are_named_with_their_line(place: Path, endpoint: FakeEndpoint) -> None:
    """Each is exit code 2, in one line, from another process too."""
    write_case(place / "cases")
    record(place, endpoint)
    (cassette,) = place.rglob("cassettes/**/*.yaml")
    cassette.write_text(cassette.read_text(encoding="utf-8")[:-300], encoding="utf-8")
    broken = evals(place, "run", ARM)
    assert broken.exit_code == 2
    assert re.search(r"kettle\.yaml: line \d+: ", broken.stderr)
    (place / "cases" / "kettle.yaml").write_text(CASE + "wrong: 1\n", encoding="utf-8")
    wrong = evals(place, "run", ARM)
    assert (wrong.exit_code, "line 21: wrong: " in wrong.stderr) == (2, True)
