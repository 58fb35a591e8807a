"""The resource `drafts`: a complaint in, a checked draft out."""

from __future__ import annotations

from collections.abc import Coroutine
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from service.api.bodies import body_of, read_body
from service.api.idempotency import HEADER_PARAMETER, asked_of, key_of, respond
from service.api.problems import request_id_of
from service.api.progress import EVENT_MODELS, MEDIA_TYPE, ProgressStreams, wants_progress
from service.api.responses import problems
from service.idempotency import DEFAULT_TENANT, Answer, Keep, OnceOnly
from service.intake import Intake
from service.progress import Listener, unheard
from service.schemas import Case, Result

EVENTS: dict[str, object] = {
    "description": "The result; or, where they are asked for, the events of its making",
    "content": {
        MEDIA_TYPE: {
            "schema": {"type": "string"},
            # OpenAPI has no words of its own for the events of a stream: their names, and what each holds.
            "x-events": {name: {"$ref": f"#/components/schemas/{model}"} for name, model in EVENT_MODELS.items()},
        }
    },
}


def drafts_router(intake: Intake, once: OnceOnly, tenant: str = DEFAULT_TENANT) -> APIRouter:
    """The routes under /v1/drafts."""
    router = APIRouter(prefix="/v1/drafts", tags=["drafts"])
    streams = ProgressStreams()

    @router.post(
        "",
        response_model=Result,
        summary="Draft a reply to a complaint",
        openapi_extra=HEADER_PARAMETER | body_of(Case),
        responses={200: EVENTS, **problems(400, 409, 413, 422, 502, 503, 504)},
    )
    async def create_draft(request: Request) -> Response:
        """Drafts, checks and revises; answers `ready` or `needs_review`, and stores the result.

        With `Accept: text/event-stream` it answers the progress as server-sent events, which hold no unchecked
        text: `attempt` when a text was asked for, `verdicts` when one was checked, `fault` when none came, and at
        last `result`, or `problem` where it failed. A request that is sent again with its Idempotency-Key gets the
        last event alone.
        """
        key = key_of(request)
        case = await read_body(request, Case)
        asked = asked_of(request, key, case, tenant)

        def make(tell: Listener) -> Coroutine[None, None, Answer]:
            async def work(keep: Keep) -> Answer:
                return _answer(await intake.create(case, tell, lambda result: keep(_answer(result))))

            return once.answer(asked, work)

        if wants_progress(request):
            return await streams.answer(make, request_id_of(request))
        return respond(await make(unheard))

    @router.get(
        "/{draft_id}",
        response_model=Result,
        summary="Read a draft again",
        responses=problems(404, 503),
    )
    async def read_draft(draft_id: str) -> Response:
        """The result as it was answered when the draft was made."""
        result = await intake.get(draft_id)
        return Response(result.to_json(), media_type="application/json")

    return router


def _answer(result: Result) -> Answer:
    return Answer(HTTPStatus.OK, result.to_json(), result.id)
