"""Shows a draft with the words that checks point at, and below it what they say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evals.outcomes import AT_MOST
from evals.page import block, foreign
from evals.report.highlight import Span, marked
from guardrails.types import Verdict, VerdictFinding

FAULT, PROOF = "fault", "proof"
EXCERPT = 80  # characters of the words themselves that are said again beside the reason


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict with its findings under the numbers that they have in the draft."""

    verdict: Verdict
    findings: tuple[tuple[int, VerdictFinding], ...]


def judged(draft: str, verdicts: Sequence[Verdict], changed: Iterable[Span] = ()) -> Iterator[str]:
    """The draft with every finding; then what fails, and more quietly what passes and by which words."""
    told = _numbered(verdicts)
    yield block(marked(draft, [*changed, *_spans(told)]))
    yield _fails(each for each in told if not each.verdict.passed)
    yield _passes(each for each in told if each.verdict.passed)


def plain_verdicts(draft: str, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The draft with the faults alone, and what they are."""
    told = _numbered([verdict for verdict in verdicts if not verdict.passed])
    yield block(marked(draft, _spans(told)))
    yield _fails(told)


def _numbered(verdicts: Sequence[Verdict]) -> list[Told]:
    """What fails first."""
    told: list[Told] = []
    number = 0
    for verdict in sorted(verdicts, key=lambda each: each.passed):
        numbered = tuple(enumerate(verdict.findings, start=number + 1))
        number += len(numbered)
        told.append(Told(verdict, numbered))
    return told


def _spans(told: Iterable[Told]) -> list[Span]:
    return [
        Span(found.start, found.end, PROOF if each.verdict.passed else FAULT, number)
        for each in told
        for number, found in each.findings
    ]


def _fails(told: Iterable[Told]) -> str:
    items = "".join(f"<li>{''.join(_fault(each))}</li>" for each in told)
    return f'<ul class="fails">{items}</ul>' if items else ""


def _fault(told: Told) -> Iterator[str]:
    verdict = told.verdict
    blocks = "" if verdict.blocking else ", but only advises"
    yield f"<b>{foreign(verdict.check)}</b> fails{blocks}{_level(verdict)}"
    why = (verdict.error and f"the check broke: {verdict.error}", verdict.skipped and f"skipped: {verdict.skipped}")
    yield from (f"<p>{foreign(text)}</p>" for text in (*why, verdict.advice) if text)
    for number, found in told.findings:
        words = foreign(_clipped(found.excerpt))
        yield f'<p><span class="n">{number}</span> <q>{words}</q> {foreign(found.reason)}</p>'


def _passes(told: Iterable[Told]) -> str:
    """Those with evidence by themselves, the others in one line."""
    shown = list(told)
    items = [f"{_pass(each)}{''.join(_evidence(each))}" for each in shown if each.findings]
    bare = "; ".join(_pass(each) for each in shown if not each.findings)
    items += [f"Without evidence to show: {bare}"] if bare else []
    return f'<ul class="passes">{"".join(f"<li>{item}</li>" for item in items)}</ul>' if items else ""


def _pass(told: Told) -> str:
    verdict = told.verdict
    parts = (
        f"{verdict.check} passes{_level(verdict)}",
        verdict.skipped and f"skipped: {verdict.skipped}",
        verdict.advice,
    )
    return foreign(", ".join(part for part in parts if part))


def _evidence(told: Told) -> Iterator[str]:
    for number, found in told.findings:
        yield f' <span class="n">{number}</span> {foreign(found.reason)}'


def _level(verdict: Verdict) -> str:
    if verdict.level is None:
        return ""
    bound = "at most" if verdict.check in AT_MOST else "at least"
    return f", level {verdict.level} ({bound} {verdict.limit})"


def _clipped(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"
