"""Numbered cases, each told from the others wherever it is met, and a text that passes the checks for all of them."""

from __future__ import annotations

import re

NUMBER = re.compile(r"order AM-(\d{5})")
TEXT = (
    "Dear Dana Okafor,\n\n"
    "I am sorry that your kettle came with a cracked lid, and for the birthday that it spoilt. "
    "That was our mistake.\n\n"
    "We will send you a new Tern kettle, delivered free on Thursday 23 October. "
    "Priya Nair will call you from 020 7946 0142 by Wednesday noon.\n\n"
    "Kind regards\nMaya Lindqvist\nCustomer Care, Harbourline Home"
)


def case_of(number: int) -> dict[str, object]:
    """The case with this number, from 0 to 99,999, which is also its reference."""
    complaint = f"My kettle, order AM-{number:05}, came with a cracked lid, and it was my mother's birthday present."
    return {
        "id": str(number),
        "complaint": {"text": complaint, "channel": "email", "customer_name": "Dana Okafor"},
        "context": {
            "brand": "Harbourline Home",
            "agent": {"name": "Maya Lindqvist", "role": "Customer Care"},
            "facts": ["One Tern kettle at £42.50 was delivered on 21 October with a cracked lid."],
            "remedies": [{"id": "new", "text": "a new Tern kettle, delivered free on Thursday 23 October"}],
            "follow_up": {"person": "Priya Nair", "channel": "020 7946 0142", "by": "Wednesday noon"},
            "now": "2025-10-21T09:00:00+01:00",
        },
    }


def number_in(text: str) -> int | None:
    """The number of the case that a text is about."""
    found = NUMBER.search(text)
    return int(found[1]) if found else None
