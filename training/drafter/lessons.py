"""Renders pairs as the messages that the service sends: `python -m training.drafter.lessons PAIRS.jsonl ...`."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

from guardrails.complaint_model.reader import OnnxComplaintModel
from guardrails.types import Contract, Draft, Verdict
from service.checking import PolicyChecks
from service.model import Message
from service.prompts import EMBEDDED_MODEL, Ask, PromptLibrary, load_prompts
from service.schemas import Case, Options
from service.settings import Settings, read_environment
from service.situations import SituationReader
from service.wiring.drafting import make_checks
from service.wiring.files import PROMPTS

TOKENS = 1800  # of one prompt, estimated: more would be cut at run time too


class Flawed(Contract):
    """A draft with faults, the checks that it fails, and why."""

    draft: str
    fails: tuple[str, ...]
    why: str


class Pair(Contract):
    """A case with the reply that it deserves, and drafts that were not good enough.

    `plain` says the same as `reply` in short sentences and the case's own words: what a small model can learn.
    """

    id: str
    industry: str
    kind: str
    situation: str
    case: Case
    reply: str
    plain: str | None = None
    flawed: tuple[Flawed, ...] = ()
    escalate: str | None = None  # the kind, where a person must answer: no reply is learnt


def read_pairs(paths: Iterable[Path]) -> list[Pair]:
    """Every pair of the files.

    Raises:
        ValueError: a line is no pair.
    """
    return [
        Pair.model_validate_json(line)
        for path in paths
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def corrected(pairs: Iterable[Pair], path: Path) -> list[Pair]:
    """The pairs of which the drafter's own draft was corrected, with the correction as what is learnt.

    Raises:
        KeyError: a correction belongs to none of the pairs.
    """
    known = {pair.id: pair for pair in pairs}
    found: list[Pair] = []
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        flawed = (Flawed(draft=row["draft"], fails=(), why=""),) if row["draft"] != row["reply"] else ()
        changes = {"id": f"{row['id']}/corrected", "plain": row["reply"], "flawed": flawed}
        found.append(known[row["id"]].model_copy(update=changes))
    return found


async def lessons(
    pair: Pair, prompts: PromptLibrary, checks: PolicyChecks, reader: SituationReader
) -> AsyncIterator[dict[str, object]]:
    """The pair as a first draft, and as a revision of each flawed draft in which the checks find a fault."""
    if pair.escalate or pair.plain is None:
        return
    ask = asked(pair, prompts, reader)
    yield lesson(pair, "reply", prompts.reply(ask).messages)
    for number, flawed in enumerate(pair.flawed):
        verdicts = await found(pair, ask, flawed.draft, checks)
        if any(verdict.blocking and not verdict.passed for verdict in verdicts):
            yield lesson(pair, f"revise-{number}", prompts.revise(ask, flawed.draft, verdicts).messages)


def asked(pair: Pair, prompts: PromptLibrary, reader: SituationReader) -> Ask:
    """What the service would ask for this case."""
    options = pair.case.options or Options()
    now = pair.case.context.now
    if now is None:
        raise ValueError(f"{pair.id}: a training case needs context.now")
    return Ask(
        complaint=pair.case.complaint,
        context=pair.case.context,
        now=now,
        situation=prompts.find_situation(pair.case.complaint, pair.case.context, options.situation, reader),
        token_budget=TOKENS,
        tone=options.tone,
        max_words=options.max_words,
        instruction=options.instruction,
    )


async def found(pair: Pair, ask: Ask, draft: str, checks: PolicyChecks) -> Sequence[Verdict]:
    """The verdicts on a draft of this pair."""
    text = Draft.reply_to(pair.case.complaint, pair.case.context, draft, ask.now, max_words=ask.max_words)
    return (await checks.run("default", text)).verdicts


def lesson(pair: Pair, form: str, messages: Sequence[Message]) -> dict[str, object]:
    """One lesson as it is written."""
    return {
        "id": f"{pair.id}/{form}",
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "reply": pair.plain,
    }


async def write_lessons(paths: Sequence[Path], corrections: Path | None, settings: Settings) -> None:
    """Write the lessons of all pairs to standard output, one per line, then those of the corrections."""
    prompts = load_prompts(PROMPTS, EMBEDDED_MODEL)
    checks = make_checks(settings)
    reader = OnnxComplaintModel().situations
    pairs = read_pairs(paths)
    for pair in (*pairs, *(corrected(pairs, corrections) if corrections else ())):
        async for each in lessons(pair, prompts, checks, reader):
            print(json.dumps(each, ensure_ascii=False))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--corrections", type=Path, help="JSON Lines of id, draft and reply")
    arguments = parser.parse_args()
    asyncio.run(write_lessons(arguments.pairs, arguments.corrections, read_environment()))
