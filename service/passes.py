"""Passes: what lets an agent's browser in for a while, in place of the access key behind it.

A session is a pass to what the key may do at the desk; a link is a pass to one draft, and to those that are drafted
again from it at the desk, that is exchanged for a session.
Of a pass only a hash is kept, so that whoever reads the database cannot use it; with its key it stops working.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Literal, Protocol

from pydantic import AwareDatetime, Field

from guardrails.types import WHOLE, Contract, NonBlank
from service.access import USUAL_SCOPES, Caller
from service.errors import DraftNotFound, LinkExpired

Kind = Literal["session", "link"]
PREFIX = "amends_pass_"
PASS = re.compile(rf"{PREFIX}[0-9A-Za-z_-]{{43}}", re.ASCII)
SESSION_LASTS, LIMITED_LASTS = timedelta(hours=12), timedelta(hours=2)
LINK_S, MOST_LINK_S = 900, 86_400


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass as it is kept: `id` is the hash of what its bearer sends; `drafts` are all that it is for, if any are.

    The first draft of a link is the one that it opens.
    """

    id: str
    kind: Kind
    key_id: str
    drafts: tuple[str, ...]
    expires_at: datetime


class LinkInput(Contract):
    """What a link is to be like."""

    expires_in_s: Annotated[int, Field(ge=60, le=MOST_LINK_S), WHOLE] = Field(
        default=LINK_S, description="Seconds for which the link can be followed."
    )


class Link(Contract):
    """A link that opens the desk at one draft."""

    url: str = Field(description="For the agent's browser or a frame; relative to the address of this service.")
    expires_at: AwareDatetime | None = Field(description="Null where nobody needs to sign in.")


class SignIn(Contract):
    """What an agent signs in by; `keep` says whether the browser keeps a cookie, or the page a token in memory."""

    key: NonBlank | None = None
    link: NonBlank | None = None
    keep: Literal["cookie", "page"] = "cookie"


class DeskSession(Contract):
    """Who sits at the desk, and what its page needs to know; `opens` is the draft of the link that was followed."""

    signed_in: bool
    open: bool
    draft_id: str | None
    csrf: str | None
    token: str | None
    embedders: tuple[str, ...]
    opens: str | None = None


@dataclass(frozen=True, slots=True)
class WorkingLink:
    """A link that can be followed, and whoever has the key that made it."""

    given: Pass
    caller: Caller


@dataclass(frozen=True, slots=True)
class Followed:
    """What following a link came to: the session that may now see its draft, and whether the browser has it already."""

    session: str
    draft_id: str
    known: bool


class Passes(Protocol):
    """Where passes are kept."""

    async def add(self, one: Pass, now: datetime) -> None:
        """Keep one, and forget those that have expired."""

    async def get(self, pass_id: str) -> Pass | None:
        """One, expired or not."""

    async def allow(self, pass_id: str, draft_id: str) -> None:
        """Make it a pass to one draft more."""

    async def allow_made(self, key_id: str, origin: str, draft_id: str) -> None:
        """Make every pass of a key to one draft a pass to another, which was made from it, too."""

    async def prolong(self, pass_id: str, until: datetime) -> None:
        """Let it expire at another moment."""

    async def drop(self, pass_id: str) -> None:
        """Forget one."""


