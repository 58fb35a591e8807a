"""Reads a draft with the check model: an encoder in ONNX, run locally on one thread."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from guardrails.languages import reads_english
from guardrails.levels import LevelReading
from guardrails.model.features import Window, load_tokenizer, windows
from guardrails.model.session import open_session

FOLDER = Path(__file__).parent
REMEMBERED = 64  # drafts whose reading is kept: the six checks ask one after the other
SPAN_CHANCE = 0.5  # a token whose chance is at least this is part of the evidence
DECISIVE = 1  # of every property the step from level 1 to level 2 separates pass from fail; see checks.md
SHORT = 100  # tokens: so short an input costs little, and is always read to the end
DOUBT = 0.12  # a chance at most so far from its cut sends a longer input through the second part as well
Floats = NDArray[np.float32]


class Row(TypedDict):
    """One property in calibration.json."""

    name: str
    slopes: list[float]
    offsets: list[float]
    cuts: list[float]


@dataclass(frozen=True, slots=True)
class Property:
    """One property as it was trained: where its outputs stand, and how they become levels.

    Output i of the model, counted from `first`, is the logit of "level above i"; the level is the number of
    thresholds in a row whose probability reaches `cuts`.
    """

    name: str
    first: int
    cuts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Heads:
    """What the outputs of a part of the model mean.

    The probability of an output is that of the logit times its slope plus its offset (Platt scaling, on drafts that
    training did not see).
    """

    properties: tuple[Property, ...]
    slopes: Floats
    offsets: Floats

    def readings(self, logits: Floats, marks: Floats, window: Window) -> dict[str, LevelReading]:
        """Each property's level, probabilities and evidence."""
        reached = _chances(self.slopes * logits + self.offsets).tolist()
        of_draft = np.array([place is not None for place in window.places], dtype=np.float32)
        chances = (_chances(marks) * of_draft[:, None]).T.tolist()
        return {
            each.name: _level_reading(each, reached, chances[at], window) for at, each in enumerate(self.properties)
        }


class OnnxCheckModel:
    """The shipped check model; safe to use from several threads, with the same answer in each.

    It has two parts: the first answers early, and where that answer is in doubt the second reads on from there.
    A long draft is read in windows, and of each property the highest level found counts: one concrete offer makes a
    reply concrete, and one excuse spoils it, wherever they stand.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._first = open_session(folder / "check_model.onnx")
        self._second = open_session(folder / "check_model_deep.onnx")
        self._tokenizer = load_tokenizer(folder / "tokenizer.json")
        given = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
        self._early, self._last = _heads(given["early"]), _heads(given["last"])
        self._remembered: OrderedDict[tuple[str, str], Mapping[str, LevelReading] | None] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, complaint: str, draft: str) -> Mapping[str, LevelReading] | None:
        """Every property of a draft, or None where its language is not read."""
        asked = (complaint, draft)
        with self._lock:
            if asked in self._remembered:
                return self._remembered[asked]
        reading = self._read_or_skip(complaint, draft)
        with self._lock:
            self._remembered[asked] = reading
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return reading

    def _read_or_skip(self, complaint: str, draft: str) -> Mapping[str, LevelReading] | None:
        if not any(map(str.isalpha, draft)):
            # A reply without a word says nothing, in any language; the model has never seen one.
            return {each.name: LevelReading(0, (0.0,) * len(each.cuts), 0, 0) for each in self._last.properties}
        return self._read(complaint, draft) if reads_english(draft) else None

    def _read(self, complaint: str, draft: str) -> Mapping[str, LevelReading]:
        best: dict[str, LevelReading] = {}
        for window in windows(self._tokenizer, complaint, draft):
            for name, reading in self._read_window(window).items():
                if name not in best or _rank(reading) > _rank(best[name]):
                    best[name] = reading
        return best

    def _read_window(self, window: Window) -> Mapping[str, LevelReading]:
        of_draft = np.array([[place is not None for place in window.places]], dtype=np.float32)
        feed = {
            "ids": np.array([window.ids], dtype=np.int64),
            "types": np.array([window.types], dtype=np.int64),
            "echoes": np.array([window.echoes], dtype=np.int64),
            "is_draft": of_draft,
        }
        states, logits, marks = self._first.run(["states", "logits", "marks"], feed)
        early = self._early.readings(logits[0], marks[0], window)
        if len(window.ids) > SHORT and all(_sure(early[each.name], each) for each in self._early.properties):
            return early
        logits, marks = self._second.run(["logits", "marks"], {"states": states, "is_draft": of_draft})
        return self._last.readings(logits[0], marks[0], window)


def _heads(rows: Sequence[Row]) -> Heads:
    first = 0
    found = []
    for row in rows:
        found.append(Property(row["name"], first, tuple(row["cuts"])))
        first += len(row["cuts"])
    slopes = np.array([slope for row in rows for slope in row["slopes"]], np.float32)
    offsets = np.array([offset for row in rows for offset in row["offsets"]], np.float32)
    return Heads(tuple(found), slopes, offsets)


def _sure(reading: LevelReading, each: Property) -> bool:
    """Whether the chance that decides between pass and fail is far enough from where it would turn."""
    return abs(reading.at_least[DECISIVE] - each.cuts[DECISIVE]) > DOUBT


def _level_reading(each: Property, reached: Sequence[float], chances: Sequence[float], window: Window) -> LevelReading:
    # A higher level includes the lower ones, so that its probability cannot be larger.
    at_least = tuple(accumulate(reached[each.first : each.first + len(each.cuts)], min))
    level = _levels_reached(at_least, each.cuts)
    start, end = _evidence(chances, window) if level else (0, 0)
    return LevelReading(level, at_least, start, end)


def _levels_reached(at_least: Sequence[float], cuts: Sequence[float]) -> int:
    for level, (chance, cut) in enumerate(zip(at_least, cuts, strict=True)):
        if chance < cut:
            return level
    return len(cuts)


def _rank(reading: LevelReading) -> tuple[int, float]:
    return reading.level, sum(reading.at_least)


def _evidence(chances: Sequence[float], window: Window) -> tuple[int, int]:
    """The words around the likeliest token, as far as the tokens beside it are likely too."""
    highest = max(chances)
    top = chances.index(highest)
    least = min(SPAN_CHANCE, highest)
    first = last = top
    while first > 0 and chances[first - 1] >= least:
        first -= 1
    while last + 1 < len(chances) and chances[last + 1] >= least:
        last += 1
    begins, ends = window.places[first], window.places[last]
    return (begins[0], ends[1]) if begins and ends else (0, 0)


def _chances(logits: Floats) -> Floats:
    """Logits as probabilities."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float32)
