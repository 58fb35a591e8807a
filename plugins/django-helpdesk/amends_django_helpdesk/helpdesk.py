"""The help desk's REST API: reads tickets and writes private notes, nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from typing import TypeVar

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from amends_django_helpdesk.errors import TicketGone, TryLater
from amends_django_helpdesk.tickets import FollowUp, Ticket, TicketPage

PAGE = 100
log = structlog.get_logger()
M = TypeVar("M", bound=BaseModel)


class HelpDesk:
    """The tickets that the bot may see."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def ticket(self, ticket_id: int) -> Ticket:
        """One ticket with its follow-ups.

        Raises:
            TicketGone, TryLater.
        """
        return await self._ask(Ticket, "GET", f"/api/tickets/{ticket_id}/")

    async def tickets(self, statuses: Collection[int] = ()) -> AsyncIterator[Ticket]:
        """All tickets of these statuses, or of all.

        Those that come or go meanwhile may be left out: they are there the next time.

        Raises:
            TryLater.
        """
        number, more = 1, True
        chosen = f"&status={','.join(map(str, sorted(statuses)))}" if statuses else ""
        while more:
            try:
                page = await self._ask(TicketPage, "GET", f"/api/tickets/?page_size={PAGE}&page={number}{chosen}")
            except TicketGone:
                if number > 1:
                    return  # there are fewer pages than a moment ago
                raise TryLater("the help desk has no /api/tickets/: is AMENDS_HELPDESK_URL right?") from None
            for ticket in page.results:
                yield ticket
            number, more = number + 1, page.next is not None

    async def place_note(self, ticket_id: int, comment: str) -> FollowUp:
        """A new private note.

        The help desk renders its words as a template of Django's, and may mail them to those who follow the ticket,
        whoever they are: so that they must say nothing of the case. A title would rename the ticket.

        Raises:
            TicketGone, TryLater.
        """
        body = {"ticket": ticket_id, "comment": comment, "public": False}
        note = await self._ask(Note, "POST", "/api/followups/", body)
        if note.email_recipients:
            log.warning("note.mailed", ticket=ticket_id, recipients=len(note.email_recipients))
        return note

    async def write_note(self, note_id: int, comment: str) -> None:
        """Put other words into a note. The help desk neither renders nor mails these, nor tells a webhook of them.

        Raises:
            TicketGone, TryLater.
        """
        await self._ask(FollowUp, "PATCH", f"/api/followups/{note_id}/", {"comment": comment})

    async def _ask(self, kind: type[M], method: str, path: str, body: dict[str, object] | None = None) -> M:
        try:
            answer = await self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise TryLater(f"the help desk cannot be reached: {type(error).__name__}") from None
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise TicketGone
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise TryLater(
                f"the help desk answered {answer.status_code}: AMENDS_HELPDESK_USER and AMENDS_HELPDESK_PASSWORD must "
                "be those of a staff user who may see the queue"
            )
        call = f"{method} {path.partition('?')[0]}"
        if not answer.is_success:
            raise TryLater(f"the help desk answered {answer.status_code} to {call}")
        try:
            return kind.model_validate_json(answer.content)
        except ValidationError:
            raise TryLater(f"the help desk's answer to {call} is not what was expected") from None


class Note(FollowUp):
    """A note as it is answered when it was placed: with those whom it was mailed to."""

    email_recipients: list[str] | None = None
