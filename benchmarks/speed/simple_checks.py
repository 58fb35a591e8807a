"""Six checks of a few words each, in plain Python, the same for Amends and for each of its peers.

They stand for what people write first; they judge far worse than the checks of `guardrails`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

MOST_WORDS = 200
APOLOGY = re.compile(r"\b(?:sorry|apolog\w+|regret)\b", re.IGNORECASE)
EXCUSE = re.compile(r"\b(?:unfortunately|due to|beyond our control|courier'?s fault|high demand)\b", re.IGNORECASE)
SOLUTION = re.compile(r"(?:[£€$]\s?\d)|\b(?:refund\w*|replace\w*|repair\w*|credit|voucher)\b", re.IGNORECASE)
FOLLOW_UP = re.compile(r"\b(?:call|contact|write|reply|phone|e-?mail|reach)\b", re.IGNORECASE)
PERSONAL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w{2,}|\+?\d(?:[ -]?\d){8,14}")

SIMPLE_CHECKS: Mapping[str, Callable[[str], bool]] = {
    "apology": lambda text: APOLOGY.search(text) is not None,
    "excuses": lambda text: EXCUSE.search(text) is None,
    "solution": lambda text: SOLUTION.search(text) is not None,
    "follow_up": lambda text: FOLLOW_UP.search(text) is not None,
    "length": lambda text: len(text.split()) <= MOST_WORDS,
    "personal_data": lambda text: PERSONAL.search(text) is None,
}


def failed(text: str) -> list[str]:
    """The names of the checks that a text does not pass."""
    return [name for name, passes in SIMPLE_CHECKS.items() if not passes(text)]
