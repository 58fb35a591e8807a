"""`amends eval import`: edits become cases that load, with nobody in them, once each."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.case import EvalCase, load_case
from evals.files import CASES
from evals.importing.cases import Dropped, Made, as_yaml, case_of, same_words
from evals.importing.command import import_edits
from evals.importing.proposals import evened
from guardrails.located_yaml import parse_as
from service.feedback import heard
from service.idempotency import DEFAULT_TENANT
from service.schemas import Case, Feedback
from service.schemas import Result as DraftResult
from service.store.database import open_database
from service.store.edits import AgentEdit
from service.store.repository import DraftRepository
from tests.service.parts import NOW, make_result

KEY = b"k" * 32
TODAY = date(2025, 11, 3)
COMPLAINT = "My new kettle came with a cracked lid, order HL-20418. Ring me on 07911 123456. Dana Okafor"
DRAFT = "Dear Dana,\nI am sorry. You get a £50 voucher and a new kettle on Friday 24 October.\nMaya"
SENT = "Dear Dana,\nI am sorry. A new Tern kettle comes on Thursday 23 October. Priya Nair rings you.\nMaya Lindqvist"
CASE: dict[str, object] = {
    "id": "ticket-4711",
    "complaint": {"text": COMPLAINT, "channel": "email", "customer_name": "Dana Okafor"},
    "context": {
        "brand": "Harbourline Home",
        "agent": {"name": "Maya Lindqvist"},
        "now": "2025-10-21T09:05:00Z",
        "facts": ["Order HL-20418, one Tern kettle at £42.50, was delivered on 21 October 2025."],
        "remedies": [{"id": "replacement", "text": "a new Tern kettle on Thursday 23 October"}],
        "follow_up": {"person": "Priya Nair", "channel": "020 7946 0142", "by": "Wednesday at noon"},
    },
}

HOSTILE = (
    *(
        "- a\n- b",
        "key: value",
        "&anchor *alias",
        "!!python/object:os.system x",
        "2025-10-08",
        "null",
        "~",
        "yes",
        "1e5",
    ),
    *("%TAG", "'\"", "\t tab", "trailing \nspace ", "\x85\u2028", "a\r\nb\rc", "#", "? :", "---\n...", "{a: 1}", "|"),
    *("\ufeffx", "@x", "`", "\x07", "\0"),
)


def case(**changes: object) -> Case:
    """The case with changes in its complaint."""
    complaint = CASE["complaint"]
    assert isinstance(complaint, dict)
    return Case.model_validate_json(json.dumps(CASE | {"complaint": complaint | changes}))


def result(draft: str | None = DRAFT, **changes: object) -> DraftResult:
    """A result with this draft."""
    return make_result("id-1", case(), draft).model_copy(update=changes)


def edit(
    text: str | None = SENT,
    draft: str | None = DRAFT,
    *,
    outcome: str = "edited",
    given: Case | None = None,
    **changes: object,
) -> AgentEdit:
    """An edit as the store gives it."""
    whole = given or case()
    return AgentEdit(
        "id-1", outcome, text, NOW, NOW, whole.model_dump_json(), result(draft, **changes).model_dump_json()
    )


def made(each: AgentEdit) -> EvalCase:
    """The case of an edit that makes one."""
    found = case_of(each, KEY, TODAY)
    assert isinstance(found, Made), found
    return found.case


def dropped(each: AgentEdit) -> str:
    """Why an edit makes none."""
    found = case_of(each, KEY, TODAY)
    assert isinstance(found, Dropped)
    return found.reason


def test_an_edit_becomes_a_case() -> None:
    """With what the store knows of it, and where it came from."""
    found = made(edit())
    assert found.origin == "imported on 2025-11-03 from an agent's edit of draft id-1"
    assert (found.situation, found.kinds, found.expect.status) == ("general", ("ordinary",), "ready")
    assert found.context.now == datetime(2025, 10, 21, 9, 5, tzinfo=UTC)
    assert found.context.brand == "Harbourline Home"
    assert found.edit is not None
    assert "Thursday 23 October" in found.edit.sent
    assert found.edit.draft is not None
    assert "£50 voucher" in found.edit.draft


def test_nobody_is_in_it() -> None:
    """Neither in the case nor in its file."""
    found = case_of(edit(), KEY, TODAY)
    assert isinstance(found, Made)
    for word in (
        "Dana",
        "Okafor",
        "Maya",
        "Lindqvist",
        "Priya",
        "Nair",
        "HL-20418",
        "07911",
        "7946 0142",
        "ticket-4711",
    ):
        assert word not in found.text
    assert found.replaced["phone number"] == 2


def test_the_edit_says_what_a_good_reply_has() -> None:
    """What the agent says and the business states must be mentioned; what only the draft promised must not be."""
    found = made(edit())
    person = found.context.follow_up.person if found.context.follow_up else None
    assert "Thursday 23 October" in found.must_mention
    assert person in found.must_mention
    assert "£50" in found.must_not_promise
    assert "Friday 24 October" in found.must_not_promise
    assert "£42.50" not in found.must_mention


@pytest.mark.parametrize(
    "text", [SENT, "We cannot.", "We are sorry: £42.50 comes back on Thursday 23 October.", DRAFT + " Bye."]
)
@pytest.mark.parametrize(
    "draft", [DRAFT, "A full refund, £42.50, and free delivery for life. Call 0161 496 0999.", "Sorry."]
)
def test_the_sent_text_keeps_to_its_own_case(text: str, draft: str) -> None:
    """Whatever is proposed, the reply that the agent sent has what it must have and nothing that it must not."""
    found = made(edit(text, draft))
    assert found.edit is not None
    assert [each for each in found.must_mention if evened(each) not in evened(found.edit.sent)] == []
    assert [each for each in found.must_not_promise if evened(each) in evened(found.edit.sent)] == []
    assert [each for each in found.must_not_promise if evened(each) not in evened(found.edit.draft or "")] == []


@pytest.mark.parametrize(
    ("each", "reason"),
    [
        (edit(DRAFT), "the edit changed nothing"),
        (edit(f"\n {DRAFT.upper()}  "), "the edit changed nothing"),
        (edit(DRAFT.replace("£", "'£'")), "the edit changed nothing"),
        (edit(None, outcome="rejected"), "rejected without a text"),
        (edit(None, outcome="rejected", escalate="safety: call them"), "escalated, without a text"),
        (edit(" \n"), "the text is empty"),
        (edit(SENT + " 12 34 56 78 90 12"), "not certain to hold no personal data: a long number of no known kind"),
        (edit(situation=" "), "situation does not fit a case"),
        (AgentEdit("id-1", "edited", SENT, NOW, NOW, "{}", "{}"), "the stored case cannot be read by this version"),
        (AgentEdit("id-1", "edited", SENT, NOW, NOW, "", "\0"), "the stored case cannot be read by this version"),
    ],
    ids=range(10),
)
def test_what_is_of_no_use_is_dropped(each: AgentEdit, reason: str) -> None:
    """With a reason that holds no word of it."""
    assert dropped(each) == reason


def test_a_draft_that_was_never_shown_is_no_obstacle() -> None:
    """The agent's own text still says what must be mentioned, and is kept."""
    found = made(edit(draft=None))
    assert found.edit is not None
    assert found.edit.draft is None
    assert "Thursday 23 October" in found.must_mention
    assert found.must_not_promise == ()


