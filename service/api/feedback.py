"""The resource `feedback`: what an agent did with a draft."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from service.api.bodies import body_of, read_body
from service.api.responses import problems
from service.intake import Intake
from service.schemas import Feedback, StoredFeedback


def feedback_router(intake: Intake) -> APIRouter:
    """The routes under /v1/drafts/{draft_id}/feedback."""
    router = APIRouter(prefix="/v1/drafts/{draft_id}/feedback", tags=["feedback"])

    @router.post(
        "",
        status_code=HTTPStatus.CREATED,
        response_model=StoredFeedback,
        summary="Say what became of a draft",
        openapi_extra=body_of(Feedback),
        responses=problems(400, 404, 413, 422, 503),
    )
    async def give_feedback(draft_id: str, request: Request) -> Response:
        """Stores that the draft was sent as it is, edited, or rejected.

        Each feedback is kept, and the last one on a draft counts.
        """
        feedback = await read_body(request, Feedback)
        stored = await intake.take_feedback(draft_id, feedback)
        return Response(stored.model_dump_json(), HTTPStatus.CREATED, media_type="application/json")

    return router
