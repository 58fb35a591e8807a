"""Does what a ticket needs next: has a reply drafted, puts it into a private note, says what was sent."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import structlog

from amends_client import AmendsError, AsyncAmends, Invalid, ProblemAnswered
from amends_client.models import Case, Feedback, Result
from amends_django_helpdesk.cases import case_of, is_cut, key_of
from amends_django_helpdesk.errors import Refused, TryLater
from amends_django_helpdesk.helpdesk import HelpDesk
from amends_django_helpdesk.marks import Mark, marked, marked_anew
from amends_django_helpdesk.notes import COMING, GIVEN_UP, draft_note, recorded_as, refused_note
from amends_django_helpdesk.queues import Queue
from amends_django_helpdesk.steps import DraftReply, GiveUp, LetBe, Record, Rules, Step, next_step
from amends_django_helpdesk.tickets import FollowUp, Ticket

log = structlog.get_logger()
T = TypeVar("T")
TOO_LARGE = 413
WRITTEN = ("complaint", "text")  # the fields that hold what customers and agents wrote
GONE = ("urn:amends:problem:draft-not-found", "urn:amends:problem:draft-deleted")


@dataclass(frozen=True, slots=True)
class Ours:
    """What is the same for every ticket; `site` names the help desk, `link_s` is for how long links work."""

    site: str
    rules: Rules
    queues: Mapping[int, Queue]
    link_s: int


class Handling:
    """Brings tickets on, each by one step at a time.

    Nothing is remembered but the tickets that have a note since this program started, so that one that an agent
    deletes does not come back at once. All else stands in the help desk.
    """

    def __init__(self, desk: HelpDesk, amends: AsyncAmends, ours: Ours) -> None:
        self._desk = desk
        self._amends = amends
        self._ours = ours
        self._noted: set[int] = set()

    def step_for(self, ticket: Ticket) -> Step:
        """What a ticket needs next."""
        step = next_step(ticket, self._ours.rules)
        again = isinstance(step, DraftReply) and step.note is None and ticket.id in self._noted
        return LetBe() if again else step

    async def look(self, ticket_id: int) -> bool:
        """Do what a ticket needs now; True where an agent's reply is waited for since then.

        Raises:
            TicketGone, TryLater.
        """
        ticket = await self._desk.ticket(ticket_id)
        match self.step_for(ticket):
            case DraftReply():
                return await self._draft(ticket)
            case GiveUp(note):
                await self._desk.write_note(note.id, marked(GIVEN_UP, Mark("none")))
            case Record() as record:
                await self._record(ticket, record)
            case LetBe():
                pass
        return False

    async def _draft(self, ticket: Ticket) -> bool:
        try:
            result = await self._result(ticket)
        except Refused as refused:
            await self._note(ticket.id, refused_note(str(refused)), Mark("none"))
            log.warning("draft.refused", ticket=ticket.id, problem=str(refused))
            return False
        link = await asked(self._amends.link(result.id, seconds=self._ours.link_s))
        note = draft_note(result, link, cut=is_cut(ticket))
        if not await self._note(ticket.id, note, Mark("draft", result.id)):
            return False
        log.info("draft.noted", ticket=ticket.id, draft=result.id, status=result.status)
        return True

    async def _result(self, ticket: Ticket) -> Result:
        case = case_of(ticket, self._ours.queues[ticket.queue])
        key = key_of(self._ours.site, ticket.id, case)
        return await asked(self._amends.draft(Case.from_dict(case), idempotency_key=key))

    async def _note(self, ticket_id: int, text: str, mark: Mark) -> bool:
        """Place a note, if the ticket still wants one; in the seconds of drafting, an agent may have answered."""
        step = self.step_for(await self._desk.ticket(ticket_id))
        if not isinstance(step, DraftReply):
            log.info("draft.unwanted", ticket=ticket_id)
            return False
        note = step.note or await self._desk.place_note(ticket_id, marked(COMING, Mark("coming")))
        self._noted.add(ticket_id)
        await self._desk.write_note(note.id, marked(text, mark))
        return True

    async def _record(self, ticket: Ticket, record: Record) -> None:
        draft_id, note, reply = record.mark.draft_id or "", record.note, record.reply
        said = await self._told(draft_id, reply)
        await self._desk.write_note(note.id, marked_anew(note.text, Mark("recorded", draft_id), said))
        log.info("reply.recorded", ticket=ticket.id, draft=draft_id)

    async def _told(self, draft_id: str, reply: FollowUp) -> str:
        feedback = Feedback(outcome="edited", text=reply.text)  # Amends compares it with the draft, and decides
        key = f"django-helpdesk-reply-{reply.id}-{draft_id}"
        try:
            return recorded_as(await asked(self._amends.feedback(draft_id, feedback, idempotency_key=key)))
        except Refused as refused:
            log.warning("reply.refused", draft=draft_id, problem=str(refused))
            return "What was sent could not be recorded."


async def asked(answer: Awaitable[T]) -> T:
    """The answer of Amends.

    Raises:
        Refused: it will never be another.
        TryLater: it may be another one later.
    """
    try:
        return await answer
    except ProblemAnswered as error:
        fields = ", ".join(each.field for each in error.errors)
        said = f"{error.title} ({fields})" if fields else error.title
        if is_final(error):
            raise Refused(said) from None
        raise TryLater(f"Amends answered {error.status}: {said}") from None
    except AmendsError as error:
        raise TryLater(str(error)) from None


def is_final(error: ProblemAnswered) -> bool:
    """Whether the fault lies in what was written, or the draft was deleted.

    Whatever is wrong with the settings can be mended, and the ticket is then drafted for.
    """
    if isinstance(error, Invalid):
        return error.status == TOO_LARGE or any(each.field.startswith(WRITTEN) for each in error.errors)
    return error.type in GONE
