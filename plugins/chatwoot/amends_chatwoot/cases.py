"""Makes of a conversation the case that a draft is asked for with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from amends_chatwoot.business import Business
from amends_chatwoot.store import Said, Turn
from amends_client.models import Case
from amends_client.receiver.business import MOST_CHARACTERS

MOST_NAME = 500
MOST_HISTORY = 50
MOST_HISTORY_CHARACTERS = 30_000  # of all messages before it: a request has 256 KiB at most


def case_of(turn: Turn, said: Sequence[Said], business: Business) -> Case:
    """The case; it is the same as long as the conversation and the business file are.

    The complaint is all that the customer wrote since an agent last answered; the rest is the history.
    """
    before, since = parted(said)
    context = business.context_of_case() | {
        "history": [
            {"from": "customer" if each.by_customer else "agent", "text": each.text[:MOST_CHARACTERS]}
            for each in newest(before)
        ]
    }
    if turn.customer:
        # So that all drafts of a customer can be deleted together.
        context["customer_ref"] = f"chatwoot-contact-{turn.customer}"
    complaint: dict[str, Any] = {"text": complaint_in(since)[:MOST_CHARACTERS], "channel": turn.channel}
    if turn.customer_name and turn.customer_name.strip():
        complaint["customer_name"] = turn.customer_name[:MOST_NAME]
    return Case.from_dict(
        {
            "id": f"chatwoot-{turn.conversation}",
            "complaint": complaint,
            "context": context,
            "options": business.options.of_case(),
        }
    )


def is_cut(said: Sequence[Said]) -> bool:
    """Whether the customer wrote more than Amends reads."""
    return len(complaint_in(parted(said)[1])) > MOST_CHARACTERS


def parted(said: Sequence[Said]) -> tuple[Sequence[Said], Sequence[Said]]:
    """What was said until an agent last answered, and since."""
    first = len(said)
    while first > 0 and said[first - 1].by_customer:
        first -= 1
    return said[:first], said[first:]


def newest(said: Sequence[Said]) -> Sequence[Said]:
    """As many of the last messages as fit into a request."""
    first, left = len(said), MOST_HISTORY_CHARACTERS
    while first > max(len(said) - MOST_HISTORY, 0) and len(said[first - 1].text[:MOST_CHARACTERS]) <= left:
        first -= 1
        left -= len(said[first].text[:MOST_CHARACTERS])
    return said[first:]


def complaint_in(said: Sequence[Said]) -> str:
    """The messages as one text."""
    return "\n\n".join(each.text for each in said)


def key_of(account: int, turn: Turn, case: Case) -> str:
    """The idempotency key: asked again after a kill, Amends gives the draft that it made already."""
    written = json.dumps(case.to_dict(), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"chatwoot-{account}-{turn.conversation}-{turn.last_message}-{digest}"
