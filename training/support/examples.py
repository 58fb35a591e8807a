"""Drafts with the words that nothing supports: those of the pairs, of their readers, our own, and of evals/labels."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from guardrails.types import Complaint, Context, Draft

CHECKS = ("grounding", "remedies")
HELD_OUT = 3  # one case in so many of evals/labels/exact.jsonl is never trained on
PAIRS = Path(__file__).parents[1] / "drafter" / "pairs"
HERE = Path(__file__).parent
MARK = re.compile(r"\{(?P<checks>[gr]{1,2})\|(?P<words>[^{}]*)\}")
Span = tuple[int, int, int]  # check, start, end


@dataclass(frozen=True, slots=True)
class Example:
    """One draft. `faulty` says of each check whether it fails (None: not known); `spans` are the words at fault."""

    id: str
    draft: Draft
    faulty: tuple[bool | None, bool | None]
    spans: tuple[Span, ...] = ()
    open_spans: tuple[Span, ...] = ()  # words of which the check's label is not known
    origin: str = "flawed"


def pairs(writers: str) -> Iterator[Example]:
    """Replies, plain replies, originals that a reader corrected, and flawed drafts of these writers."""
    marks = {row["id"]: row["spans"] for row in rows(HERE / "marks.jsonl")}
    originals = {row["id"]: row for row in rows(HERE / "originals.jsonl")}
    for path in sorted(PAIRS.glob("*.jsonl")):
        for row in rows(path):
            if row["id"][0] in writers:
                yield from of_pair(row, originals.get(f"{row['id']}/first"), marks)


def of_pair(row: dict, original: dict | None, marks: dict) -> Iterator[Example]:
    """All the drafts of one case."""
    for kind, origin in (("reply", "good"), ("plain", "plain")):
        if row[kind]:
            yield Example(f"{row['id']}/{kind}", draft_of(row["case"], row[kind]), (False, False), origin=origin)
    if original:
        text = original["draft"]
        faulty = tuple(check in original["fails"] for check in CHECKS)
        yield Example(original["id"], draft_of(row["case"], text), faulty, placed(text, original["spans"]), (), "first")
    for number, flawed in enumerate(row["flawed"]):
        name, text = f"{row['id']}/{number}", flawed["draft"]
        spans = placed(text, marks.get(name, ()))
        listed = (check in flawed["fails"] for check in CHECKS)
        faulty = tuple(
            True if any(check == index for check, _, _ in spans) else (None if told and name in marks else told)
            for index, told in enumerate(listed)
        )
        yield Example(name, draft_of(row["case"], text), faulty, spans)


def placed(text: str, marks: list[dict]) -> tuple[Span, ...]:
    """Where the quoted words stand."""
    return tuple(
        (CHECKS.index(each["check"]), text.find(each["text"]), text.find(each["text"]) + len(each["text"]))
        for each in marks
        if each["text"] in text
    )


def exact(path: Path, *, held: bool = False) -> Iterator[Example]:
    """The drafts of evals/labels with contexts."""
    for row in rows(path):
        if (int(hashlib.sha256(row["case"].encode()).hexdigest(), 16) % HELD_OUT == 0) != held:
            continue
        text = row["draft"]
        told = [{"check": name, "text": words} for name in CHECKS for words in row["evidence"][name]]
        faulty = tuple(not row["labels"][name] for name in CHECKS)
        yield Example(row["id"], draft_of(row, text), faulty, placed(text, told), origin="exact")


def own(path: Path) -> Iterator[Example]:
    """Drafts of our own with marks such as {g|words} or {gr|words}, over cases of our own or of the pairs."""
    cases = {row["id"]: row["case"] for each in sorted(PAIRS.glob("*.jsonl")) for row in rows(each)}
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        case = cases[entry["case"]] if isinstance(entry["case"], str) else entry["case"]
        name = entry["case"] if isinstance(entry["case"], str) else entry["id"]
        for number, marked in enumerate(entry["drafts"]):
            text, spans = unmarked(marked)
            faulty = tuple(any(check == index for check, _, _ in spans) for index in range(len(CHECKS)))
            yield Example(f"{path.stem}/{name}/{number}", draft_of(case, text), faulty, spans, (), "own")


def unmarked(marked: str) -> tuple[str, tuple[Span, ...]]:
    """The text without its marks, and where they stood."""
    text, spans, at = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[at : match.start()]
        spans += [
            ("gr".index(check), len(text), len(text) + len(match.group("words"))) for check in match.group("checks")
        ]
        text += match.group("words")
        at = match.end()
    return text + marked[at:], tuple(spans)


def draft_of(case: dict, text: str) -> Draft:
    """The draft as a check is given it."""
    complaint = Complaint.model_validate_json(json.dumps(case["complaint"], default=str))
    context = Context.model_validate_json(json.dumps(case["context"], default=str))
    return Draft.reply_to(complaint, context, text, context.now)


def rows(path: Path) -> Iterator[dict]:
    """The rows of a file of JSON lines."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)
