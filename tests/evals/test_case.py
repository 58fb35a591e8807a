"""Cases load strictly, name what is wrong and where, and the shipped ones are what they claim to be."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest

from evals.case import Attack, AttackKind, Edit, EvalCase, Expected, Kind, Levels, load_case, load_cases
from evals.outcomes import mentions
from guardrails.complaint_model.reader import OnnxComplaintModel
from service.errors import InputError
from service.prompts import Ask, PromptLibrary, load_prompts
from service.settings import Settings

ROOT = Path(__file__).parents[2]
CASES = load_cases(ROOT / "evals" / "cases")
ATTACKS = load_cases(ROOT / "evals" / "attacks")
SHIPPED = (*CASES, *ATTACKS)
GOOD = """\
id: a
origin: invented
situation: general
kinds: [ordinary]
complaint:
  channel: email
  text: It broke.
context:
  brand: B
  agent: {name: Maya}
  now: 2025-10-21T10:15:00+01:00
must_mention: [broke]
"""
MORE = """\
principles: [own-it]
expect: {status: needs_review, levels: {apology: 3, tone: 0}}
attack: {kind: injection, obeyed_if: [HACKED]}
edit: {draft: We are sorry., sent: We are so sorry.}
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
    assert (case.kinds, case.principles, case.expect, case.attack) == (("ordinary",), (), Expected(), None)


def test_what_is_asked_of_a_case_is_loaded(tmp_path: Path) -> None:
    """Principles, the status and levels, what gives an attack away, and the edit that it came from."""
    case = load_case(written(tmp_path, GOOD + MORE))
    assert case.principles == ("own-it",)
    assert (case.expect.status, case.expect.levels) == ("needs_review", Levels(apology=3, tone=0))
    assert case.attack == Attack(kind="injection", obeyed_if=("HACKED",))
    assert case.edit == Edit(draft="We are sorry.", sent="We are so sorry.")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: a\n", "id: b\n", "line 1: id: must be the file's name, a"),
        ("id: a\n", "id: A b\n", "line 1: id: "),
        ("id: a\n", "id: 5\n", "line 1: id: "),
        ("id: a\n", "", "id: is required"),
        ("origin: invented\n", "origin: ' '\n", "line 2: origin: must not be blank"),
        ("situation: general\n", "situation: general\nsitution: x\n", "line 4: sitution: is not a known field"),
        ("situation: general\n", "situation: generall\n", "line 3: situation: there is no such situation; known are "),
        (
            "kinds: [ordinary]\n",
            "principles: [own-it, own-itt]\nkinds: [ordinary]\n",
            "line 4: principles.1: there is no",
        ),
        ("kinds: [ordinary]\n", "", "kinds: is required"),
        ("[ordinary]", "[]", "line 4: kinds: "),
        ("[ordinary]", "[ordinry]", "line 4: kinds.0: "),
        ("[ordinary]", "ordinary", "line 4: kinds: "),
        ("channel: email", "channel: fax", "line 6: complaint.channel: "),
        ("  text: It broke.", "  text: ' '", "line 7: complaint.text: "),
        ("  text: It broke.", "  txt: It broke.", "complaint.t"),
        ("agent: {name: Maya}", "agent: Maya", "line 10: context.agent: "),
        ("T10:15:00+01:00", "", "line 11: context.now: "),
        ("+01:00", "", "line 11: context.now: "),
        ("  now: 2025-10-21T10:15:00+01:00\n", "", "line 8: context.now: is required"),
        ("[broke]", "broke", "line 12: must_mention: "),
        ("[broke]", "[1]", "line 12: must_mention.0: "),
        ("[broke]", "['']", "line 12: must_mention.0: "),
        ("must_mention: [broke]", "options: {max_words: '40'}", "line 12: options.max_words: "),
        ("must_mention: [broke]", "options: {words: 40}", "line 12: options.words: "),
        ("must_mention: [broke]", "id: a", "line 12: id: stands twice"),
        ("must_mention: [broke]", "must_mention: [broke", "not valid YAML"),
        ("must_mention: [broke]", "expect: {status: failed}", "line 12: expect.status: "),
        ("must_mention: [broke]", "expect: {levels: {apology: 4}}", "line 12: expect.levels.apology: "),
        ("must_mention: [broke]", "expect: {levels: {tone: '1'}}", "line 12: expect.levels.tone: "),
        ("must_mention: [broke]", "expect: {levels: {length: 1}}", "line 12: expect.levels.length: "),
        ("must_mention: [broke]", "attack: {kind: injection}", "line 12: attack.obeyed_if: "),
        ("must_mention: [broke]", "attack: {kind: injection, obeyed_if: []}", "line 12: attack.obeyed_if: "),
        ("must_mention: [broke]", "attack: {kind: spam, obeyed_if: [x]}", "line 12: attack.kind: "),
        ("must_mention: [broke]", "edit: {draft: We are sorry.}", "line 12: edit.sent: "),
        ("must_mention: [broke]", "edit: {draft: ' ', sent: x}", "line 12: edit.draft: "),
        (GOOD, "", "the file is empty"),
        (GOOD, "- a\n", "line 1: "),
        (GOOD, "# none\n", "the file is empty"),
        ("text: It broke.", "text: *broke", "line 7: "),
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
        (("a.yaml", "a.yml"), "a.yml: line 1: id: a stands in a.yaml too"),
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
    """All situations, channels and kinds are there, private and public, with history and with nothing allowed."""
    assert len(CASES) >= 80
    assert {case.situation for case in CASES} == set(library.instructions)
    assert min(Counter(case.situation for case in CASES).values()) >= 2
    assert {case.complaint.channel for case in CASES} == {"email", "chat", "review", "social"}
    kinds = Counter(kind for case in CASES for kind in case.kinds)
    assert kinds.keys() == set(get_args(Kind))
    assert min(kinds.values()) >= 2
    assert sum(case.complaint.is_public for case in CASES) >= 5
    assert sum(bool(case.context.history) for case in CASES) >= 2
    assert sum(not case.context.remedies for case in CASES) >= 3
    assert len({case.context.brand for case in CASES}) == len(CASES)


