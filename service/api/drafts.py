"""The resource `drafts`: a complaint in, a checked draft out."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from service.api.bodies import body_of, read_body
from service.api.problems import request_id_of
from service.api.progress import EVENT_MODELS, MEDIA_TYPE, ProgressStreams, wants_progress
from service.api.responses import problems
from service.intake import Intake
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


def drafts_router(intake: Intake) -> APIRouter:
    """The routes under /v1/drafts."""
    router = APIRouter(prefix="/v1/drafts", tags=["drafts"])
    streams = ProgressStreams()

    @router.post(
        "",
        response_model=Result,
        summary="Draft a reply to a complaint",
        openapi_extra=body_of(Case),
        responses={200: EVENTS, **problems(400, 413, 422, 502, 503, 504)},
    )
    async def create_draft(request: Request) -> Response:
        """Drafts, checks and revises; answers `ready` or `needs_review`, and stores the result.

        With `Accept: text/event-stream` it answers the progress as server-sent events, which hold no unchecked
        text: `attempt` when a text was asked for, `verdicts` when one was checked, `fault` when none came, and at
        last `result`, or `problem` where it failed.
        """
        case = await read_body(request, Case)
        if wants_progress(request):
            return await streams.answer(partial(intake.create, case), request_id_of(request))
        result = await intake.create(case)
        return Response(result.to_json(), media_type="application/json")

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
