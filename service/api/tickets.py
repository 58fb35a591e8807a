"""Drafts that are made later: their tickets as answers, and the route that cancels them."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from service.accepting import Accepting
from service.api.callers import Drafting
from service.api.idempotency import HEADER_PARAMETER, key_of
from service.api.links import DRAFT, links
from service.api.prefer import ASYNCHRONOUS
from service.api.responses import Responses, problems
from service.idempotency import Answer
from service.schemas import Result, Ticket

COME_AGAIN_S = 2  # less than a draft takes, and nobody asks so often that it costs anything
RETRY_AFTER: dict[str, object] = {"description": "In seconds.", "schema": {"type": "integer"}}
LOCATION: dict[str, object] = {"description": "Where the draft is to be had.", "schema": {"type": "string"}}
APPLIED: dict[str, object] = {"description": "`respond-async`.", "schema": {"type": "string"}}
ACCEPTED: Responses = {
    202: {
        "model": Ticket,
        "description": "Accepted, and as safe as a draft that is stored: it will be drafted",
        "headers": {"Location": LOCATION, "Retry-After": RETRY_AFTER, "Preference-Applied": APPLIED},
        **links(DRAFT),
    }
}


def tickets_router(accepting: Accepting) -> APIRouter:
    """What can be done about a draft that is not made yet."""
    router = APIRouter(prefix="/v1/drafts", tags=["drafts"])

    @router.post(
        "/{draft_id}/cancel",
        response_model=Ticket,
        summary="Cancel a draft that is not finished",
        openapi_extra=HEADER_PARAMETER,
        responses=problems(404, 409, 410, 422, 503),
    )
    async def cancel_draft(draft_id: str, request: Request, caller: Drafting) -> Response:
        """Gives the draft up at once, also one that is worked on; to cancel it again changes nothing."""
        key_of(request)  # a wrong one is refused as everywhere; a right one makes no difference
        ticket = await accepting.cancel(caller.tenant, draft_id, caller.actor)
        return Response(ticket.model_dump_json(), media_type="application/json")

    return router


def accepted(ticket: Ticket) -> Answer:
    """The answer to a case that will be drafted."""
    return Answer(HTTPStatus.ACCEPTED, ticket.model_dump_json(), job_id=ticket.id)


def headers_of(answer: Answer) -> dict[str, str]:
    """What goes with an answer beside its body, also where it is given for the second time."""
    if answer.status != HTTPStatus.ACCEPTED:
        return {}
    ticket = Ticket.model_validate_json(answer.body)
    return {
        "Location": f"/v1/drafts/{ticket.id}",
        "Retry-After": str(COME_AGAIN_S),
        "Preference-Applied": ASYNCHRONOUS,
    }


def body_and_headers(found: Result | Ticket) -> tuple[str, dict[str, str]]:
    """A draft as it is read, or its ticket and when to come again."""
    if isinstance(found, Result):
        return found.to_json(), {}
    again = {} if found.status == "cancelled" else {"Retry-After": str(COME_AGAIN_S)}
    return found.model_dump_json(), again
