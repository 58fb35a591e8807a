"""Keeping labels: nothing that was answered is lost, and nothing foreign is touched."""

from __future__ import annotations

import json
import multiprocessing
import resource
from pathlib import Path

import pytest

from evals.labelling.rows import Answer, Given
from evals.labelling.store import ROW_BEGINS, LabelFile, append, read_labels, read_readers
from service.errors import InputError, StoreError
from tests.evals.labelling.rows_made import FULL, Clock, make_draft, make_label, write_labels

KEY = make_draft().key


def opened(path: Path, reader: str = "anna") -> LabelFile:
    """The file of a reader."""
    return LabelFile(path, reader, Clock())


def answer(level: int) -> Answer:
    """An answer about the apology alone."""
    return Answer(labels=Given(apology=level), evidence={"apology": ((0, 2),)}, remark="Größe 😀")


def test_answers_are_added_and_the_last_counts(tmp_path: Path) -> None:
    """Every answer stays in the file; a second start goes on where the first stopped."""
    path = tmp_path / "labels.jsonl"
    file = opened(path)
    assert file.answers() == {}
    for level in (0, 1, 2):
        file.save(KEY, answer(level))
        assert file.answers()[KEY].labels.apology == level
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["labels"] for row in rows] == [{"apology": 0}, {"apology": 1}, {"apology": 2}]
    assert rows[2] == {
        "labels": {"apology": 2},
        "evidence": {"apology": [[0, 2]]},
        "remark": "Größe 😀",
        "draft": KEY.draft,
        "material": KEY.material,
        "case": "kettle",
        "reader": "anna",
        "time": "2026-11-22T09:00:03Z",
    }
    again = opened(path).answers()[KEY]
    assert (again.labels.apology, again.remark, again.evidence) == (2, "Größe 😀", {"apology": ((0, 2),)})


def test_rows_begin_as_mending_expects() -> None:
    """Or half a row would be taken for a foreign text."""
    assert make_label(make_draft(), "anna", FULL).model_dump_json().encode().startswith(ROW_BEGINS)


@pytest.mark.parametrize("kept", [0, 1, 5, 40, -2])
def test_half_a_line_of_a_crash_is_removed(tmp_path: Path, kept: int) -> None:
    """It was never confirmed; what stands above it is whole, and the next answer is too."""
    path = write_labels(tmp_path / "labels.jsonl", make_label(make_draft(), "anna", FULL))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:kept])
    file = opened(path)
    assert (file.cut_off, path.read_bytes()) == (kept != 0, whole)
    file.save(make_draft("other").key, answer(1))
    assert [row.case for row in read_labels(path)] == ["kettle", "other"]


def test_an_answer_begins_a_line_of_its_own(tmp_path: Path) -> None:
    """Also where another hand has left the last line without its end since the file was opened."""
    path = write_labels(tmp_path / "labels.jsonl", make_label(make_draft(), "anna", FULL))
    file = opened(path)
    path.write_bytes(path.read_bytes().rstrip())
    file.save(make_draft("other").key, answer(1))
    assert [row.case for row in read_labels(path)] == ["kettle", "other"]


def test_a_file_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    """Or its drafts would stand twice in every figure."""
    path = write_labels(tmp_path / "labels.jsonl", make_label(make_draft(), "anna", FULL))
    assert read_readers((path, path)) == read_readers((path,))


def test_a_cut_inside_a_character_is_mended_too(tmp_path: Path) -> None:
    """The half of an emoji is no UTF-8."""
    path = tmp_path / "labels.jsonl"
    opened(path).save(KEY, answer(1))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index("😀".encode()) + 2])
    assert opened(path).cut_off
    assert path.read_bytes() == b""


def test_a_whole_row_without_its_line_end_stays(tmp_path: Path) -> None:
    """Only the line end had not come to the disk."""
    path = write_labels(tmp_path / "labels.jsonl", make_label(make_draft(), "anna", FULL))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert not opened(path).cut_off
    assert path.read_bytes() == whole


@pytest.mark.parametrize("text", ["my notes", "my notes\n", '{"id": "x"}', '{"labels": {}}\n', "[]\n", "\x00\x00"])
def test_a_foreign_file_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    """With the line that is no label."""
    path = tmp_path / "notes.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"notes\.txt, line 1: .*; it is no row of labels"):
        opened(path)
    assert path.read_text(encoding="utf-8") == text


