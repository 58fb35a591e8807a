"""Cases load strictly, name what is wrong and where, and the shipped ones are what they claim to be."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from evals.case import EvalCase, load_case, load_cases
from service.errors import InputError
from service.prompts import Ask, PromptLibrary, load_prompts

ROOT = Path(__file__).parents[2]
SHIPPED = load_cases(ROOT / "evals" / "cases")
GOOD = """\
id: a
origin: invented
situation: general
complaint:
  channel: email
  text: It broke.
context:
  brand: B
  agent: {name: Maya}
  now: 2025-10-21T10:15:00+01:00
must_mention: [broke]
"""


@pytest.fixture(scope="module")
def library() -> PromptLibrary:
    """The shipped prompts."""
    return load_prompts(ROOT / "prompts")


def written(folder: Path, text: str, name: str = "a.yaml") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_case_is_loaded(tmp_path: Path) -> None:
    """Every field arrives, and those that are left out have their defaults."""
    case = load_case(written(tmp_path, GOOD + "options: {max_words: 40, tone: warm}\n"))
    assert (case.id, case.situation, case.complaint.channel) == ("a", "general", "email")
    assert case.context.now == datetime.fromisoformat("2025-10-21T10:15:00+01:00")
    assert case.options is not None
    assert case.options.max_words == 40
    assert case.must_mention == ("broke",)
    assert case.must_not_promise == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: a\n", "id: b\n", "line 1: id: must be the file's name, a"),
        ("id: a\n", "id: A b\n", "line 1: id: "),
        ("id: a\n", "id: 5\n", "line 1: id: "),
        ("id: a\n", "", "id: Field required"),
        ("origin: invented\n", "origin: ' '\n", "line 2: origin: "),
        ("situation: general\n", "situation: general\nsitution: x\n", "line 4: sitution: "),
        ("channel: email", "channel: fax", "line 5: complaint.channel: "),
        ("  text: It broke.", "  text: ' '", "line 6: complaint.text: "),
        ("  text: It broke.", "  txt: It broke.", "complaint.t"),
        ("agent: {name: Maya}", "agent: Maya", "line 9: context.agent: "),
        ("T10:15:00+01:00", "", "line 10: context.now: "),
        ("+01:00", "", "line 10: context.now: "),
        ("[broke]", "broke", "line 11: must_mention: "),
        ("[broke]", "[1]", "line 11: must_mention.0: "),
        ("[broke]", "['']", "line 11: must_mention.0: "),
        ("must_mention: [broke]", "options: {max_words: '40'}", "line 11: options.max_words: "),
        ("must_mention: [broke]", "options: {words: 40}", "line 11: options.words: "),
        ("must_mention: [broke]", "id: a", "line 11: id: stands twice"),
        ("must_mention: [broke]", "must_mention: [broke", "not valid YAML"),
        (GOOD, "", "the file is empty"),
        (GOOD, "- a\n", "line 1: "),
    ],
)
def test_a_wrong_case_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """The error names the file, the line and the field."""
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(InputError) as caught:
        load_case(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file and bytes that are no text are named."""
    with pytest.raises(InputError, match=r"gone\.yaml: the file cannot be read"):
        load_case(tmp_path / "gone.yaml")
    (tmp_path / "b.yaml").write_bytes(b"id: \xff")
    with pytest.raises(InputError, match=r"b\.yaml: the file is not UTF-8"):
        load_case(tmp_path / "b.yaml")


def test_a_folder_is_sorted(tmp_path: Path) -> None:
    """The cases of a folder come in the order of their ids; hidden files are not looked at."""
    for name in ("c", "a", "b-2", "b-10"):
        written(tmp_path, GOOD.replace("id: a\n", f"id: {name}\n"), f"{name}.yaml")
    written(tmp_path, "", ".swap")
    assert [case.id for case in load_cases(tmp_path)] == ["a", "b-10", "b-2", "c"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ((), "there is no case in this folder"),
        ((".hidden.yaml",), "there is no case in this folder"),
        (("a.yaml", "a.yml"), "a.yml: id: a stands in a.yaml too"),
        (("a.yaml", "b.yaml.bak"), "b.yaml.bak: only cases may stand here"),
        (("a.ymal",), "a.ymal: only cases may stand here"),
    ],
)
def test_a_wrong_folder_is_refused(tmp_path: Path, names: tuple[str, ...], message: str) -> None:
    """No case gets lost in silence: by an empty folder, a second file of that id, or a mistyped ending."""
    for name in names:
        written(tmp_path, GOOD, name)
    with pytest.raises(InputError, match=re.escape(message)):
        load_cases(tmp_path)