def test_an_escalated_case_expects_a_person() -> None:
    """Its kind is known, and a draft of it is to be reviewed."""
    found = made(edit(escalate="legal: A person must answer."))
    assert (found.kinds, found.expect.status) == (("legal",), "needs_review")


def test_two_cases_have_other_people() -> None:
    """Not every customer of one import has the same invented name."""
    names = set()
    for number in range(8):
        whole = edit()
        other = replace(whole, draft_id=f"id-{number}")
        names.add(made(other).complaint.customer_name)
    assert len(names) > 3


def test_what_is_evident_makes_the_kind() -> None:
    """Publicity, constraints, long histories and empty contexts; else it is ordinary."""
    context = {
        "brand": "Harbourline Home",
        "agent": {"name": "Maya"},
        "constraints": ["Do not mention other customers."],
        "history": [{"from": "customer", "text": "Hello?"}] * 5,
    }
    given_case = Case.model_validate_json(
        json.dumps({"complaint": {"text": "It broke.", "channel": "review"}, "context": context})
    )
    assert made(edit("Sorry, it broke.", given=given_case)).kinds == (
        "nothing_authorised",
        "public",
        "constraint",
        "long_history",
        "no_follow_up",
    )


def test_a_case_without_a_moment_gets_that_of_its_draft() -> None:
    """Or a replay would depend on the day."""
    context = CASE["context"]
    assert isinstance(context, dict)
    whole = CASE | {"context": {name: value for name, value in context.items() if name != "now"}}
    assert made(edit(given=Case.model_validate_json(json.dumps(whole)))).context.now == NOW


