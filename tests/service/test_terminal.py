"""What a person sees: results alone on standard output, one line per error, and the exit code."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from threading import Thread

import pytest

from service.errors import (
    AmendsError,
    ConfigurationError,
    DraftNotFound,
    EndpointBusy,
    EndpointFailed,
    InvalidField,
    NotJson,
    StoreError,
    TooLarge,
)
from service.lines import Done
from service.schemas import CheckInput
from service.terminal import exit_code, explained, show_result, work_through

GOOD = {"id": "g", "complaint": "My kettle broke.", "draft": "We are sorry."}
BAD = GOOD | {"id": "b", "draft": "Hello."}
DOWN = GOOD | {"id": "d", "draft": "Please break."}
BROKEN = "{oh"


async def judge(given: CheckInput) -> Done:
    """A draft passes if it says sorry; one breaks the model."""
    if "break" in given.draft:
        raise EndpointFailed("the model is down")
    return Done(json.dumps({"id": given.id, "draft": given.draft}), "sorry" in given.draft)


def run(path: Path, *lines: object, jsonl: bool = True, fail: bool = False) -> int:
    """The exit code for a file of these lines."""
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("\n".join(texts), encoding="utf-8")
    return asyncio.run(work_through(str(path), CheckInput, judge, jsonl=jsonl, fail=fail))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotJson("x"), 2),
        (TooLarge("x"), 2),
        (InvalidField("x", "y"), 2),
        (ConfigurationError("x"), 2),
        (EndpointFailed("x"), 3),
        (EndpointBusy("x", 1), 3),
        (StoreError("x"), 3),
        (DraftNotFound("x"), 3),
    ],
)
def test_errors_have_exit_codes(error: AmendsError, code: int) -> None:
    """2 is for what the user can put right, 3 for what failed."""
    assert exit_code(error) == code


@pytest.mark.parametrize(
    ("lines", "code", "code_with_fail"),
    [
        ([GOOD], 0, 0),
        ([], 0, 0),
        ([GOOD, BAD], 0, 1),
        ([GOOD, BROKEN], 2, 2),
        ([BAD, BROKEN, GOOD], 2, 2),
        ([BROKEN, DOWN, GOOD], 3, 3),
    ],
)
def test_the_worst_line_decides(tmp_path: Path, lines: list[object], code: int, code_with_fail: int) -> None:
    """A failed draft counts only with `--fail`; what broke always does."""
    assert run(tmp_path / "in.jsonl", *lines) == code
    assert run(tmp_path / "in.jsonl", *lines, fail=True) == code_with_fail


def test_every_line_is_answered_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One answer for each line that is not blank, whatever it holds."""
    run(tmp_path / "in.jsonl", GOOD, "", BROKEN, DOWN, GOOD | {"extra": 1}, BAD)
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == ["g", None, "d", "g", "b"]
    kinds = [answer["error"]["type"] if "error" in answer else None for answer in answers]
    assert kinds == [
        None,
        "urn:amends:problem:not-json",
        "urn:amends:problem:model-failed",
        "urn:amends:problem:invalid-field",
        None,
    ]


def test_a_person_is_told_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard error names file, line and field, each in one line."""
    path = tmp_path / "in.jsonl"
    run(path, GOOD, "", BROKEN, GOOD | {"extra [bold]": 1})
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith(f"amends: {path}, line 3: not valid JSON")
    assert said[1:] == [f"amends: {path}, line 4: extra [bold]: is not a known field; remove it or correct its name"]


@pytest.mark.parametrize("jsonl", [False, True])
def test_other_things_go_on_while_the_input_waits(jsonl: bool) -> None:  # noqa: FBT001  # a table's column
    """A model that is asked, a database that is tended: whoever types takes their time."""
    readable, writable = os.pipe()

    def type_slowly() -> None:
        time.sleep(0.3)
        with os.fdopen(writable, "wb") as pipe:
            pipe.write(json.dumps(GOOD).encode())

    async def use() -> int:
        typing = Thread(target=type_slowly)
        typing.start()
        work = asyncio.create_task(
            work_through(f"/dev/fd/{readable}", CheckInput, judge, jsonl=jsonl, fail=False),
        )
        await asyncio.sleep(0.05)
        assert typing.is_alive()
        return await work

    try:
        assert asyncio.run(use()) == 0
    finally:
        os.close(readable)


@pytest.mark.parametrize(("value", "code"), [(GOOD, 0), (BAD, 1), (BROKEN, 2), (DOWN, 3), ("", 2)])
def test_a_single_object_has_its_own_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], value: object, code: int
) -> None:
    """Without `--jsonl` an error is one line for a person, and there is no result."""
    assert run(tmp_path / "in.json", value, jsonl=False, fail=True) == code
    seen = capsys.readouterr()
    assert len(seen.out.splitlines()) == (1 if code <= 1 else 0)
    assert len(seen.err.splitlines()) == (0 if code <= 1 else 1)


def test_a_single_object_may_have_many_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file written for people is read whole, with the mark that some editors begin with."""
    assert run(tmp_path / "in.json", "\ufeff" + json.dumps(GOOD, indent=2), jsonl=False) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "g"


@pytest.mark.parametrize("name", ["extra", "²", "٣", "0"])
def test_a_person_is_told_the_line_in_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Whatever the field is called, and whatever the object is indented with."""
    path = tmp_path / "in.json"
    assert run(path, json.dumps(GOOD | {name: 1}, indent="\t", ensure_ascii=False), jsonl=False) == 2
    told = f"amends: {path}, line 5: {name}: is not a known field; remove it or correct its name\n"
    assert capsys.readouterr().err == told


def test_a_single_object_has_a_size_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A huge file is refused without being read to its end."""
    assert run(tmp_path / "in.json", GOOD | {"draft": "x" * 300_000}, jsonl=False) == 2
    assert "over the limit of 262,144 bytes" in capsys.readouterr().err


def test_results_are_utf_8(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """JSON is UTF-8 whatever the terminal is set to."""
    show_result("Größe 😀")
    assert capsysbinary.readouterr().out == "Größe 😀\n".encode()


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (InvalidField("is wrong", "context.now"), 2, "amends: context.now: is wrong\n"),
        (StoreError("The disk is full."), 3, "amends: The disk is full.\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_an_error_ends_with_one_line(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, says: str
) -> None:
    """No traceback for what is foreseen."""
    with pytest.raises(SystemExit) as caught, explained():
        raise error
    assert (caught.value.code, capsys.readouterr().err) == (code, says)


def test_a_mistake_of_ours_is_not_hidden() -> None:
    """An unforeseen error keeps its traceback."""
    with pytest.raises(ZeroDivisionError), explained():
        raise ZeroDivisionError
