"""The resource `drafts`: a complaint in, a checked draft out, at once or later."""

from __future__ import annotations

from collections.abc import Coroutine
from functools import partial
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from service.accepting import Accepting
from service.api import etags, prefer
from service.api.bodies import body_of, read_body
from service.api.callers import Drafting, Reading
from service.api.idempotency import KEY_PARAMETER, asked_of, key_of, respond
from service.api.links import DRAFT, links
from service.api.progress import ANSWER_OR_EVENTS, ProgressStreams, wants_progress
from service.api.responses import problems
from service.api.tickets import ACCEPTED, RETRY_AFTER, accepted, body_and_headers, headers_of
from service.idempotency import Answer, OnceOnly, answering
from service.intake import Intake
from service.progress import Listener, unheard
from service.schemas import Case, Result, Ticket

PARAMETERS: dict[str, object] = {"parameters": [KEY_PARAMETER, prefer.HEADER_PARAMETER]}
TAGGED: dict[str, object] = {"ETag": {"description": "Strong.", "schema": {"type": "string"}}}


def drafts_router(intake: Intake, accepting: Accepting, once: OnceOnly) -> APIRouter:
    """The routes under /v1/drafts."""
    router = APIRouter(prefix="/v1/drafts", tags=["drafts"])
    streams = ProgressStreams()

    @router.post(
        "",
        response_model=Result,
        summary="Draft a reply to a complaint",
        openapi_extra=PARAMETERS | body_of(Case),
        responses={
            200: ANSWER_OR_EVENTS | links(DRAFT),
            **ACCEPTED,
            **problems(400, 409, 410, 413, 422, 501, 502, 503, 504),
        },
    )
    async def create_draft(request: Request, caller: Drafting) -> Response:
        """Drafts, checks and revises; answers `ready` or `needs_review`, and stores the result.

        With `Accept: text/event-stream` it answers the progress as server-sent events, which hold no unchecked
        text: `attempt` when a text was asked for, `verdicts` when one was checked, `fault` when none came, and at
        last `result`, or `problem` where it failed. A request that is sent again with its Idempotency-Key gets the
        last event alone.

        With `Prefer: respond-async` it answers 202 as soon as the case is kept, and the draft is asked for at its
        `Location` until it is there. Progress goes before that, where both are asked for.
        """
        key = key_of(request)
        case = await read_body(request, Case)
        asked = asked_of(request, key, case, caller.tenant)

        def make(tell: Listener) -> Coroutine[None, None, Answer]:
            return once.answer(
                asked, answering(_answer, partial(intake.create, caller.tenant, case, tell, payer=caller.payer))
            )

        if wants_progress(request):
            return await streams.answer(make, request)
        if prefer.prefers_async(request):
            accept = partial(accepting.accept, caller.tenant, case, payer=caller.payer)
            answer = await once.answer(asked, answering(accepted, accept))
        else:
            answer = await make(unheard)
        return respond(answer, headers_of(answer))

    @router.get(
        "/{draft_id}",
        response_model=Result | Ticket,
        summary="Read a draft again",
        openapi_extra={"parameters": [etags.HEADER_PARAMETER]},
        responses={
            200: {"headers": TAGGED | {"Retry-After": RETRY_AFTER}},
            304: {"description": "The caller has it"},
            **problems(404, 410, 503),
        },
    )
    async def read_draft(draft_id: str, request: Request, caller: Reading) -> Response:
        """The result as it was answered when the draft was made; until then, where it stands.

        `Retry-After` stands at an answer that will be another one, and at no other.
        """
        body, headers = body_and_headers(await accepting.read(caller.tenant, draft_id))
        return etags.tagged(request, body, headers)

    return router


def _answer(result: Result) -> Answer:
    return Answer(HTTPStatus.OK, result.to_json(), result.id)
