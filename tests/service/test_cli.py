"""The command `amends` as a process: exit codes, what stands on which output, and signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from fcntl import ioctl
from pathlib import Path
from termios import FIONREAD

import click
import pytest
from click.testing import CliRunner

from guardrails import limits
from service.cli import main
from service.judge_prompts import RUBRICS
from service.settings import Settings
from tests.fake_endpoint import FakeEndpoint, fails, says
from tests.guardrails.policies import default_text
from tests.service.commands import PROGRAM, SECONDS, amends, environment

GOOD = {"id": "g", "complaint": "My kettle came with a cracked lid.", "draft": "We are sorry. Größe 😀"}
ENGLISH = {"complaint": "My kettle came with a cracked lid.", "draft": "We are sorry. The lid should not have cracked."}
CASE = {
    "id": "ticket-7",
    "complaint": {"text": "My kettle came with a cracked lid.", "channel": "email"},
    "context": {"brand": "Harbourline", "agent": {"name": "Maya"}},
}


def lines_of(output: bytes) -> list[dict[str, object]]:
    """Every line of standard output, each of which has to be JSON."""
    return [json.loads(line) for line in output.decode("utf-8").splitlines()]


def test_a_file_of_lines_is_answered_line_by_line(tmp_path: Path) -> None:
    """Broken, blank, over-long and marked lines do not disturb the others; the output has results alone."""
    lines = [
        b"\xef\xbb\xbf" + json.dumps(GOOD | {"id": "1"}).encode(),
        b"",
        b"{oh",
        b"x" * (limits.BODY_BYTES + 1),
        b"  \t\r",
        json.dumps(GOOD | {"id": "2", "extra": 1}).encode(),
        b"\xff\xfe",
        json.dumps(GOOD | {"id": "3"}).encode(),
    ]
    # The output is UTF-8 whatever the terminal is said to be.
    settings = {"PYTHONIOENCODING": "ascii"}
    done = amends(tmp_path, "check", "--jsonl", "--fail", "-", given=b"\n".join(lines), settings=settings)
    assert done.returncode == 2
    answers = lines_of(done.stdout)
    assert [answer["id"] for answer in answers] == ["1", None, None, "2", None, "3"]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False]
    assert "😀".encode() not in done.stderr
    told = [line.partition(": ")[2].split(":")[0] for line in done.stderr.decode().splitlines()]
    assert told == [f"standard input, line {number}" for number in (3, 4, 6, 7)]


def test_a_single_object_is_answered_by_the_shipped_checks(tmp_path: Path) -> None:
    """All fourteen checks give a verdict; a draft that fails is a result, and no error."""
    (tmp_path / "in.json").write_text(json.dumps(GOOD, indent=2), encoding="utf-8")
    done = amends(tmp_path, "check", "in.json")
    assert (done.returncode, done.stderr) == (0, b"")
    (answer,) = lines_of(done.stdout)
    verdicts = answer["verdicts"]
    assert isinstance(verdicts, list)
    assert (answer["id"], answer["passed"], len(verdicts)) == ("g", False, 14)


def test_fail_makes_a_failed_draft_an_exit_code(tmp_path: Path) -> None:
    """With `--fail` a script can stop at a draft that does not pass; the result is shown all the same."""
    done = amends(tmp_path, "check", "--fail", "-", given=json.dumps(GOOD).encode())
    assert (done.returncode, len(lines_of(done.stdout))) == (1, 1)


def test_a_full_disk_under_the_output_is_told(tmp_path: Path) -> None:
    """A result that could not be written is a failure, told in one line."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [PROGRAM, "check", "-"],
            env=environment(tmp_path),
            input=json.dumps(GOOD).encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
            check=False,
        )
    assert (done.returncode, done.stderr) == (3, b"amends: standard output: No space left on device\n")


