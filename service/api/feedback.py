"""The resource `feedback`: what an agent did with a draft."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from service.api.bodies import body_of, read_body
from service.api.callers import FeedingBack
from service.api.idempotency import HEADER_PARAMETER, asked_of, key_of, respond
from service.api.responses import problems
from service.idempotency import Answer, OnceOnly, answering
from service.intake import Intake
from service.schemas import Feedback, StoredFeedback


def feedback_router(intake: Intake, once: OnceOnly) -> APIRouter:
    """The routes under /v1/drafts/{draft_id}/feedback."""
    router = APIRouter(prefix="/v1/drafts/{draft_id}/feedback", tags=["feedback"])

    @router.post(
        "",
        status_code=HTTPStatus.CREATED,
        response_model=StoredFeedback,
        summary="Say what became of a draft",
        openapi_extra=HEADER_PARAMETER | body_of(Feedback),
        responses=problems(400, 404, 409, 410, 413, 422, 503),
    )
    async def give_feedback(draft_id: str, request: Request, caller: FeedingBack) -> Response:
        """Stores that the draft was sent as it is, edited, or rejected.

        Each feedback is kept, and the last one on a draft counts.
        """
        key = key_of(request)
        feedback = await read_body(request, Feedback)
        work = answering(_answer, partial(intake.take_feedback, caller.tenant, draft_id, feedback))
        return respond(await once.answer(asked_of(request, key, feedback, caller.tenant), work))

    return router


def _answer(stored: StoredFeedback) -> Answer:
    return Answer(HTTPStatus.CREATED, stored.model_dump_json(), stored.draft_id)