def test_a_folder_inside_is_refused(tmp_path: Path) -> None:
    """A folder among the cases is no case, and neither is a file in place of the folder."""
    (tmp_path / "more").mkdir()
    with pytest.raises(InputError, match="only cases may stand here"):
        load_cases(tmp_path)
    with pytest.raises(InputError, match="there is no such folder"):
        load_cases(tmp_path / "gone")


def test_the_shipped_cases_cover_the_ground(library: PromptLibrary) -> None:
    """All situations and channels are there, private and public, with history and with nothing allowed."""
    assert len(SHIPPED) >= 24
    assert {case.situation for case in SHIPPED} == set(library.instructions)
    assert min(Counter(case.situation for case in SHIPPED).values()) >= 2
    assert {case.complaint.channel for case in SHIPPED} == {"email", "chat", "review", "social"}
    assert sum(case.complaint.is_public for case in SHIPPED) >= 5
    assert sum(bool(case.context.history) for case in SHIPPED) >= 2
    assert sum(not case.context.remedies for case in SHIPPED) >= 3
    assert len({case.context.brand for case in SHIPPED}) == len(SHIPPED)


def test_the_demo_case() -> None:
    """The case that `make demo` drafts for is a broken product, by e-mail."""
    demo = next(case for case in SHIPPED if case.id == "broken-kettle")
    assert (demo.situation, demo.complaint.channel) == ("broken_or_undelivered", "email")


@pytest.mark.parametrize("case", SHIPPED, ids=lambda case: str(case.id))
def test_a_shipped_case_is_sound(case: EvalCase, library: PromptLibrary) -> None:
    """Its moment is given, what must be said is known, what must not be promised is not allowed."""
    assert case.context.now is not None
    known = f"{case.complaint.model_dump_json()} {case.context.model_dump_json()}".casefold()
    allowed = " ".join(remedy.text for remedy in case.context.remedies or ()).casefold()
    assert [text for text in case.must_mention if text.casefold() not in known] == []
    assert [text for text in case.must_not_promise if text.casefold() in allowed] == []
    assert case.must_mention
    assert case.must_not_promise
    prompt = library.reply(Ask(case.complaint, case.context, case.context.now, case.situation, token_budget=1_000))
    assert prompt.history_omitted == 0


@pytest.mark.parametrize("case", SHIPPED, ids=lambda case: str(case.id))
def test_the_situation_of_a_shipped_case_is_found(case: EvalCase, library: PromptLibrary) -> None:
    """The words of each shipped case lead to the situation that it was written for."""
    assert library.find_situation(case.complaint, case.context) == case.situation


@pytest.mark.parametrize("case", SHIPPED, ids=lambda case: str(case.id))
def test_weekdays_of_a_shipped_case_are_right(case: EvalCase) -> None:
    """A weekday that stands before a date is the weekday of that date."""
    text = f"{case.complaint.text} {case.context.model_dump_json(exclude={'now'})}"
    year = case.context.now.year if case.context.now else 0
    for weekday, day, month, own_year in re.findall(r"(\w+day) (\d{1,2}) ([A-Z][a-z]+)(?: (\d{4}))?", text):
        date = datetime.strptime(f"{day} {month} {own_year or year} +0000", "%d %B %Y %z")
        assert f"{date:%A}" == weekday, f"{weekday} {day} {month}"


def test_contacts_reach_nobody() -> None:
    """Addresses are under .example, and telephone numbers are of the ranges kept for fiction."""
    numbers = r"020 7946 0\d{3}|0161 496 0\d{3}|0113 496 0\d{3}|0117 496 0\d{3}|01632 960 ?\d{3}|07700 900 ?\d{3}"
    fiction = re.compile(rf"{numbers}|0808 157 0\d{{3}}|040 66969 \d{{3}}|555-01\d\d")
    for case in SHIPPED:
        text = f"{case.complaint.text}\n{case.context.model_dump_json()}"
        assert all(host.endswith(".example") for host in re.findall(r"[\w.]+@([\w.-]+\w)", text)), case.id
        rest = fiction.sub("", text)
        assert not re.search(r"\b0\d{2,4} \d{3,5} ?\d{3,4}\b|\b555-", rest), case.id
