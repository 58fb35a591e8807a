"""Tickets and their follow-ups as the help desk's API tells of them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class FollowUp(BaseModel):
    """What somebody did on a ticket; `user` is null for what a customer did."""

    model_config = ConfigDict(frozen=True)

    id: int
    user: int | None = None
    comment: str | None = None
    public: bool = False

    @property
    def text(self) -> str:
        """What was written; browsers send lines that end in CR LF, and the help desk keeps them so."""
        return (self.comment or "").replace("\r\n", "\n").strip()


class Ticket(BaseModel):
    """A ticket, its follow-ups in the order in which they came."""

    model_config = ConfigDict(frozen=True)

    id: int
    queue: int
    title: str
    description: str | None = None
    submitter_email: str | None = None
    status: int
    merged_to: int | None = None
    followup_set: tuple[FollowUp, ...] = Field(default=())

    @property
    def follow_ups(self) -> list[FollowUp]:
        """All but the one that the help desk makes of the description when the ticket is opened."""
        ordered = sorted(self.followup_set, key=lambda each: each.id)
        if ordered and self._opens(ordered[0]):
            return ordered[1:]
        return ordered

    def _opens(self, first: FollowUp) -> bool:
        # By mail the two differ: the description leaves out what the mail quotes.
        same = first.text == (self.description or "").replace("\r\n", "\n").strip()
        return first.public and (first.user is None or same)


class TicketPage(BaseModel):
    """Some tickets; `next` is the address of those that follow."""

    count: int
    next: str | None = None
    results: tuple[Ticket, ...]