def test_the_id_comes_from_the_content() -> None:
    """The same for any key and day, another one for another text, and no name or brand in it."""
    first = case_of(edit(), KEY, TODAY)
    second = case_of(edit(), b"x" * 32, TODAY + timedelta(days=1))
    assert isinstance(first, Made)
    assert isinstance(second, Made)
    assert first.case.id == second.case.id
    assert first.text != second.text
    assert first.case.id.startswith("kettle-cracked-order-")
    assert made(edit(SENT + " Bye.")).id != first.case.id


@pytest.mark.parametrize("text", ["ÄÖÜ 你好!", "Dana Okafor", "NO!!!", "-", "a" * 20_000])
def test_any_complaint_has_an_id(text: str) -> None:
    """Where it has no telling words, the situation gives some."""
    assert made(edit(given=case(text=text))).id.rsplit("-", 1)[0] == "general"


TEXT = st.text(min_size=1, max_size=80).filter(str.strip)


@settings(max_examples=80, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_every_case_that_is_made_can_be_loaded(complaint: str, draft: str, sent: str) -> None:
    """Whatever characters the texts are made of, the file says the same as the case."""
    found = case_of(edit(sent, draft, given=case(text=complaint, customer_name=draft)), KEY, TODAY)
    if isinstance(found, Made):
        again, _ = parse_as(found.text, EvalCase)
        assert again == found.case


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(text: str) -> None:
    """Nothing in a text is YAML."""
    found = made(edit(given=case(text=f"x {text}")))
    again, _ = parse_as(as_yaml(found), EvalCase)
    assert again.complaint.text.startswith("x ")
    assert again == found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("It's “so”.", "its  so.", True), ("A", "a\n", True), ("a", "b", False), ("10", "100", False), ("a.", "a", False)],
)
def test_same_words(one: str, other: str, same: bool) -> None:  # noqa: FBT001  # a column of the table
    """White space, quotation marks and case are no change; anything else is."""
    assert same_words(one, other) is same


def fill(path: Path, *texts: str, complaints: list[str] | None = None) -> str:
    """A database with an edited draft for each text, and its URL."""
    url = f"sqlite+aiosqlite:///{path}"

    async def run() -> None:
        async with open_database(url) as engine:
            drafts = DraftRepository(engine)
            for number, text in enumerate(texts):
                whole = case(text=complaints[number]) if complaints else case()
                outcome = make_result(f"id-{number}", whole, DRAFT)
                await drafts.add(DEFAULT_TENANT, whole, outcome, (), NOW)
                known = heard(Feedback(outcome="edited", text=text), outcome)
                await drafts.add_feedback(DEFAULT_TENANT, f"id-{number}", known, NOW + timedelta(days=number))

    asyncio.run(run())
    return url


def run_import(*arguments: str) -> Result:
    """`amends eval import` with these arguments."""
    return CliRunner().invoke(import_edits, arguments)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings, to import into."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cases"


