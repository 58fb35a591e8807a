"""The comparison of checks with readers, as text and as JSON."""

from __future__ import annotations

import json

import pytest

from evals.agreement import report
from evals.figures import Report
from evals.guardrails_report import as_json, as_text, printable
from tests.evals.labelled_drafts import HOSTILE, make_finding, make_row, make_verdict


def sample(text: str = "We are sorry.", *, misses: int = 5) -> Report:
    """Six drafts with both kinds of labels; one bad apology is missed."""
    rows = [
        make_row({"apology": level, "grounding": level > 0}, id=f"r-{number}", draft=text, evidence={"apology": text})
        for number, level in enumerate((0, 1, 2, 3, 2, 2))
    ]
    finding = make_finding(text, text[:3], reason=text)
    verdicts = [
        {
            "apology": make_verdict("apology", level, score=level / 3, findings=(finding,)),
            "grounding": make_verdict("grounding", passed=True),
        }
        for level in (0, 2, 2, 3, 2, 2)
    ]
    return report("f.jsonl", rows, verdicts, misses)


def test_the_table_has_a_line_for_each_check() -> None:
    """With a dash for every figure that these labels or this check do not define."""
    lines = as_text(sample()).splitlines()
    apology, grounding = (line.split() for line in lines if line.startswith(("apology  ", "grounding  ")))
    assert apology[:4] == ["apology", "6", "2", "0.778"]
    assert apology[6:] == ["1.00", "0.50", "0.67", "0.80", "1.00", "0.89", "0.50", "0.50", "0.056"]
    assert grounding[:4] == ["grounding", "6", "1", "0.455"]
    assert grounding[6:] == ["-", "0.00", "0.00", "0.83", "1.00", "0.91", "-", "-", "-"]


def test_columns_stand_under_their_heads() -> None:
    """The last head and the last figure begin at the same place."""
    head, apology, *_ = as_text(sample()).splitlines()[3:]
    assert head.index("R@1%") == apology.rindex("0.50  0.50")
    assert head.index("ECE") == apology.rindex("0.056")
    assert head.index("F1    passing") == apology.index("0.67")
    assert max(len(line) for line in (head, apology)) <= 120


def test_each_check_shows_confusion_and_worst_misses() -> None:
    """With the texts, and what both sides say of them."""
    text = as_text(sample())
    assert "apology: each draft by itself" in text
    assert "                1       0       0       1       0\n" in text
    assert "worst 1 of 1 misses:" in text
    assert "r-1: missed failure; label 1, verdict 2 (probability of passing 0.67)" in text
    assert "draft:     We are sorry." in text
    assert "check:     “We” We are sorry." in text
    assert "readers:   “We are sorry.”" in text
    assert "r-0: missed failure; readers pass it: no; check: yes" in text


def test_misses_may_be_left_out() -> None:
    """Their number stands in the JSON all the same."""
    found = sample(misses=0)
    assert "misses:" not in as_text(found)
    assert [check["miss_count"] for check in json.loads(as_json(found))["checks"]] == [1, 1]


def test_a_terminal_gets_no_commands() -> None:
    """Texts are others' work: they stand on their own line and command nothing."""
    text = as_text(sample(HOSTILE))
    assert not {char for char in text if not char.isprintable()} - {"\n"}
    assert "😀" in text
    assert r"\x1b[2J" in text


@pytest.mark.parametrize(
    ("text", "shown"), [("a\x1b[0m", r"a\x1b[0m"), ("\u202ex", r"\u202ex"), ("👩\u200d🚀 é", "👩\u200d🚀 é")]
)
def test_foreign_text_is_made_printable(text: str, shown: str) -> None:
    """Emoji stay whole."""
    assert printable(text) == shown


def test_long_texts_are_cut_in_a_terminal_alone() -> None:
    """And the cut says how much is missing."""
    found = sample("x" * 20_000)
    assert "… (19,000 more characters)" in as_text(found)
    assert max(map(len, as_text(found).splitlines())) < 2_200
    assert json.loads(as_json(found))["checks"][0]["misses"][0]["draft"] == "x" * 20_000


def test_the_json_has_every_figure() -> None:
    """To four decimals, null where there is none, and in characters rather than escapes."""
    text = as_json(sample("Größe 😀"))
    assert "Größe 😀" in text
    data = json.loads(text)
    assert (data["file"], data["drafts"], data["unknown_labels"]) == ("f.jsonl", 6, [])
    apology, grounding = data["checks"]
    assert (apology["check"], apology["n"], apology["failures"], apology["macro_f1"]) == ("apology", 6, 2, 0.7778)
    assert apology["table"] == {"passed": 4, "alarms": 0, "missed": 1, "caught": 1}
    assert apology["failing"]["recall"] == {
        "part": 1,
        "whole": 2,
        "value": 0.5,
        "interval": {"low": 0.0945, "high": 0.9055},
    }
    assert [each["false_alarms"] for each in apology["scores"]["recall_at"]] == [0.01, 0.05]
    assert apology["confusion"]["counts"][1] == [0, 0, 1, 0]
    assert apology["misses"][0]["findings"][0]["excerpt"] == "Grö"
    assert (grounding["scores"], grounding["failing"]["precision"]) == (None, None)


def test_the_same_drafts_give_the_same_report() -> None:
    """Nothing is drawn by chance, and no clock is read."""
    assert as_json(sample()) == as_json(sample())
