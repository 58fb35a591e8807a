"""The resource `drafts`: a complaint in, a checked draft out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.api.bodies import body_of, read_body
from service.api.responses import problems
from service.intake import Intake
from service.schemas import Case, Result


def drafts_router(intake: Intake) -> APIRouter:
    """The routes under /v1/drafts."""
    router = APIRouter(prefix="/v1/drafts", tags=["drafts"])

    @router.post(
        "",
        response_model=Result,
        summary="Draft a reply to a complaint",
        openapi_extra=body_of(Case),
        responses=problems(400, 413, 422, 502, 503, 504),
    )
    async def create_draft(request: Request) -> Response:
        """Drafts, checks and revises; answers `ready` or `needs_review`, and stores the result."""
        result = await intake.create(await read_body(request, Case))
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
