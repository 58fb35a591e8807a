"""Deleting: one draft, or all of a customer, whose reference stands in a body and in no URL that a proxy would log."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from service.api.bodies import body_of, read_body
from service.api.callers import Administering
from service.api.idempotency import HEADER_PARAMETER, asked_of, key_of, respond
from service.api.responses import problems
from service.erasing import Deletion, DeletionRequest, Eraser
from service.idempotency import Answer, OnceOnly


def deletions_router(eraser: Eraser, once: OnceOnly) -> APIRouter:
    """DELETE /v1/drafts/{draft_id} and the routes under /v1/deletions."""
    router = APIRouter(tags=["deletions"])

    @router.delete(
        "/v1/drafts/{draft_id}",
        status_code=HTTPStatus.NO_CONTENT,
        response_class=Response,
        summary="Delete a draft",
        responses=problems(404, 503),
    )
    async def delete_draft(draft_id: str, caller: Administering) -> Response:
        """Deletes the case, every text, verdicts' words, feedback's texts and the references; figures stay.

        What is still to be drafted is cancelled. From then on the draft answers 410. Deleting it again does nothing.
        """
        await eraser.erase_draft(caller.tenant, draft_id, caller.actor)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    @router.post(
        "/v1/deletions",
        response_model=Deletion,
        summary="Delete all drafts of a customer",
        openapi_extra=HEADER_PARAMETER | body_of(DeletionRequest),
        responses=problems(400, 409, 413, 422, 503),
    )
    async def delete_customer(request: Request, caller: Administering) -> Response:
        """Deletes what was sent with this `context.customer_ref`, as the deletion of each draft does.

        What is being drafted at this moment by a request that waits for its answer is stored after that: stop
        sending a customer's cases before you delete them.
        """
        key = key_of(request)
        given = await read_body(request, DeletionRequest)

        async def work() -> Answer:
            deletion = await eraser.erase_customer(caller.tenant, given.customer_ref, caller.actor)
            return Answer(HTTPStatus.OK, deletion.model_dump_json())

        return respond(await once.answer_and_keep(asked_of(request, key, given, caller.tenant), work))

    return router