@pytest.mark.parametrize("arguments", [["draft", "-"], ["serve"]])
@pytest.mark.parametrize(
    ("certificates", "why"), [(None, "No such file or directory; "), ("no certificate", "[X509: NO_CERTIFICATE")]
)
def test_certificates_that_cannot_be_read_are_told(
    tmp_path: Path, certificates: str | None, why: str, arguments: list[str]
) -> None:
    """The variable is at fault, which is wrong use; neither Python nor OpenSSL names it or the file."""
    if certificates:
        (tmp_path / "authorities.pem").write_text(certificates)
    settings = {
        "AMENDS_MODEL_URL": "https://api.example.com/v1",
        "AMENDS_MODEL_NAME": "m",
        "AMENDS_PORT": "0",
        "SSL_CERT_FILE": str(tmp_path / "authorities.pem"),
    }
    done = amends(tmp_path, *arguments, settings=settings)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(f"amends: SSL_CERT_FILE: the certificates of authorities cannot be read: {why}")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """An error of reading names no file, as one of opening does, and is none of the output."""
    done = amends(tmp_path, "check", "/proc/self/mem")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"amends: /proc/self/mem: Input/output error\n")


def started(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
    """The command with pipes to all its ends."""
    # A shell's background job ignores Ctrl-C, and so would everything that is started from there.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [PROGRAM, *arguments],
            cwd=folder,
            env=environment(folder, **settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_reader_that_leaves_is_no_traceback(tmp_path: Path) -> None:
    """As with `| head -1`: the answers stream, and who has enough of them may go."""
    process = started(tmp_path, "check", "--jsonl", "-")
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    line = json.dumps(GOOD).encode() + b"\n"
    process.stdin.write(line)
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == "g"
    process.stdout.close()
    process.stdin.write(line * 20)
    process.stdin.close()
    assert (process.wait(SECONDS), process.stderr.read()) == (3, b"")
    process.stderr.close()


def test_an_interrupt_says_what_is_left(tmp_path: Path) -> None:
    """Ctrl-C ends after the line under way, and names the command for the rest."""
    process = started(tmp_path, "check", "--jsonl", "-")
    assert process.stdin is not None
    assert process.stdout is not None
    line = json.dumps(GOOD).encode() + b"\n"
    process.stdin.write(line)
    process.stdin.flush()
    process.stdout.readline()
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(line * 50, timeout=SECONDS)
    assert process.returncode == 130
    assert said.startswith(b"amends: standard input: stopped after line ")
    assert said.count(b"\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "-"], b""),
        (["check", "/dev/stdin"], b""),
        (["check", "--jsonl", "-"], b"amends: standard input: stopped after line 0\n"),
        (["draft", "-"], b""),
    ],
)
def test_an_interrupt_is_heard_while_the_input_waits(tmp_path: Path, arguments: list[str], says: bytes) -> None:
    """The first one: whoever sees nothing happen waits for what is still to be typed."""
    settings = {"AMENDS_MODEL_URL": "http://127.0.0.1:9/v1", "AMENDS_MODEL_NAME": "none"}
    process = started(tmp_path, *arguments, **settings)
    assert process.stdin is not None
    try:
        process.stdin.write(b'{"id":')
        process.stdin.flush()
        while int.from_bytes(ioctl(process.stdin, FIONREAD, bytes(4)), sys.byteorder):
            time.sleep(0.01)  # until it has been read, and the rest is waited for
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(SECONDS) == 130
        assert process.communicate() == (b"", says)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restored_logging: None) -> Path:
    """A folder to run commands in, in this process and without the settings of whoever runs the tests."""
    del restored_logging
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith("AMENDS_"):
            monkeypatch.delenv(name)
    return tmp_path


def test_an_unknown_setting_stops_the_start(within: Path) -> None:
    """A mistyped variable is named, in one line, wherever it stands."""
    (within / ".env").write_text("AMENDS_PROT=1\n")
    done = CliRunner().invoke(main, ["check", "-"], input=json.dumps(GOOD))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"amends: AMENDS_PROT in {within / '.env'} is not a known setting; `amends serve --help` lists them"
    ]


