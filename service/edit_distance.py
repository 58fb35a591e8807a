"""How far one text is from another."""

from __future__ import annotations


def edit_distance(one: str, other: str) -> float:
    """The characters to insert, delete or replace, over the length of the longer text: 0 equal, 1 nothing in common.

    Every run of white space counts as one blank, and none at the ends. For two empty texts it is 0.
    """
    left, right = " ".join(one.split()), " ".join(other.split())
    longest = max(len(left), len(right))
    return levenshtein(left, right) / longest if longest else 0.0


def levenshtein(one: str, other: str) -> int:
    """The fewest characters to insert, delete or replace to make one text from the other.

    Myers's algorithm as Hyyrö gave it: one column of the table is the bits of two integers, so that two texts of
    20,000 characters take a fraction of a second where the table itself would take minutes.
    """
    one, other = _without_common_ends(one, other)
    if not one or not other:
        return len(one) + len(other)
    places: dict[str, int] = {}
    for at, character in enumerate(one):
        places[character] = places.get(character, 0) | (1 << at)
    every = (1 << len(one)) - 1
    last = 1 << (len(one) - 1)
    grows, shrinks, distance = every, 0, len(one)  # where the table grows or shrinks by one, downwards
    for character in other:
        equal = places.get(character, 0)
        vertical = equal | shrinks
        horizontal = (((equal & grows) + grows) ^ grows) | equal
        up = shrinks | (every & ~(horizontal | grows))
        down = grows & horizontal
        distance += 1 if up & last else -1 if down & last else 0
        up = ((up << 1) | 1) & every
        grows = ((down << 1) & every) | (every & ~(vertical | up))
        shrinks = up & vertical
    return distance


def _without_common_ends(one: str, other: str) -> tuple[str, str]:
    start = _shared(one, other)
    one, other = one[start:], other[start:]
    end = _shared(one[::-1], other[::-1])
    return one[: len(one) - end], other[: len(other) - end]


def _shared(one: str, other: str) -> int:
    """How many characters the beginnings have in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))
