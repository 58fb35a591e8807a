"""Gathers what the complaint model is trained on: messages as it sees them, with the labels that they have."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tokenizers import Tokenizer

from guardrails.complaint_model.reader import SITUATIONS, windows, with_facts
from training.complaints.network import CLASSES
from training.examples import LABELS, TRAINABLE, our_drafts

REAL = LABELS / "escalation-real.jsonl"  # those that are for a person, by id
PAIRS = Path(__file__).parents[1] / "drafter" / "pairs"
UNKNOWN = -100  # a label that a row does not have
MOST_MIXED = 5  # complaints in one text that is mixed
KEPT = 0.5  # of their sentences
SENTENCE = re.compile(r"(?<=[.!?\n])\s+")


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the model sees it, with the labels that it has."""

    ids: tuple[int, ...]
    asked: Literal["escalation", "situation"]
    escalation: int = UNKNOWN
    situation: int = UNKNOWN


class Rows:
    """Makes rows of texts."""

    def __init__(self, tokenizer: Tokenizer, data: Path) -> None:
        self._tokenizer = tokenizer
        self._messages = list(_lines([LABELS / "escalation-train.jsonl"]))
        self._pairs = list(_lines(sorted(PAIRS.glob("*.jsonl"))))
        real = _lines([data / "labelled.jsonl", data / "unlabelled.jsonl"])
        self._real = [given for given in real if given["license"].startswith(TRAINABLE)]

    def labelled(self) -> Iterator[Row]:
        """Labelled messages, the drafter's pairs with their situations, real complaints under free licences."""
        for given in self._messages:
            yield self.message(given["complaint"], given["kind"])
        for pair in self._pairs:
            yield self.message(pair["case"]["complaint"]["text"], pair["escalate"] or "none")
            if pair["situation"] in SITUATIONS:
                yield self.case(pair["case"], pair["situation"])
        kinds = {row["id"]: row["kind"] for row in _lines([REAL])}
        for given in self._real:
            yield self.message(given["complaint"], kinds.get(given["id"], "none"))

    def unlabelled(self) -> Iterator[Row]:
        """What nobody labelled: ends of long messages, cases of no trained situation, complaints of our drafts."""
        for complaint in self._complaints():
            yield from list(self.windows(complaint))[1:]
        yield from (self.case(pair["case"]) for pair in self._pairs if pair["situation"] not in SITUATIONS)
        for complaint in self._drafted():
            yield from self.windows(complaint)

    def mixed(self, number: int, chance: random.Random) -> Iterator[Row]:
        """Texts that nobody wrote: sentences of several complaints, every other one beside the facts of any case."""
        complaints = [*self._complaints(), *self._drafted()]
        for index in range(number):
            several = chance.sample(complaints, chance.randint(1, MOST_MIXED))
            parts = [each for complaint in several for each in SENTENCE.split(complaint)]
            text = " ".join(each for each in parts if chance.random() < KEPT)
            if index % 2:
                context = chance.choice(self._pairs)["case"]["context"]
                yield self.case({"complaint": {"text": text}, "context": context})
            else:
                yield next(self.windows(text))

    def message(self, text: str, kind: str) -> Row:
        """What is asked for an escalation. Only the first window: the threat may stand in the others or not."""
        return replace(next(self.windows(text)), escalation=CLASSES.index(kind))

    def windows(self, text: str) -> Iterator[Row]:
        """A message without its label."""
        return (Row(tuple(ids), "escalation") for ids in windows(self._tokens(text)))

    def case(self, case: dict, situation: str | None = None) -> Row:
        """What is asked for a situation."""
        said, known = case["complaint"]["text"], "\n".join(case["context"].get("facts") or ())
        ids = with_facts(self._tokens(said), self._tokens(known))
        return Row(tuple(ids), "situation", situation=SITUATIONS.index(situation) if situation else UNKNOWN)

    def _complaints(self) -> list[str]:
        texts = [given["complaint"] for given in (*self._messages, *self._real)]
        return texts + [pair["case"]["complaint"]["text"] for pair in self._pairs]

    @staticmethod
    def _drafted() -> list[str]:
        return sorted({each.complaint for each in our_drafts(LABELS) if each.part == "train"})

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)


def _lines(paths: Iterable[Path]) -> Iterator[dict]:
    for path in paths:
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())