class Desk:
    """Lets agents in by passes, as long as `caller_of` the key behind them says that it works."""

    def __init__(
        self, passes: Passes, caller_of: Callable[[str], Awaitable[Caller | None]], clock: Callable[[], datetime]
    ) -> None:
        self._passes = passes
        self._caller_of = caller_of
        self._clock = clock

    async def session_for(self, caller: Caller) -> str:
        """A session of whoever has a key."""
        assert caller.key_id
        return await self._make("session", caller.key_id, (), SESSION_LASTS)

    async def link(self, given: str) -> WorkingLink:
        """What a link leads to.

        Raises:
            LinkExpired: it has, its key works no more, or it never was one.
        """
        found = await self._valid(given, "link")
        caller = await self._caller_of(found.key_id) if found else None
        if found is None or caller is None:
            raise LinkExpired
        return WorkingLink(found, caller)

    async def session_by(self, link: WorkingLink, beside: str | None = None) -> Followed:
        """A session by a link, for its drafts alone; a link may be followed again until it expires.

        Tabs of one browser share its cookie. So whoever has a session `beside` it keeps that one: where it may do all
        that the link lets one do, as it is; where it is by another link of the same key, with these drafts added.
        """
        found = link.given
        draft_id = found.drafts[0]
        old = await self._valid(beside, "session") if beside else None
        if beside and old and not old.drafts and await self._covers(beside, link.caller):
            return Followed(beside, draft_id, known=True)
        if beside and old and old.drafts and old.key_id == found.key_id:
            for each in found.drafts:
                if each not in old.drafts:
                    await self._passes.allow(old.id, each)
            await self._passes.prolong(old.id, self._clock() + LIMITED_LASTS)
            return Followed(beside, draft_id, known=False)  # the cookie lasts longer now, too
        return Followed(await self._make("session", found.key_id, found.drafts, LIMITED_LASTS), draft_id, known=False)

    async def _covers(self, session: str, its: Caller) -> bool:
        mine = await self.admit(session)
        return mine is not None and mine.tenant == its.tenant and mine.scopes >= its.scopes & frozenset(USUAL_SCOPES)

    async def link_to(self, caller: Caller, draft_id: str, lasts_s: int) -> Link:
        """A link to one draft. Where nobody needs a key, it is a plain address."""
        if caller.key_id is None:
            return Link(url=f"/#/draft/{draft_id}", expires_at=None)
        lasts = timedelta(seconds=lasts_s)
        link = await self._make("link", caller.key_id, (draft_id,), lasts)
        return Link(url=f"/#/open/{link}", expires_at=self._clock() + lasts)

    async def admit(self, given: str) -> Caller | None:
        """Whoever bears a session's pass; None where it does not work.

        Nobody can do at the desk what only an administrator may, whatever the key.
        """
        found = await self._valid(given, "session")
        caller = await self._caller_of(found.key_id) if found else None
        if found is None or caller is None:
            return None
        scopes = frozenset(USUAL_SCOPES) if "admin" in caller.scopes else caller.scopes & frozenset(USUAL_SCOPES)
        return replace(caller, scopes=scopes, session=found.id, drafts=found.drafts or None)

    async def made(self, caller: Caller, origin: str, draft_id: str) -> None:
        """Let a session that is for some drafts alone have the one that it made from one of them, too.

        So may the link that it came by: where no cookie is kept, the page follows it anew when it is loaded again.
        """
        if caller.key_id and caller.drafts:
            await self._passes.allow_made(caller.key_id, origin, draft_id)

    async def end(self, given: str) -> None:
        """Let nobody in by this pass any more."""
        if PASS.fullmatch(given):
            await self._passes.drop(hash_of_pass(given))

    async def _make(self, kind: Kind, key_id: str, drafts: tuple[str, ...], lasts: timedelta) -> str:
        given = f"{PREFIX}{secrets.token_urlsafe(32)}"
        now = self._clock()
        await self._passes.add(Pass(hash_of_pass(given), kind, key_id, drafts, now + lasts), now)
        return given

    async def _valid(self, given: str, kind: Kind) -> Pass | None:
        if not PASS.fullmatch(given):
            return None
        found = await self._passes.get(hash_of_pass(given))
        return found if found and found.kind == kind and self._clock() < found.expires_at else None


def hash_of_pass(given: str) -> str:
    """What is kept of a pass: of 256 random bits one round is enough."""
    return hashlib.sha256(given.encode()).hexdigest()


def csrf_of(given: str) -> str:
    """The word that our own pages send beside the cookie: other pages can read neither."""
    return hashlib.sha256(f"csrf:{given}".encode()).hexdigest()


def refuse_beyond(caller: Caller, method: str, path: str) -> None:
    """Do nothing where a caller is not bound to some drafts, or asks for one of them.

    Raises:
        DraftNotFound: it is another one, or something else altogether.
    """
    if caller.drafts is None:
        return
    asked = ("GET", ""), ("GET", "/case"), ("GET", "/feedback"), ("POST", "/feedback"), ("POST", "/again")
    allowed = {(verb, f"/v1/drafts/{draft}{rest}") for draft in caller.drafts for verb, rest in asked}
    if (method, path) not in allowed | {("POST", "/v1/checks")}:
        raise DraftNotFound("This session is for one draft alone; sign in with a key for others.")
