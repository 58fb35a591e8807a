"""The steps from what a customer wrote to a private note, and from what an agent sent to feedback."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog

from amends_chatwoot.business import Business
from amends_chatwoot.cases import case_of, is_cut, key_of
from amends_chatwoot.chatwoot import Chatwoot
from amends_chatwoot.errors import ConversationGone, TryLater, is_gone
from amends_chatwoot.notes import draft_note, refused_note
from amends_chatwoot.store import Reply, Store, Turn
from amends_client import AmendsError, AsyncAmends, Conflict, DraftCancelled, Invalid, NotFinished
from amends_client.models import Feedback
from amends_client.receiver.business import MOST_CHARACTERS

LONGEST_PAUSE_S = 300.0
GIVEN_UP_S = 86_400.0
WAIT_S = 30.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say: the account, whether to hand over, and how long a note's link works."""

    account: int
    hand_over: bool
    link_s: int


class Steps:
    """Brings turns and replies on, each as far as it goes at once; what fails is put off and tried again for a day."""

    def __init__(self, store: Store, chatwoot: Chatwoot, amends: AsyncAmends, business: Business, rules: Rules) -> None:
        self._store = store
        self._chatwoot = chatwoot
        self._amends = amends
        self._business = business
        self._rules = rules

    async def turn(self, turn: Turn) -> None:
        """The next step of a turn."""
        about = {"conversation": turn.conversation, "turn": turn.id}
        try:
            if turn.pending and self._rules.hand_over:
                await self._chatwoot.hand_over(turn.conversation)
                self._store.handed_over(turn)
            await (self._ask(turn) if turn.state == "waiting" else self._place(turn))
        except ConversationGone:
            self._store.move(turn, "over")
            log.warning("conversation.gone", **about)
        except NotFinished:
            self._store.put_off(turn, time.time())
        except TryLater as error:
            self._again(turn, turn.began, "chatwoot.failed", str(error))
        except Invalid as error:
            await self._refused(turn, error)
        except AmendsError as error:
            if isinstance(error, DraftCancelled) or is_gone(error):
                self._store.move(turn, "over")
                log.info("draft.gone", draft=turn.draft_id, **about)
            else:
                self._again(turn, turn.began, "amends.failed", said_of(error))

    async def reply(self, reply: Reply) -> None:
        """Tell Amends what was sent; it decides whether that was the draft as it was."""
        try:
            feedback = Feedback(outcome="edited", text=reply.text[:MOST_CHARACTERS])
            key = f"chatwoot-{self._rules.account}-reply-{reply.draft_id}"
            told = await self._amends.feedback(reply.draft_id, feedback, idempotency_key=key)
            self._store.told(reply)
            log.info("feedback.told", draft=reply.draft_id, outcome=told.outcome)
        except AmendsError as error:
            # A conflict that says when to come again is a key in use, as after Amends was stopped in the middle.
            if is_gone(error) or (isinstance(error, Invalid | Conflict) and error.retry_after is None):
                self._store.told(reply)
                log.warning("feedback.refused", draft=reply.draft_id, status=error.status, title=error.title)
            elif not self._again(reply, reply.at, "amends.failed", said_of(error)):
                self._store.told(reply)

    async def _ask(self, turn: Turn) -> None:
        case = case_of(turn, self._store.conversation_until(turn), self._business)
        ticket = await self._amends.submit(case, idempotency_key=key_of(self._rules.account, turn, case))
        if self._store.move(turn, "drafting", due=time.time(), draft_id=ticket.id):
            log.info("draft.asked", conversation=turn.conversation, turn=turn.id, draft=ticket.id)
        else:
            await self._drop(ticket.id)

    async def _drop(self, draft_id: str) -> None:
        # Somebody wrote while it was asked for. Where it is made already it stays, and nobody is shown it.
        try:
            await self._amends.cancel(draft_id)
        except AmendsError as error:
            log.info("draft.not_cancelled", draft=draft_id, why=said_of(error))

    async def _place(self, turn: Turn) -> None:
        assert turn.draft_id
        result = await self._amends.wait(turn.draft_id, seconds=WAIT_S)
        link = await self._amends.link(turn.draft_id, seconds=self._rules.link_s)
        if not self._store.is_as_read(turn):
            return
        cut = is_cut(self._store.conversation_until(turn))
        note = await self._chatwoot.note(turn.conversation, draft_note(result, link, cut=cut))
        self._store.move(turn, "placed")
        log.info("note.placed", conversation=turn.conversation, draft=result.id, status=result.status, note=note)

    async def _refused(self, turn: Turn, error: Invalid) -> None:
        # The detail of a problem may quote; its title never does.
        fields = [each.field for each in error.errors]
        log.error("draft.refused", conversation=turn.conversation, title=error.title, fields=fields)
        try:
            await self._chatwoot.note(turn.conversation, refused_note(f"{error.title}: {', '.join(fields)}."))
        except (TryLater, ConversationGone):
            log.warning("note.missing", conversation=turn.conversation)
        self._store.move(turn, "over")

    def _again(self, what: Turn | Reply, began: float, event: str, why: str) -> bool:
        pause = min(2.0**what.tries, LONGEST_PAUSE_S)
        given_up = time.time() + pause > began + GIVEN_UP_S
        number = what.id if isinstance(what, Turn) else what.turn
        log.warning(event, turn=number, why=why, again_in_s=None if given_up else pause)
        if given_up:
            if isinstance(what, Turn):
                self._store.move(what, "over")
            return False
        self._store.put_off(what, time.time() + pause)
        return True


def said_of(error: AmendsError) -> str:
    """What an error says, without what it may quote."""
    title = getattr(error, "title", None)
    return f"{getattr(error, 'status', '')} {title}".strip() if title else str(error)[:300]