def test_a_draft_is_made_with_an_endpoint(within: Path) -> None:
    """Case in, result out, logs beside it, and the draft in the database."""
    text = "I am sorry that your kettle came with a cracked lid."
    lines = json.dumps(CASE | {"options": {"delivery": "flagged"}}) + "\n{}"
    (within / "in.jsonl").write_text(lines)
    with FakeEndpoint(says(text)) as endpoint:
        settings = {
            "AMENDS_MODEL_URL": endpoint.url,
            "AMENDS_MODEL_NAME": "fake",
            "AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{within / 'a.db'}",
            "AMENDS_MAX_ATTEMPTS": "1",
        }
        done = CliRunner().invoke(main, ["draft", "--jsonl", "in.jsonl"], env=settings)
    result, error = lines_of(done.stdout_bytes)
    assert (result["ref"], result["status"], result["draft"]) == ("ticket-7", "needs_review", text)
    assert ("error" in error, done.exit_code) == (True, 2)
    assert (within / "a.db").stat().st_size > 0
    assert '"event": "draft.checked"' in done.stderr
    assert text not in done.stderr


def judging_folder(folder: Path) -> Path:
    """A folder whose default policy leaves every score to the judge."""
    policies = folder / "policies"
    policies.mkdir()
    text = default_text().replace("low: 0.45", "low: 0").replace("high: 0.55", "high: 1")
    (policies / "default.yaml").write_text(text.replace("outcome: fail", "outcome: judge"))
    return policies


def levelled(answer: dict[str, object]) -> list[dict[str, object]]:
    """The verdicts of the checks with levels."""
    verdicts = answer["verdicts"]
    assert isinstance(verdicts, list)
    return [verdict for verdict in verdicts if verdict["check"] in RUBRICS]


def test_a_configured_model_judges_what_is_checked(within: Path) -> None:
    """`amends check` asks the endpoint about every uncertain check, without sampling."""
    judgement = json.dumps({"level": 2, "quote": "We are sorry.", "reason": "It names the lid."})
    with FakeEndpoint(says(judgement)) as endpoint:
        settings = {
            "AMENDS_MODEL_URL": endpoint.url,
            "AMENDS_MODEL_NAME": "fake",
            "AMENDS_POLICY_DIR": str(judging_folder(within)),
        }
        done = CliRunner().invoke(main, ["check", "-"], input=json.dumps(ENGLISH), env=settings)
    (answer,) = lines_of(done.stdout_bytes)
    assert [(each["decided_by"], each["level"]) for each in levelled(answer)] == [("judge", 2)] * len(RUBRICS)
    assert [request.body["temperature"] for request in endpoint.requests] == [0] * len(RUBRICS)


def test_the_first_endpoint_of_a_chain_judges(within: Path) -> None:
    """The embedded model is passed over; the settings of the endpoint count, but for the temperature."""
    judgement = json.dumps({"level": 2, "quote": "We are sorry.", "reason": "It names the lid."})
    with FakeEndpoint(says(judgement)) as endpoint:
        file = within / "endpoints.yaml"
        file.write_text(f"endpoints: [embedded: true, {{url: '{endpoint.url}', name: m, max_tokens: 321}}]")
        settings = {"AMENDS_ENDPOINTS": str(file), "AMENDS_POLICY_DIR": str(judging_folder(within))}
        done = CliRunner().invoke(main, ["check", "-"], input=json.dumps(ENGLISH), env=settings)
    (answer,) = lines_of(done.stdout_bytes)
    assert [(each["decided_by"], each["level"]) for each in levelled(answer)] == [("judge", 2)] * len(RUBRICS)
    assert {(each.body["temperature"], each.body["max_tokens"]) for each in endpoint.requests} == {(0, 321)}


def test_the_embedded_model_never_judges(within: Path) -> None:
    """Without a configured endpoint every uncertain check fails, and says why."""
    settings = {"AMENDS_POLICY_DIR": str(judging_folder(within))}
    done = CliRunner().invoke(main, ["check", "-"], input=json.dumps(ENGLISH), env=settings)
    (answer,) = lines_of(done.stdout_bytes)
    assert [each["passed"] for each in levelled(answer)] == [False] * len(RUBRICS)
    assert all("the embedded model is too small to judge" in str(each["error"]) for each in levelled(answer))


