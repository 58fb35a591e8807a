"""The shipped complaint model: what it says of messages, long ones and hostile ones, and how often it is right."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from guardrails.complaint_model.reader import (
    MOST_TOKENS,
    SETTLED,
    SITUATIONS,
    OnnxComplaintModel,
    shares,
    windows,
    with_facts,
)
from guardrails.escalation import KINDS, Kind, find_escalation
from guardrails.types import Agent, Complaint, Context
from tests.guardrails.policies import make_policy

LABELLED = Path(__file__).parents[3] / "evals" / "labels" / "escalation.jsonl"
SITUATION_FILES = Path(__file__).parents[3] / "prompts" / "situations"
DANGER = "Your heater gave my wife an electric shock. She is in hospital and nobody there answers my calls."
HARMLESS = "The jumper came in blue and I ordered green. Could you send me the right one?"


@cache
def model() -> OnnxComplaintModel:
    """The model, loaded once."""
    return OnnxComplaintModel()


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (DANGER, "safety"),
        ("I have opened my online bill and it shows the name, address and bank account of a stranger.", "data_breach"),
        ("My barrister is drafting the claim. Expect to be served at your head office next week.", "legal"),
        ("I write for the Evening Post and we run a story about your nursing homes on Friday. Comment?", "press"),
    ],
)
def test_messages_for_a_person_are_found(message: str, kind: Kind) -> None:
    """Each kind where nobody could doubt it."""
    chances = model().escalations(message)
    assert max(chances, key=lambda name: chances[name]) == kind
    assert chances[kind] > 0.5


@pytest.mark.parametrize("message", [HARMLESS, "ok", "Where is my parcel? It was due on Monday."])
def test_ordinary_complaints_are_not(message: str) -> None:
    """A wrong colour is no danger."""
    assert sum(model().escalations(message).values()) < 0.4


def test_a_threat_at_the_end_of_a_long_message_counts() -> None:
    """However much is said before it."""
    assert sum(model().escalations(f"{HARMLESS} " * 60 + DANGER).values()) > 0.5


@pytest.mark.parametrize(
    "message",
    ["", " ", "😀" * 500, "a" * 20_000, "\0\n" * 500, "漢字" * 200, "<b>" * 300, "e\u0301\u202e" * 200],
    ids=["empty", "space", "emoji", "one word", "controls", "han", "markup", "marks"],
)
def test_hostile_messages_give_chances_all_the_same(message: str) -> None:
    """Each between 0 and 1, together at most 1; so do situations."""
    chances = model().escalations(message)
    assert set(chances) == set(KINDS)
    assert all(0 <= chance <= 1 for chance in chances.values())
    assert sum(chances.values()) <= 1.0001
    assert sum(model().situations(message, (message,)).values()) == pytest.approx(1, abs=0.001)


def test_what_the_first_layer_settles_no_other_layer_doubts() -> None:
    """Of the hard messages, too, only those end there of which the last layer says next to nothing."""
    settled = []
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        ids = next(windows(model()._tokens(json.loads(line)["complaint"])))
        states, logits = model()._first.run(["states", "escalation"], {"ids": np.array([ids], dtype=np.int64)})
        if sum(shares(logits[0])[1:]) < SETTLED:
            (last,) = model()._second.run(["escalation"], {"states": states})
            settled.append(sum(shares(last[0])[1:]))
    assert len(settled) > 20
    assert max(settled) < 0.3


def test_threads_get_the_same_answer() -> None:
    """The same message from eight threads."""
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: model().escalations(DANGER), range(16)))
    assert all(answer == answers[0] for answer in answers)


def test_windows_cover_everything() -> None:
    """Every token of a long message stands in a window, and neighbours share some."""
    tokens = list(range(1_000, 1_400))
    made = list(windows(tokens))
    assert {token for window in made for token in window[1:-1]} == set(tokens)
    assert all(set(left) & set(right) - {101, 102} for left, right in pairwise(made))


def test_no_input_is_longer_than_the_network_has_places() -> None:
    """However long complaint and facts are; of both it reads the beginning."""
    tokens = list(range(1_000, 1_400))
    assert max(map(len, windows(tokens))) == MOST_TOKENS
    made = with_facts(tokens, tokens)
    assert len(made) <= MOST_TOKENS
    assert made.count(1_000) == 2


def test_its_situations_are_those_of_the_prompts() -> None:
    """What it was trained on exists; `public_post` is told by the channel and not by the model."""
    assert {path.stem for path in SITUATION_FILES.glob("*.md")} == {*SITUATIONS, "public_post"}


def test_it_finds_most_of_the_hard_cases() -> None:
    """Sixty messages for a person and sixty near misses, written to be hard: evals/README.md has the exact figures."""
    found = alarms = 0
    rule, context = make_policy().escalate, Context(brand="B", agent=Agent(name="A"))
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["part"] != "test":
            continue
        complaint = Complaint(text=row["complaint"], channel=row["channel"])
        escalation = find_escalation(complaint, context, rule, model())
        found += row["escalate"] and escalation is not None
        alarms += not row["escalate"] and escalation is not None
    assert found >= 32
    assert alarms <= 12
