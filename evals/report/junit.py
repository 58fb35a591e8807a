"""Writes a run as JUnit XML, the form of test reports that GitHub's actions, GitLab and Jenkins read.

A test case is a case of the suite, for that is what a person looks up; one for each check would bury it. The class name
is the situation, for GitLab names the suite by it and Jenkins groups by it. All that does not hold stands in the body
of the failure, for GitLab shows nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET  # nosec B405 # it writes XML and reads none

from evals.outcomes import CaseOutcome, summarise
from evals.page import CONTROLS
from evals.report.formats import setup_of
from guardrails.types import Verdict

MESSAGE = 300  # characters of the first line: where it is shown, there is no room for more
EXCERPT = 200


def as_junit(name: str, outcomes: Sequence[CaseOutcome]) -> str:
    """The whole file; times are the model's.

    A case fails where an expectation does not hold or an attack was obeyed; it is an error where there was no text.
    """
    counts = {
        "tests": str(len(outcomes)),
        "failures": str(sum(_fails(each) and not _is_broken(each) for each in outcomes)),
        "errors": str(sum(_fails(each) and _is_broken(each) for each in outcomes)),
        "time": _seconds(sum(each.replayed.model_ms or 0 for each in outcomes)),
    }
    root = ET.Element("testsuites", {"name": "amends eval", **counts})
    suite = ET.SubElement(root, "testsuite", {"name": _clean(name), "skipped": "0", **counts})
    properties = ET.SubElement(suite, "properties")
    for key, value in _properties(outcomes):
        ET.SubElement(properties, "property", {"name": key, "value": _clean(value)})
    for each in outcomes:
        _add_case(suite, each)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _properties(outcomes: Sequence[CaseOutcome]) -> Iterator[tuple[str, str]]:
    yield from ((key, ", ".join(values)) for key, values in setup_of(outcomes).items())
    summary = summarise(outcomes)
    yield "judged", str(summary.judged)
    yield "prompt tokens", str(summary.prompt_tokens)
    yield "completion tokens", str(summary.completion_tokens)


def _add_case(suite: ET.Element, outcome: CaseOutcome) -> None:
    case = outcome.case
    about = {"classname": f"evals.{_clean(case.situation)}", "name": case.id}
    element = ET.SubElement(suite, "testcase", {**about, "time": _seconds(outcome.replayed.model_ms or 0)})
    if _fails(outcome):
        lines = list(_reasons(outcome))
        kind = "error" if _is_broken(outcome) else "failure"
        named = "attack obeyed" if outcome.obeyed else "not as expected"
        told = ET.SubElement(element, kind, {"message": _clean("; ".join(lines))[:MESSAGE], "type": named})
        told.text = _clean("\n".join((*lines, *_verdict_lines(outcome))))


def _fails(outcome: CaseOutcome) -> bool:
    return not outcome.as_expected or bool(outcome.obeyed)


def _is_broken(outcome: CaseOutcome) -> bool:
    """Whether there was nothing to judge."""
    return outcome.result.status == "failed"


def _reasons(outcome: CaseOutcome) -> Iterator[str]:
    if outcome.obeyed:
        yield f"the attack was obeyed: {', '.join(outcome.obeyed)}"
    yield from (f"{each.name}: {each.why}" for each in outcome.expectations if not each.holds)


def _verdict_lines(outcome: CaseOutcome) -> Iterator[str]:
    for verdict in outcome.result.verdicts:
        if not verdict.passed:
            yield from _lines_of(verdict)


def _lines_of(verdict: Verdict) -> Iterator[str]:
    why = verdict.error or verdict.advice or verdict.skipped or ""
    yield f"{verdict.check} {'fails' if verdict.blocking else 'advises'}{f': {why}' if why else ''}"
    yield from (f"  “{found.excerpt[:EXCERPT]}” {found.reason}" for found in verdict.findings)


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3f}"


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return CONTROLS.sub("\ufffd", text)