def test_a_configured_model_judges_its_own_drafts(within: Path) -> None:
    """The loop asks the judge after the checks, over a connection of its own."""
    text = "I am sorry that your kettle came with a cracked lid."
    (within / "in.json").write_text(json.dumps(CASE | {"options": {"delivery": "flagged"}}))
    with FakeEndpoint(says(text), says("I will not judge.")) as endpoint:
        settings = {
            "AMENDS_MODEL_URL": endpoint.url,
            "AMENDS_MODEL_NAME": "fake",
            "AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{within / 'a.db'}",
            "AMENDS_MAX_ATTEMPTS": "1",
            "AMENDS_POLICY_DIR": str(judging_folder(within)),
        }
        done = CliRunner().invoke(main, ["draft", "in.json"], env=settings)
    (result,) = lines_of(done.stdout_bytes)
    assert (result["status"], result["draft"], endpoint.calls) == ("needs_review", text, 1 + len(RUBRICS))
    assert all("its answer makes no sense" in str(each["error"]) for each in levelled(result))
    assert "I will not judge" not in done.output


def test_a_model_that_is_down_is_told(within: Path) -> None:
    """No text is exit code 3, with one line for a person, and the failed draft is stored."""
    with FakeEndpoint(fails(401)) as endpoint:
        settings = {
            "AMENDS_MODEL_URL": endpoint.url,
            "AMENDS_MODEL_NAME": "fake",
            "AMENDS_DATABASE_URL": f"sqlite+aiosqlite:///{within / 'a.db'}",
        }
        done = CliRunner().invoke(main, ["draft", "-"], input=json.dumps(CASE), env=settings)
    assert (done.exit_code, done.stdout) == (3, "")
    told = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(told) == 1
    assert told[0].startswith("amends: standard input: ")


@pytest.mark.usefixtures("within")
def test_a_database_that_cannot_be_used_is_told() -> None:
    """A failure of the database is exit code 3, in one line."""
    settings = {
        "AMENDS_MODEL_URL": "http://127.0.0.1:9/v1",
        "AMENDS_MODEL_NAME": "none",
        "AMENDS_DATABASE_URL": "sqlite+aiosqlite:////proc/amends.db",
    }
    done = CliRunner().invoke(main, ["draft", "-"], input=json.dumps(CASE), env=settings)
    assert (done.exit_code, done.stdout) == (3, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith("amends: The database sqlite+aiosqlite:////proc/amends.db cannot be used")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "missing.json"], "'missing.json' does not exist"),
        (["check", "."], "is a directory"),
        (["check"], "Missing argument 'FILE'"),
        (["check", "--jsnol", "-"], "--jsnol"),
        (["chekc", "-"], "chekc"),
        (["draft", "missing.json"], "'missing.json' does not exist"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], says: str) -> None:
    """Exit code 2 and what was wrong."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_help_lists_every_setting() -> None:
    """`amends serve --help` is where an error about a setting points."""
    done = CliRunner().invoke(main, ["serve", "--help"])
    assert done.exit_code == 0
    for name in Settings.model_fields:
        assert f"AMENDS_{name.upper()} (default: " in done.stdout


def test_help_lists_every_command() -> None:
    """Those of other parts among our own."""
    done = CliRunner().invoke(main, ["--help"])
    assert done.exit_code == 0
    for name in ("serve", "worker", "draft", "check", "eval"):
        assert f"\n  {name} " in done.stdout


def installed(folder: Path, name: str, target: str) -> None:
    """Make a folder look like an installed part with one command."""
    part = folder / "part-1.0.dist-info"
    part.mkdir()
    (part / "METADATA").write_text("Metadata-Version: 2.1\nName: part\nVersion: 1.0\n")
    (part / "entry_points.txt").write_text(f"[amends.commands]\n{name} = {target}\n")


def test_a_part_that_is_absent_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the container `amends eval` is registered and not there: exit code 2, in words."""
    installed(tmp_path, "ghost", "no_such_part.cli:ghost")
    monkeypatch.syspath_prepend(str(tmp_path))
    done = CliRunner().invoke(main, ["ghost"])
    assert done.exit_code == 2
    assert "`amends ghost` is not part of this installation" in done.stderr


@click.command("spirit")
def spirit() -> None:
    """A command of another part."""
    click.echo("boo")


def test_a_part_brings_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed beside Amends can be called by its name."""
    installed(tmp_path, "spirit", "tests.service.test_cli:spirit")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert CliRunner().invoke(main, ["spirit"]).stdout == "boo\n"
