"""Gathers labelled drafts and splits them: what is trained on, what calibrates, and what is only tested on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LABELS = Path(__file__).parents[1] / "evals" / "labels"
# Each property's number of levels above 0, in the order of the model's outputs; see checks.md.
PROPERTIES = {"apology": 3, "excuses": 2, "solution": 2, "follow_up": 3, "acknowledgement": 2, "tone": 2}
# A level 0 of these is an absence: nothing in the draft is evidence for it.
ABSENCES = frozenset({"apology", "excuses", "solution", "follow_up"})
Part = Literal["train", "calibrate", "test"]
TRAINABLE = ("Apache-2.0", "CC0-1.0")
TESTED = 4  # one group in so many is only tested on
CALIBRATING = 9  # of the others one in so many calibrates
# Drafts written after the misses on some real replies had been read: never in cross-validation, and only trained on.
AFTER_MISSES = "qa-"
FOLDS = 5  # of the brands of real replies, for cross-validation


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled draft. `group` is what must not be split: a brand of real replies, or a case of our own."""

    id: str
    group: str
    complaint: str
    draft: str
    labels: dict[str, int]
    evidence: dict[str, str | None]
    unsure: frozenset[str]
    ours: bool
    trainable: bool

    @property
    def part(self) -> Part:
        """What the example is for; adding data never moves a group. Real replies are tested by cross-validation too."""
        if not self.ours:
            return "train" if self.trainable else "test"
        number = int(hashlib.sha256(self.group.encode()).hexdigest(), 16)
        if number % TESTED == 0:
            return "test"
        return "calibrate" if number // TESTED % CALIBRATING == 0 else "train"

    @property
    def lifelike(self) -> bool:
        """Whether it is a real reply, or written in the voice of one."""
        return not self.ours or self.id.startswith(AFTER_MISSES)

    @property
    def fold(self) -> int:
        """Which part of the brands this one is of, in cross-validation."""
        return int(hashlib.sha256(f"fold{self.group}".encode()).hexdigest(), 16) % FOLDS


def our_drafts(labels: Path) -> Iterator[Example]:
    """The drafts of evals/labels, of our own writing."""
    for row in _rows(sorted(labels.glob("drafts-*.jsonl"))):
        yield Example(
            id=row["id"],
            group=row["case"],
            complaint=row["complaint"],
            draft=row["draft"],
            labels=row["labels"],
            evidence=row["evidence"],
            unsure=frozenset(row.get("unsure", ())),
            ours=True,
            trainable=True,
        )


def real_replies(data: Path, labels: Path) -> Iterator[Example]:
    """Real replies, whose texts stay outside the repository, with our labels by id or those that they came with."""
    ours = {row["id"]: row for row in _rows([labels / "replies.jsonl"])}
    for row in _rows([data / "labelled.jsonl", data / "unlabelled.jsonl"]):
        label = row if "labels" in row else ours.get(row["id"])
        if label is None:
            continue
        yield Example(
            id=row["id"],
            group=row["brand"],
            complaint=row["complaint"],
            draft=row["reply"],
            labels=label["labels"],
            evidence=_evidence(label, row["reply"]),
            unsure=frozenset(label.get("unsure", ())),
            ours=False,
            trainable=row["license"].startswith(TRAINABLE),
        )


def _evidence(label: dict, reply: str) -> dict[str, str | None]:
    """Quotations of the reply; our own labels keep offsets, so that none of its words stand in the repository."""
    if "evidence" in label:
        return label["evidence"]
    return {name: reply[span[0] : span[1]] if span else None for name, span in label["spans"].items()}


def _rows(paths: Iterable[Path]) -> Iterator[dict]:
    for path in paths:
        with path.open(encoding="utf-8") as file:
            yield from (json.loads(line) for line in file if line.strip())
