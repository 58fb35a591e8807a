"""Drafts as they are worked through: the list of them, the case of one, and the same case drafted again."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from service.api.bodies import body_of, read_body
from service.api.callers import Drafting, Reading
from service.api.idempotency import HEADER_PARAMETER, asked_of, key_of, respond
from service.api.progress import ANSWER_OR_EVENTS, ProgressStreams, wants_progress
from service.api.queries import query_of, read_query
from service.api.responses import problems
from service.idempotency import Answer, Kept, OnceOnly, answering, unkept
from service.intake import Intake
from service.listing import DraftList, Listing, ListQuery, asked_again
from service.passes import Desk
from service.progress import Listener, unheard
from service.schemas import Case, FeedbackList, Options, Result

PRIVATE = {"Cache-Control": "no-store"}


def listing_router(listing: Listing, intake: Intake, once: OnceOnly, desk: Desk) -> APIRouter:
    """What the desk needs of /v1/drafts beside the drafts themselves."""
    router = APIRouter(prefix="/v1/drafts", tags=["drafts"])
    _add_reading(router, listing)
    _add_again(router, listing, intake, once, desk)
    return router


def _add_reading(router: APIRouter, listing: Listing) -> None:
    @router.get(
        "",
        response_model=DraftList,
        summary="List drafts",
        openapi_extra=query_of(ListQuery),
        responses=problems(422, 503),
    )
    async def list_drafts(request: Request, caller: Reading) -> Response:
        """The newest first; those that are not made yet, or were deleted, are in no list."""
        found = await listing.page(caller.tenant, read_query(request, ListQuery))
        return Response(found.model_dump_json(), media_type="application/json", headers=PRIVATE)

    @router.get(
        "/{draft_id}/case",
        response_model=Case,
        summary="Read the case of a draft",
        responses=problems(404, 409, 410, 503),
    )
    async def read_case(draft_id: str, caller: Reading) -> Response:
        """The complaint with its context and options as they were sent, with the `now` that counted."""
        case = await listing.case(caller.tenant, draft_id)
        return Response(case.model_dump_json(), media_type="application/json", headers=PRIVATE)

    @router.get(
        "/{draft_id}/feedback",
        response_model=FeedbackList,
        summary="Read what became of a draft",
        responses=problems(404, 410, 503),
    )
    async def read_feedback(draft_id: str, caller: Reading) -> Response:
        """Each feedback on it, in order: the last one counts. The texts are not repeated."""
        found = await listing.feedback(caller.tenant, draft_id)
        return Response(found.model_dump_json(), media_type="application/json", headers=PRIVATE)


def _add_again(router: APIRouter, listing: Listing, intake: Intake, once: OnceOnly, desk: Desk) -> None:
    streams = ProgressStreams()

    @router.post(
        "/{draft_id}/again",
        response_model=Result,
        summary="Draft a case again",
        openapi_extra=HEADER_PARAMETER | body_of(Options),
        responses={200: ANSWER_OR_EVENTS, **problems(400, 404, 409, 410, 413, 422, 502, 503, 504)},
    )
    async def draft_again(draft_id: str, request: Request, caller: Drafting) -> Response:
        """Makes another draft for the same case, with the options given here in place of those that it had.

        It is a draft of its own, with an id of its own, and the first one stays as it is. Progress comes as with
        other drafts. The case's dates count from the same `now`.
        """
        key = key_of(request)
        options = await read_body(request, Options)

        def make(tell: Listener) -> Coroutine[None, None, Answer]:
            async def draft(keep: Callable[[Result], Kept | None] = unkept) -> Result:
                case = asked_again(await listing.case(caller.tenant, draft_id), options)
                result = await intake.create(caller.tenant, case, tell, keep, payer=caller.payer)
                await desk.made(caller, draft_id, result.id)
                return result

            return once.answer(asked_of(request, key, options, caller.tenant), answering(_answer, draft))

        if wants_progress(request):
            return await streams.answer(make, request)
        return respond(await make(unheard))


def _answer(result: Result) -> Answer:
    return Answer(HTTPStatus.OK, result.to_json(), result.id)
