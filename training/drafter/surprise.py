"""Prints how often sentences are false by how much they surprised their model: `python -m training.drafter.surprise`.

Reads marked.jsonl beside it: first drafts of the embedded model at a temperature of 0.2, the logarithm of the
probability of each sentence, and the words at fault, as one reader marked them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from guardrails.sentences import sentences
from service.model import Sentence
from service.omitting import ENDS

MARKED = Path(__file__).with_name("marked.jsonl")
CUTS = (0.03, 0.05, 0.07, 0.08, 0.09, 0.1, 0.12, 0.15)  # nats a character


def main() -> None:
    """One line for each cut."""
    found = list(statements())
    faulty = sum(at_fault for _, at_fault in found)
    print(f"{len(found)} sentences, {faulty} at fault")
    print("above   sentences   at fault   of those at or below   of all faults")
    for cut in CUTS:
        above = [at_fault for surprise, at_fault in found if surprise > cut]
        below = (faulty - sum(above)) / (len(found) - len(above))
        print(f"{cut:5.2f}{len(above):12}{sum(above) / len(above):11.2f}{below:23.2f}{sum(above) / faulty:16.2f}")


def statements() -> Iterator[tuple[float, bool]]:
    """The surprise of every statement but the apology, in nats a character, and whether it is at fault."""
    for line in MARKED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for span, logprob in zip(sentences(row["draft"]), row["logprobs"], strict=True):
            is_apology = "sorry" in span.text.lower() or "apolog" in span.text.lower()
            if ENDS.search(span.text) and not is_apology:
                at_fault = any(words in span.text or span.text in words for words in row["faults"])
                yield Sentence(span.start, span.end, logprob).surprise, at_fault


if __name__ == "__main__":
    main()
