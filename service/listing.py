"""The list of drafts, and the case of one, as those read them who work through drafts."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from guardrails.types import Channel, Contract, Text
from service.period import moment_of
from service.schemas import Case, FeedbackList, FeedbackOutcome, Options

FeedbackFilter = Literal["none", "given", "sent", "edited", "rejected"]
DraftStatus = Literal["ready", "needs_review", "failed"]
DEFAULT_LIMIT, MOST_LIMIT = 50, 200
EXCERPT_CHARACTERS = 200


def _moment(value: object) -> object:
    """Of texts the same as other queries take: pydantic would read a number as seconds since 1970."""
    try:
        return moment_of(value) if isinstance(value, str) else value
    except ValueError as error:
        raise PydanticCustomError("moment", str(error)) from None  # it holds no {}


QueriedMoment = Annotated[AwareDatetime, BeforeValidator(_moment)]


class ListQuery(Contract):
    """Which drafts to list; what is not asked for does not matter."""

    # By the names of the URL alone: `since` is a name of Python's.
    model_config = ConfigDict(validate_by_name=False, validate_by_alias=True)

    status: DraftStatus | None = None
    feedback: FeedbackFilter | None = Field(
        default=None,
        description="`none` for drafts that wait for an agent, `given` for the others; or what the last feedback says.",
    )
    channel: Channel | None = None
    situation: Text | None = None
    policy: Text | None = None
    ref: Text | None = Field(default=None, description="The caller's own reference.")
    since: QueriedMoment | None = Field(default=None, alias="from", description="Made from this moment on.")
    until: QueriedMoment | None = Field(default=None, alias="to", description="Made before this moment.")
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MOST_LIMIT, description="How many drafts a page may have.")
    before: Text | None = Field(default=None, description="The `next` of the page before this one.")


class ListedDraft(Contract):
    """A draft in a list: what one needs to choose it by."""

    id: str
    ref: str | None
    created_at: AwareDatetime
    status: DraftStatus
    situation: str
    policy: str
    channel: Channel | None = Field(description="Null where the line of a batch held no case.")
    customer_name: str | None
    complaint: str | None = Field(description=f"How the complaint begins: at most {EXCERPT_CHARACTERS} characters.")
    escalation: str | None = Field(description="The kind of it, where the complaint was left to a person.")
    shown: bool = Field(description="Whether the caller was given any text.")
    failed_checks: tuple[str, ...] = Field(description="Blocking or not.")
    feedback: FeedbackOutcome | None = Field(description="As the last one counts.")
    edit_distance: float | None


class DraftList(Contract):
    """Some drafts, the newest first; `next` is the `before` of the page that follows."""

    drafts: tuple[ListedDraft, ...]
    next: str | None


class Listing(Protocol):
    """Where drafts and their cases are read."""

    async def page(self, tenant: str, query: ListQuery) -> DraftList:
        """The drafts of a tenant that a query asks for."""

    async def case(self, tenant: str, draft_id: str) -> Case:
        """What was asked for."""

    async def feedback(self, tenant: str, draft_id: str) -> FeedbackList:
        """What became of a draft."""


def asked_again(case: Case, options: Options) -> Case:
    """A case with some options changed; what is not given stays, and so does the moment that its dates count from."""
    changed = options.model_dump(exclude_none=True)
    return case.model_copy(update={"options": (case.options or Options()).model_copy(update=changed)})
