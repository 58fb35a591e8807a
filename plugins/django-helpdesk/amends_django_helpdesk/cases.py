"""Makes of a ticket the case that a draft is asked for with."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from amends_client.receiver.business import MOST_CHARACTERS, Context
from amends_django_helpdesk.queues import Queue
from amends_django_helpdesk.tickets import Ticket

Json = dict[str, Any]
MOST_REF = 500


def complaint_of(ticket: Ticket) -> str:
    """All that the customer wrote so far: nobody has answered yet."""
    said = [each.text for each in ticket.follow_ups if each.public and each.user is None]
    parts = [ticket.title, ticket.description or "", *said]
    return "\n\n".join(part.replace("\r\n", "\n").strip() for part in parts if part.strip())


def is_cut(ticket: Ticket) -> bool:
    """Whether the complaint is longer than Amends reads."""
    return len(complaint_of(ticket)) > MOST_CHARACTERS


def case_of(ticket: Ticket, queue: Queue) -> Json:
    """The case, as Amends' contract has it; it is the same as long as the ticket is."""
    complaint = {"text": complaint_of(ticket)[:MOST_CHARACTERS], "channel": queue.channel, "language": queue.language}
    context = queue.model_dump(include=set(Context.model_fields))
    if ticket.submitter_email:
        # So that all drafts of a customer can be deleted together.
        context["customer_ref"] = ticket.submitter_email.lower()[:MOST_REF]
    return {
        "id": f"ticket-{ticket.id}",
        "complaint": _present(complaint),
        "context": _present(context),
        "options": queue.options.of_case(),
    }


def key_of(site: str, ticket_id: int, case: Json) -> str:
    """The idempotency key of a case: after a stop in the middle it leads to the draft that was made already."""
    written = json.dumps([site, case], sort_keys=True, ensure_ascii=False, default=str)
    return f"django-helpdesk-{ticket_id}-{hashlib.sha256(written.encode()).hexdigest()[:32]}"


def _present(values: Json) -> Json:
    return {
        name: _present(value) if isinstance(value, dict) else value
        for name, value in values.items()
        if value is not None and value != ()
    }
