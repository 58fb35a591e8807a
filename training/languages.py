"""Makes the table that tells languages apart out of py3langid's own: `python -m training.languages`.

That one has the chance of 100,000 sequences of bytes in 142 languages, and keeps 80 MB. Left out are the languages that
letters alone tell, those whose code has three letters, and the sequences that tell least. A text is read as the longest
sequence that ends at each byte; for one that was left out the next shorter one is found, so their chances are added up.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_DIR, MODEL_FILE
from py3langid.modelio import load_model, save_model

from guardrails.languages import BLOCKS, SHARED, TABLE

KEPT = 40_000
LETTERS = 2  # of a code in ISO 639-1
ROUNDS = 6  # of pruning: what a sequence tells depends on which shorter one stands in its place
# Weighed like the others, these few languages would lose nearly all places to those in Latin letters.
WEIGHT = 4.0
OTHER_SCRIPTS = frozenset("ar ba be bg fa hi ja kk ky mk mn mr ne ps ru sa sr tg tt ug uk ur zh".split())
# Their letters are not listed, or are taken for those of a larger language, so that no text of theirs is looked up.
NEVER_ASKED = frozenset(("as", "dz", "or"))

Floats = NDArray[np.float64]


class Walk(NamedTuple):
    """How a text is walked through, byte by byte: rows of the next states, each state's row and sequence (-1: none)."""

    rows: NDArray[np.uint32]
    row_of: NDArray[np.int64]
    found: Sequence[int]


@dataclass(frozen=True, slots=True)
class Table:
    """The sequences, and the chance of each (a row) in each language (a column), above that of one never seen."""

    sequences: tuple[bytes, ...]
    chances: Floats
    unseen: Floats
    languages: tuple[str, ...]
    priors: NDArray[np.float32]


def whole_table() -> Table:
    """What py3langid ships."""
    logs, priors, languages, rows, row_of, found = load_model(MODEL_DIR / MODEL_FILE)
    walk = Walk(np.asarray(rows).reshape(-1, 256), np.asarray(row_of), found)
    chances = np.exp(logs.astype(np.float64))
    unseen = chances.min(axis=0)
    return Table(spelled(walk, len(logs)), chances - unseen, unseen, tuple(map(str, languages)), priors)


def spelled(walk: Walk, count: int) -> tuple[bytes, ...]:
    """The bytes of each sequence: those on the shortest way to a state that has found it."""
    way = {0: b""}
    found = [b""] * count
    states = [0]
    for state in states:
        if walk.found[state] >= 0 and not found[walk.found[state]]:
            found[walk.found[state]] = way[state]
        row = walk.rows[walk.row_of[state]]
        for byte in np.flatnonzero(row):
            after = int(row[byte])
            if after not in way:
                way[after] = way[state] + bytes([byte])
                states.append(after)
    return tuple(found)


def with_languages(table: Table) -> Table:
    """The same with the languages alone that are looked up."""
    told = {script for _, _, script in BLOCKS if script not in SHARED} - {"ja"}  # kanji alone may be Chinese
    kept = [at for at, code in enumerate(table.languages) if len(code) == LETTERS and code not in told | NEVER_ASKED]
    languages = tuple(table.languages[at] for at in kept)
    return Table(table.sequences, table.chances[:, kept], table.unseen[kept], languages, table.priors[kept])


def pruned(table: Table, most: int) -> Table:
    """The same with so many sequences."""
    for size in np.geomspace(len(table.sequences), most, ROUNDS + 1)[1:]:
        table = pruned_once(table, round(size))
    return table


def pruned_once(table: Table, most: int) -> Table:
    """Leave out the sequences without which least is known, and add their chances to those in their place."""
    at = {sequence: index for index, sequence in enumerate(table.sequences)}
    loss = losses(table, [in_place_of(sequence, at) for sequence in table.sequences])
    order = np.argsort(loss, kind="stable")
    left_out, kept = sorted(order[:-most].tolist()), sorted(order[-most:].tolist())
    new = {table.sequences[index]: place for place, index in enumerate(kept)}
    chances = table.chances[kept]
    for index in left_out:
        instead = in_place_of(table.sequences[index], new)
        if instead is not None:
            chances[instead] += table.chances[index]
    return Table(tuple(new), chances, table.unseen, table.languages, table.priors)


def in_place_of(sequence: bytes, places: Mapping[bytes, int]) -> int | None:
    """Where the longest sequence stands with which this one ends."""
    return next((places[sequence[cut:]] for cut in range(1, len(sequence)) if sequence[cut:] in places), None)


def losses(table: Table, instead: Iterable[int | None]) -> Floats:
    """How much less is known of the language where a sequence is counted as the one in its place."""
    weights = np.array([WEIGHT if code in OTHER_SCRIPTS else 1.0 for code in table.languages])
    weights /= weights.sum()
    alone = information(table.chances, weights)
    lost = alone.copy()
    for index, other in enumerate(instead):
        if other is not None:
            both = information(table.chances[index : index + 1] + table.chances[other], weights)
            lost[index] += alone[other] - both[0]
    return lost


def information(chances: Floats, weights: Floats) -> Floats:
    """What seeing each of these sequences tells about the language, times how often it is seen."""
    mean = (chances @ weights)[:, None]
    share = np.divide(chances, mean, out=np.ones_like(chances), where=chances > 0)
    return (chances * np.log(share)) @ weights


def walk_of(sequences: Sequence[bytes]) -> Walk:
    """How to find the longest of these sequences that ends at each byte of a text (Aho and Corasick's automaton)."""
    children: list[dict[int, int]] = [{}]
    found = [-1]
    for index, sequence in enumerate(sequences):
        state = 0
        for byte in sequence:
            if byte not in children[state]:
                children[state][byte] = len(children)
                children.append({})
                found.append(-1)
            state = children[state][byte]
        found[state] = index
    rows = np.zeros((len(children), 256), np.uint32)
    shorter = [0] * len(children)
    states = [0]
    for state in states:
        if state:
            rows[state] = rows[shorter[state]]
            found[state] = found[state] if found[state] >= 0 else found[shorter[state]]
        for byte, after in children[state].items():
            shorter[after] = int(rows[state, byte])
            rows[state, byte] = after
            states.append(after)
    distinct, row_of = np.unique(rows, axis=0, return_inverse=True)
    return Walk(distinct, row_of, found)


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kept", type=int, default=KEPT, help="sequences that stay (%(default)s)")
    table = pruned(with_languages(whole_table()), parser.parse_args().kept)
    walk = walk_of(table.sequences)
    logs = np.log(table.chances + table.unseen)
    save_model(TABLE, (logs, table.priors, table.languages, walk.rows.ravel(), walk.row_of, walk.found))
    print(f"{len(table.sequences)} sequences, {len(set(table.languages))} languages, {len(walk.found)} states")


if __name__ == "__main__":
    main()
