"""Reads a draft against its case with the support model: a small encoder in ONNX, run locally on one thread."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from guardrails.model.features import load_tokenizer
from guardrails.model.session import open_session
from guardrails.support import Marked, Place, SupportReading, clauses_of
from guardrails.support_model.features import Window, windows
from guardrails.types import Draft

FOLDER = Path(__file__).parent
REMEMBERED = 16  # drafts whose reading is kept: three checks ask one after the other
CHECKS = ("grounding", "remedies")
TOP = 4  # tokens of which the mean logit decides


@dataclass(frozen=True, slots=True)
class Cuts:
    """Logits: from which the model fails a draft, doubts a value, and leaves to rules what they find."""

    cut: float
    doubt: float
    credible: float


class OnnxSupportModel:
    """The shipped support model; safe to use from several threads, with the same answer in each."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._session = open_session(folder / "support_model.onnx")
        self._tokenizer = load_tokenizer(folder / "tokenizer.json")
        given = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
        self._cuts = {name: Cuts(**given[name]) for name in CHECKS}
        self._remembered: OrderedDict[Draft, SupportReading] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, draft: Draft) -> SupportReading:
        """The words that nothing supports; raises ValueError for a draft without context."""
        with self._lock:
            if draft in self._remembered:
                return self._remembered[draft]
        reading = self._read(draft)
        with self._lock:
            self._remembered[draft] = reading
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return reading

    def _read(self, draft: Draft) -> SupportReading:
        if draft.context is None:
            raise ValueError("Without a context nothing can be compared.")
        read: dict[tuple[int, int], list[float]] = {}
        for window in windows(self._tokenizer, draft, draft.context):
            for place, logits in zip(window.places, self._run(window), strict=True):
                if place:
                    read[place] = list(map(max, read[place], logits)) if place in read else logits
        marked = {}
        for index, name in enumerate(CHECKS):
            places = tuple(Place(start, end, logits[index]) for (start, end), logits in read.items())
            marked[name] = _marked(draft.text, places, self._cuts[name])
        return SupportReading(**marked)

    def _run(self, window: Window) -> list[list[float]]:
        """Of each token the logit of each check."""
        feed = {
            "ids": np.array([window.ids], dtype=np.int64),
            "marks": np.array([window.marks], dtype=np.float32),
            "case_ids": np.array([window.case_ids], dtype=np.int64),
            "case_sources": np.array([window.case_sources], dtype=np.int64),
        }
        (logits,) = self._session.run(["logits"], feed)
        found: list[list[float]] = logits[0].tolist()
        return found


def _marked(text: str, places: tuple[Place, ...], cuts: Cuts) -> Marked:
    """The decision: the mean of the likeliest tokens against the cut."""
    highest = sorted((place.logit for place in places), reverse=True)[:TOP]
    score = sum(highest) / len(highest) if highest else -20.0
    chance = float(1 / (1 + np.exp(np.clip(cuts.cut - score, -30, 30))))
    spans = clauses_of(text, [place for place in places if place.logit >= cuts.cut]) if score >= cuts.cut else []
    return Marked(
        faulty=bool(spans),
        spans=tuple(spans),
        chance=chance,
        credible=score >= cuts.credible,
        places=places,
        doubt=cuts.doubt,
    )
