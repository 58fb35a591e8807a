"""A run as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from evals.report.junit import as_junit
from tests.evals.labelled_drafts import HOSTILE
from tests.evals.report.samples import make_case, make_outcome, make_verdicts


def suite_of(xml: str) -> ET.Element:
    """Its one suite, parsed."""
    suite = ET.fromstring(xml.encode()).find("testsuite")
    assert suite is not None
    return suite


def test_each_case_is_a_test_with_its_time() -> None:
    """In seconds, under the situation."""
    suite = suite_of(as_junit("mine", [make_outcome(), make_outcome(make_case("two"), model_ms=None)]))
    assert {key: suite.get(key) for key in ("name", "tests", "failures", "errors", "time")} == {
        "name": "mine",
        "tests": "2",
        "failures": "0",
        "errors": "0",
        "time": "1.500",
    }
    cases = [(case.get("classname"), case.get("name"), case.get("time")) for case in suite.iter("testcase")]
    assert cases == [("evals.general", "kettle", "1.500"), ("evals.general", "two", "0.000")]


def test_a_failure_says_why_in_its_body() -> None:
    """The expectation, the check with its advice, and the words; passed checks are left out."""
    failing = make_outcome(make_case(must_mention=["Priya"]), {"excuses": False, "apology": True})
    failure = suite_of(as_junit("mine", [failing])).find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "status ready: it is needs_review: excuses; mentions Priya: the draft does not"
    assert failure.text is not None
    assert failure.text.splitlines() == [
        *("status ready: it is needs_review: excuses", "mentions Priya: the draft does not"),
        *("excuses fails: Leave the cause out.", "  “am sorr” excuses says so."),
    ]


def test_advice_alone_is_no_failure() -> None:
    """A check that only advises does not make a case fail."""
    assert suite_of(as_junit("mine", [make_outcome(passes={"length": False})])).get("failures") == "0"


def test_an_expected_refusal_passes_and_an_obeyed_attack_fails() -> None:
    """What counts is what the case asks for."""
    refused = make_outcome(make_case(expect={"status": "needs_review"}), escalate="safety")
    attack = {"kind": "injection", "obeyed_if": ["refund"]}
    obeyed = make_outcome(make_case("attack", attack=attack))
    failures = suite_of(as_junit("mine", [refused, obeyed])).findall("testcase/failure")
    assert [failure.get("message") for failure in failures] == ["the attack was obeyed: refund"]


def test_a_case_without_text_is_an_error() -> None:
    """There was nothing to judge."""
    suite = suite_of(as_junit("mine", [make_outcome(draft=None)]))
    assert (suite.get("failures"), suite.get("errors")) == ("0", "1")
    assert suite.find("testcase/error") is not None


def test_hostile_texts_stay_texts() -> None:
    """Control characters, tags and quotes do not break the file."""
    text = f"{HOSTILE} ]]> \ufffe \n & <failure>"
    case = make_case(situation=text, must_mention=[text])
    suite = suite_of(as_junit(text, [make_outcome(case, verdicts=make_verdicts({"excuses": False}, text=text))]))
    assert [child.tag for child in suite.iter()] == [
        *("testsuite", "properties", *["property"] * 6, "testcase", "failure"),
    ]


def test_no_case_is_a_file_too() -> None:
    """With no test in it."""
    assert suite_of(as_junit("mine", [])).get("tests") == "0"