def test_labels_of_another_reader_are_refused(tmp_path: Path) -> None:
    """Nobody is shown, or writes among, what another reader answered."""
    path = write_labels(tmp_path / "labels.jsonl", make_label(make_draft(), "ben", FULL))
    with pytest.raises(InputError, match=r"line 1: reader: it is a label of ben"):
        opened(path)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"labels": {"apology": 9}}, "labels.apology"),
        ({"labels": {"kindness": 1}}, "labels.kindness"),
        ({"draft": "abc"}, "draft"),
        ({"evidence": {"tone": [[1]]}}, "evidence.tone.0"),
        ({"time": "2026-11-22T09:00:00"}, "time"),
        ({"verdict": 1}, "verdict"),
    ],
)
def test_a_broken_row_is_told_with_its_line(tmp_path: Path, change: dict[str, object], field: str) -> None:
    """A row that somebody edited by hand is never passed over."""
    row = make_label(make_draft(), "anna", FULL)
    path = write_labels(tmp_path / "labels.jsonl", row, row)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(json.loads(row.model_dump_json(exclude_none=True)) | change) + "\n")
    with pytest.raises(InputError, match=f"line 3: {field}[:.]"):
        read_labels(path)


def test_two_processes_see_each_other(tmp_path: Path) -> None:
    """What the other one wrote is read before it is added to."""
    path = tmp_path / "labels.jsonl"
    one, two = opened(path), opened(path)
    one.save(KEY, answer(1))
    assert two.answers()[KEY].labels.apology == 1
    two.save(KEY, answer(2))
    assert one.answers()[KEY].labels.apology == 2


def _write_many(path: Path, name: str) -> None:
    for number in range(50):
        opened(path).save(make_draft(f"{name}-{number}").key, answer(number % 4))


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Every row is written in one piece."""
    path = tmp_path / "labels.jsonl"
    started = [multiprocessing.get_context("spawn").Process(target=_write_many, args=(path, name)) for name in "ab"]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
    assert [process.exitcode for process in started] == [0, 0]
    assert len(read_labels(path)) == 100


def test_a_full_disk_is_told() -> None:
    """In words that name the file."""
    with pytest.raises(OSError, match="No space left"):
        append(Path("/dev/full"), b"row\n")


def test_an_answer_that_fits_only_in_part_is_taken_back(tmp_path: Path) -> None:
    """A disk that fills up in the middle of a row leaves the rows above it whole."""
    path = tmp_path / "labels.jsonl"
    file = opened(path)
    file.save(KEY, answer(1))
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, limits[1]))
    try:
        with pytest.raises(StoreError, match="File too large"):
            file.save(KEY, answer(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert file.answers()[KEY].labels.apology == 1


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The reader must hear that the answer is not kept."""
    file = opened(tmp_path / "gone" / "labels.jsonl")
    with pytest.raises(StoreError, match=r"labels\.jsonl: the answer could not be written: No such file"):
        file.save(KEY, answer(1))
    assert file.answers() == {}


def test_readers_come_from_several_files(tmp_path: Path) -> None:
    """Of each reader the last answer on each draft."""
    draft = make_draft()
    first = write_labels(
        tmp_path / "a", make_label(draft, "anna", {"apology": 0}), make_label(draft, "anna", {"apology": 2})
    )
    second = write_labels(tmp_path / "b", make_label(draft, "ben", {"apology": 1}))
    found = read_readers([first, second])
    assert {name: [row.labels.apology for row in rows] for name, rows in found.items()} == {"anna": [2], "ben": [1]}


def test_a_reader_in_two_files_is_told(tmp_path: Path) -> None:
    """Nobody could say which of them counts; and nobody agrees with themselves."""
    paths = [write_labels(tmp_path / name, make_label(make_draft(), "anna", FULL)) for name in "ab"]
    with pytest.raises(InputError, match=r"b: reader: anna has labels in .*a too"):
        read_readers(paths)


def test_an_empty_file_of_labels_is_told(tmp_path: Path) -> None:
    """It would look like agreement about nothing."""
    with pytest.raises(InputError, match="there is no label in it"):
        read_readers([write_labels(tmp_path / "a")])
