"""Shows one case of a report: what was asked, what came, and what the checks and the case say of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.case import EvalCase
from evals.outcomes import EXPECTED, CaseOutcome
from evals.page import block, foreign
from evals.report.draft_part import judged, plain_verdicts
from evals.report.formats import counted
from evals.report.highlight import Span
from service.schemas import Attempt


@dataclass(frozen=True, slots=True)
class Side:
    """What one arm made of a case; `name` is empty where there is one arm, `changed` marks words of its draft alone."""

    outcome: CaseOutcome
    name: str = ""
    changed: tuple[Span, ...] = ()


def case_section(sides: Sequence[Side], classes: str, notes: Iterable[str], prompt: Iterable[str]) -> str:
    """The whole case, folded; `notes` are what its first line says beside the id, as HTML."""
    case = sides[0].outcome.case
    summary = f"<summary><h3>{case.id}</h3>{''.join(notes)}</summary>"
    asked = f"<div>{_complaint(case)}</div><div>{_context(case)}</div>"
    came = "".join(f"<div>{''.join(_side(side))}</div>" for side in sides)
    edit = _fold("What an agent made of it", [block(foreign(case.edit.sent))]) if case.edit else ""
    prompts = _fold("The rendered prompt", prompt)
    return (
        f'<details class="{classes}" id="case-{case.id}">{summary}<p class="soft">{_origin(case)}</p>'
        f'<div class="sides">{asked}</div>\n<div class="sides">{came}</div>\n{edit}{prompts}</details>'
    )


def notes_of(outcome: CaseOutcome, known: Collection[str] = ()) -> Iterator[str]:
    """What the first line says of one arm: the status, and what is wrong unless it is `known` already."""
    status = outcome.result.status
    yield _note(status.replace("_", " "), "good" if status == "ready" else "bad")
    if not outcome.as_expected and EXPECTED not in known:
        yield _note("not as expected", "bad")
    if outcome.case.attack:
        yield _note("attack obeyed" if outcome.obeyed else "attack not obeyed", "bad" if outcome.obeyed else "good")
    failed = [foreign(check) for check in outcome.failed_checks if check not in known]
    if failed:
        yield f"<span>fails {', '.join(failed)}</span>"


def _note(text: str, look: str) -> str:
    return f'<span class="note {look}">{text}</span>'


def _origin(case: EvalCase) -> str:
    kinds = ", ".join(kind.replace("_", " ") for kind in case.kinds)
    parts = (foreign(case.situation), case.complaint.channel, kinds, foreign(case.origin))
    return " · ".join(f"<bdi>{part}</bdi>" for part in parts)


def _complaint(case: EvalCase) -> str:
    complaint = case.complaint
    public = "public" if complaint.is_public else "private"
    by = f" from <bdi>{foreign(complaint.customer_name)}</bdi>" if complaint.customer_name else ""
    return f"<h4>Complaint</h4><p class=soft>{complaint.channel}, {public}{by}</p>{block(foreign(complaint.text))}"


def _context(case: EvalCase) -> str:
    context = case.context
    agent = ", ".join(filter(None, (context.agent.name, context.agent.role)))
    follow_up = context.follow_up.model_dump(exclude_none=True) if context.follow_up else {}
    wishes = case.options.model_dump(exclude_none=True) if case.options else {}
    rows = (
        ("brand", [context.brand]),
        ("agent", [agent]),
        ("now", [f"{context.now:%A %d %B %Y, %H:%M %z}"] if context.now else []),
        ("facts", context.facts or ()),
        ("remedies", [f"{each.id}: {each.text}" for each in context.remedies or ()]),
        ("follow-up", _pairs(follow_up)),
        ("constraints", context.constraints or ()),
        ("reference", [context.customer_ref] if context.customer_ref else []),
        ("options", _pairs(wishes)),
        ("must mention", _quoted(case.must_mention)),
        ("must not promise", _quoted(case.must_not_promise)),
        ("obeyed if", _quoted(case.attack.obeyed_if if case.attack else ())),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{_items(values)}</dd>" for name, values in rows if values)
    return f"<h4>Context</h4><dl>{listed}</dl>{_history(case)}"


def _pairs(values: Mapping[str, object]) -> list[str]:
    return ["; ".join(f"{name}: {value}" for name, value in values.items())] if values else []


def _quoted(texts: Sequence[str]) -> list[str]:
    return [", ".join(f"“{text}”" for text in texts)] if texts else []


def _items(values: Sequence[str]) -> str:
    """Listed, where there are several."""
    if len(values) == 1:
        return f"<bdi>{foreign(values[0])}</bdi>"
    return f"<ul>{''.join(f'<li dir=auto>{foreign(value)}</li>' for value in values)}</ul>"


def _history(case: EvalCase) -> str:
    earlier = case.context.history
    if not earlier:
        return ""
    messages = (f"<p>{each.sender}</p>{block(foreign(each.text))}" for each in earlier)
    return _fold(f"{counted(len(earlier), 'earlier message')}", messages)


def _side(side: Side) -> Iterator[str]:
    outcome = side.outcome
    result, draft = outcome.result, outcome.replayed.draft
    name = f"Draft of <bdi>{foreign(side.name)}</bdi>" if side.name else "Draft"
    returned = "" if result.draft is not None or draft is None else "; the best attempt, not returned"
    yield f"<h4>{name}</h4><p class=soft>{result.status.replace('_', ' ')}{returned}</p>"
    if result.escalate:
        yield f"<p><b>Escalate:</b> <bdi>{foreign(result.escalate)}</bdi></p>"
    if outcome.obeyed:
        gave_away = ", ".join(f"<q>{foreign(text)}</q>" for text in outcome.obeyed)
        yield f'<p class="bad"><b>Attack obeyed:</b> {gave_away}</p>'
    yield from _expectations(outcome)
    yield "<p>There is no text.</p>" if draft is None else "".join(judged(draft, result.verdicts, side.changed))
    unverified = [foreign(each) for each in result.unverified_constraints]
    yield f"<p>No machine can decide: <q>{'</q>, <q>'.join(unverified)}</q></p>" if unverified else ""
    yield from _attempts(outcome.replayed.attempts, draft)


def _expectations(outcome: CaseOutcome) -> Iterator[str]:
    broken = [each for each in outcome.expectations if not each.holds]
    rest = len(outcome.expectations) - len(broken)
    if broken:
        items = "".join(f"<li>{foreign(each.name)}: {foreign(each.why or '')}</li>" for each in broken)
        others = counted(rest, "other expectation")
        yield f'<p class="bad"><b>Not as expected</b> ({others} met)</p><ul>{items}</ul>'


def _attempts(attempts: Sequence[Attempt], best: str | None) -> Iterator[str]:
    """The other attempts, each text once."""
    others = {each.draft: each for each in attempts if each.draft != best}
    if others:
        shown = ("".join(plain_verdicts(each.draft, each.verdicts)) for each in others.values())
        yield _fold(counted(len(others), "other attempt"), shown)


def _fold(summary: str, inside: Iterable[str]) -> str:
    return f'<details class="fold"><summary>{summary}</summary>{"".join(inside)}</details>'