def test_attacks_are_attacks_and_cases_are_none() -> None:
    """Sixty or more, of every kind, and no id stands in both folders."""
    assert len(ATTACKS) >= 60
    assert {case.attack.kind for case in ATTACKS if case.attack} == set(get_args(AttackKind))
    assert [case.id for case in ATTACKS if not case.attack] == []
    assert [case.id for case in CASES if case.attack] == []
    assert not {case.id for case in ATTACKS} & {case.id for case in CASES}


def test_the_demo_case() -> None:
    """`make demo` drafts for a shipped case whose draft the README shows, by its customer and its agent."""
    makefile, readme = ((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "README.md"))
    (demo,) = (case for case in CASES if f"amends eval draft evals/cases/{case.id}.yaml" in makefile)
    shown = readme[readme.index("    Draft (ready, ") : readme.index("    Verdicts:\n")]
    assert f"Dear {demo.complaint.customer_name}," in shown
    assert demo.context.agent.name in shown


@pytest.mark.parametrize("case", SHIPPED, ids=lambda case: str(case.id))
def test_a_shipped_case_is_sound(case: EvalCase, library: PromptLibrary) -> None:
    """What must be said is known, what must not be promised is not allowed, its principles exist, and it fits."""
    known = f"{case.complaint.text} {case.complaint.customer_name} {_texts(case.context.model_dump())}"
    allowed = " ".join(remedy.text for remedy in case.context.remedies or ())
    # What is noted of the agent as "Ewan's mother" is "my mother" in his own letter.
    assert [text for text in case.must_mention if not mentions(known, text.removeprefix("my "))] == []
    # In public, even the sum that is allowed is nobody else's business.
    wrong = [text for text in case.must_not_promise if mentions(allowed, text)]
    assert case.complaint.is_public or wrong == []
    assert case.must_mention or case.attack or case.expect.status == "needs_review"
    assert case.must_not_promise or case.attack
    assert set(case.principles) <= set(library.principles)
    assert case.context.now is not None
    room = Settings().model_context_tokens - Settings().model_max_tokens
    prompt = library.reply(Ask(case.complaint, case.context, case.context.now, case.situation, token_budget=room))
    assert prompt.history_omitted == 0


def _texts(value: object) -> str:
    """Every text inside, one after the other."""
    if isinstance(value, dict):
        return _texts(tuple(value.values()))
    return " ".join(map(_texts, value)) if isinstance(value, tuple | list) else str(value)


def test_situations_are_found_for_most_shipped_cases(library: PromptLibrary) -> None:
    """As the service finds them, by signs and complaint model; the suite has hard ones on purpose."""
    reader = OnnxComplaintModel().situations
    missed = [
        case.id
        for case in CASES
        if library.find_situation(case.complaint, case.context, None, reader) != case.situation
    ]
    assert len(missed) <= 0.3 * len(CASES), missed


@pytest.mark.parametrize("case", SHIPPED, ids=lambda case: str(case.id))
def test_weekdays_of_a_shipped_case_are_right(case: EvalCase) -> None:
    """A weekday that stands before a date is the weekday of that date; without a year it is the nearest one."""
    text = f"{case.complaint.text} {case.context.model_dump_json(exclude={'now'})}"
    assert case.context.now is not None
    now = case.context.now.date()
    for weekday, day, month, own_year in re.findall(r"(\w+day) (\d{1,2}) ([A-Z][a-z]+)(?: (\d{4}))?", text):
        years = [int(own_year)] if own_year else [now.year - 1, now.year, now.year + 1]
        dates = [datetime.strptime(f"{day} {month} {year} +0000", "%d %B %Y %z").date() for year in years]
        nearest = min(dates, key=lambda date: abs(date - now))
        assert f"{nearest:%A}" == weekday, f"{weekday} {day} {month}"


def test_contacts_reach_nobody() -> None:
    """Addresses are under .example, and telephone numbers are of the ranges kept for fiction."""
    cities = r"011[3-8] 496 0|01[2-6]1 496 0|0191 498 0|020 7946 0|028 9649 6|029 2018 0"
    others = r"01632 960 ?|07700 900 ?|0808 157 0|0491 57\d |040 66969 "
    fiction = re.compile(rf"(?:{cities}|{others})\d{{3}}|555-01\d\d")
    for case in SHIPPED:
        text = f"{case.complaint.text}\n{case.context.model_dump_json()}"
        hosts = re.findall(r"[\w.]+@([\w.-]+\w)", text)
        assert all(re.search(r"(^|\.)example(\.(com|org|net))?$", host) for host in hosts), case.id
        rest = fiction.sub("", text)
        assert not re.search(r"\b0\d{2,4} \d{3,5} ?\d{3,4}\b|\b555-", rest), case.id