pytestmark = pytest.mark.usefixtures("restored_logging")


def test_import_writes_cases_that_load(folder: Path) -> None:
    """Their paths on standard output, the counts on standard error, and no word of a customer on either."""
    url = fill(folder.parent / "a.db", SENT, DRAFT.upper(), SENT + " Bye.")
    done = run_import("--database", url, "--into", str(folder))
    assert done.exit_code == 0
    paths = [Path(line) for line in done.stdout.splitlines()]
    assert sorted(folder.iterdir()) == sorted(paths)
    assert len({load_case(path).id for path in paths}) == 2
    assert "2 cases written, 0 already there, 1 edit dropped" in done.stderr
    assert "1 dropped: the edit changed nothing" in done.stderr
    assert "replaced: name" in done.stderr
    assert "Okafor" not in done.stdout + done.stderr + "".join(path.read_text(encoding="utf-8") for path in paths)


def test_a_second_import_adds_nothing(folder: Path) -> None:
    """Also where somebody gave the case a better name, or changed its texts."""
    url = fill(folder.parent / "a.db", SENT, SENT + " Bye.")
    run_import("--database", url, "--into", str(folder))
    first, second = sorted(folder.iterdir())
    first.rename(folder / f"better-name-{first.stem[-10:]}.yaml")
    text = second.read_text(encoding="utf-8").replace(second.stem, "quite-another")
    second.unlink()
    (folder / "quite-another.yaml").write_text(text, encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = run_import("--database", url, "--into", str(folder))
    assert "0 cases written, 2 already there" in done.stderr
    assert (done.exit_code, done.stdout) == (0, "")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_same_edit_of_two_drafts_is_one_case(folder: Path) -> None:
    """A request that was sent twice makes no second case."""
    url = fill(folder.parent / "a.db", SENT, SENT)
    assert "1 case written, 1 already there" in run_import("--database", url, "--into", str(folder)).stderr


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    """It says what would be written."""
    url = fill(folder.parent / "a.db", SENT)
    done = run_import("--database", url, "--into", str(folder), "--dry-run")
    assert "1 case would be written" in done.stderr
    assert done.stdout.startswith(str(folder))
    assert not folder.exists()


def test_cases_go_to_those_that_are_run(folder: Path) -> None:
    """Unless told otherwise, to where `amends eval run` reads them."""
    url = fill(folder.parent / "a.db", SENT)
    (path,) = run_import("--database", url, "--dry-run").stdout.splitlines()
    assert Path(path).parent == CASES


def test_since_and_limit(folder: Path) -> None:
    """Edits of a day and later, and no more new cases than asked; the next import goes on."""
    url = fill(folder.parent / "a.db", *(f"{SENT} {letter}." for letter in "ABCD"))
    assert (
        "2 cases" in run_import("--database", url, "--into", str(folder), "--since", "2025-10-23", "--dry-run").stderr
    )
    for _ in range(2):
        assert len(run_import("--database", url, "--into", str(folder), "--limit", "1").stdout.splitlines()) == 1
    assert len(list(folder.iterdir())) == 2


def test_the_database_of_the_settings_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an option."""
    monkeypatch.setenv("AMENDS_DATABASE_URL", fill(folder.parent / "a.db", SENT))
    assert "1 case written" in run_import("--into", str(folder)).stderr


def test_a_doubtful_draft_is_named(folder: Path) -> None:
    """So that somebody can look at it, by its id and without its words."""
    url = fill(folder.parent / "a.db", SENT + " 12 34 56 78 90 12")
    done = run_import("--database", url, "--into", str(folder))
    assert done.exit_code == 0
    assert "draft id-0: dropped: not certain to hold no personal data" in done.stderr
    assert not folder.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--database", "sqlite+aiosqlite:///none.db"], 3, "amends: There is no database at none.db."),
        (["--database", "a.db"], 2, "must begin with one of sqlite+aiosqlite://"),
        (["--database", "sqlite:///a.db"], 2, "must begin with"),
        (["--database", "sqlite+aiosqlite:///text.txt"], 3, "not a database"),
        (["--database", "sqlite+aiosqlite:///empty.db"], 3, "is no database of Amends"),
        (["--database", "sqlite+aiosqlite:///a.db", "--into", "text.txt"], 2, "text.txt: it is no folder"),
        (["--since", "yesterday"], 2, "does not match the format"),
        (["--limit", "0"], 2, "range"),
    ],
    ids=range(8),
)
def test_what_cannot_be_read_or_written_is_told(folder: Path, arguments: list[str], code: int, says: str) -> None:
    """In one clear line, and nothing is made."""
    fill(folder.parent / "a.db", SENT)
    (folder.parent / "text.txt").write_text("Dear Sir, " * 100)
    (folder.parent / "empty.db").touch()
    before = {path.name for path in folder.parent.iterdir()}
    done = run_import(*arguments)
    assert done.exit_code == code
    assert says in done.stderr
    assert {path.name for path in folder.parent.iterdir()} - before <= {"a.db-wal", "a.db-shm"}


def test_an_older_database_is_not_migrated(folder: Path) -> None:
    """It is told in one line, with what to do."""
    url = fill(folder.parent / "a.db", SENT)
    with sqlite3.connect(folder.parent / "a.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    done = run_import("--database", url, "--into", str(folder))
    assert (done.exit_code, len(done.stderr.splitlines())) == (3, 1)
    assert "start `amends serve` once" in done.stderr


def test_a_deleted_draft_makes_no_case(folder: Path) -> None:
    """Its feedback went with it."""
    url = fill(folder.parent / "a.db", SENT, SENT + " Bye.")
    with sqlite3.connect(folder.parent / "a.db") as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("DELETE FROM drafts WHERE id = 'id-0'")
    connection.close()
    assert "1 case written" in run_import("--database", url, "--into", str(folder)).stderr


MANY = 40


def started(url: str, folder: Path, start: Path | None = None) -> subprocess.Popen[bytes]:
    """An import in a process of its own."""
    program = "from evals.importing.command import import_edits; import_edits()"
    arguments = ["--database", url, "--into", str(folder)]
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=start or folder.parent,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )


def test_killed_in_the_middle_it_leaves_whole_files(folder: Path) -> None:
    """Whatever is there can be loaded, and the next import adds the rest."""
    url = fill(folder.parent / "a.db", *(f"{SENT} {'x' * number}" for number in range(1, MANY + 1)))
    process = started(url, folder)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=120)
    shown = [path for path in folder.iterdir() if not path.name.startswith(".")]
    assert 0 < len(shown) < MANY
    assert [load_case(path).id for path in shown] == [path.stem for path in shown]
    assert f"{MANY - len(shown)} cases written" in run_import("--database", url, "--into", str(folder)).stderr


def test_a_folder_that_cannot_be_written_is_told(folder: Path) -> None:
    """Nobody, not even root, makes folders in /proc."""
    process = started(fill(folder.parent / "a.db", SENT), Path("/proc/cases"), folder.parent)
    said = process.communicate(timeout=120)[1].decode()
    assert (process.returncode, said) == (3, "amends: /proc/cases: No such file or directory\n")


def test_two_at_once_make_each_case_once(folder: Path) -> None:
    """Both write the same names, and every file is whole."""
    url = fill(folder.parent / "a.db", *(f"{SENT} {'x' * number}" for number in range(1, 6)))
    processes = [started(url, folder) for _ in range(2)]
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    assert len([load_case(path) for path in folder.iterdir()]) == 5


def test_a_large_case_takes_no_long_time() -> None:
    """A case of the largest size is made in seconds."""
    began = time.process_time()
    case_of(edit(SENT * 150, DRAFT * 190, given=case(text=(COMPLAINT + "\n") * 200)), KEY, TODAY)
    assert time.process_time() - began < 20
