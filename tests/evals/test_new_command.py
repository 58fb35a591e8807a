"""`amends eval new` writes a case that says what is still missing, and never writes over one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evals.case import load_case
from evals.cli import evaluate
from service.errors import InputError


def new(folder: Path, *arguments: str) -> Result:
    """`amends eval new` in this folder."""
    return CliRunner().invoke(evaluate, ["new", *arguments, "--cases", str(folder)])


def test_the_template_is_a_case_once_it_is_filled_in(tmp_path: Path) -> None:
    """Before that, the loader names the line of the first gap."""
    done = new(tmp_path, "late-parcel", "--channel", "chat", "--situation", "wrong_or_late_order")
    assert done.exit_code == 0
    path = Path(done.stdout.strip())
    with pytest.raises(InputError, match=r"late-parcel\.yaml: line 2: origin: "):
        load_case(path)
    text = path.read_text(encoding="utf-8").replace('""', "Maya").replace("  text: |\n", "  text: |\n    It is late.\n")
    path.write_text(text, encoding="utf-8")
    case = load_case(path)
    assert (case.id, case.complaint.channel, case.situation) == ("late-parcel", "chat", "wrong_or_late_order")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Late parcel",), "Late parcel: an id is lower-case words"),
        (("../late",), "../late: an id is lower-case words"),
        (("late", "--channel", "fax"), "'fax' is not one of"),
        (("late", "--situation", "nowhere"), "'nowhere' is not one of"),
    ],
)
def test_what_is_no_case_is_refused(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    """In one line, and nothing is written."""
    done = new(tmp_path, *arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_case_is_never_written_over(tmp_path: Path) -> None:
    """It may be somebody's work."""
    (tmp_path / "late.yaml").write_text("mine", encoding="utf-8")
    done = new(tmp_path, "late")
    assert (done.exit_code, "there is a case of this name already" in done.stderr) == (2, True)
    assert (tmp_path / "late.yaml").read_text(encoding="utf-8") == "mine"
    assert new(tmp_path / "gone", "late").exit_code == 2
