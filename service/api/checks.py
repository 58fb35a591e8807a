"""The resource `checks`: a draft in, its verdicts out; nothing is stored but answers under idempotency keys."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from service.api.bodies import body_of, read_body
from service.api.callers import Checking
from service.api.idempotency import HEADER_PARAMETER, asked_of, key_of, respond
from service.api.responses import problems
from service.checking import DraftChecker
from service.idempotency import Answer, OnceOnly
from service.schemas import CheckInput, CheckResult


def checks_router(checker: DraftChecker, once: OnceOnly) -> APIRouter:
    """The routes under /v1/checks."""
    router = APIRouter(prefix="/v1/checks", tags=["checks"])

    @router.post(
        "",
        response_model=CheckResult,
        summary="Check a draft",
        openapi_extra=HEADER_PARAMETER | body_of(CheckInput),
        responses=problems(400, 409, 413, 422, 503),
    )
    async def check_draft(request: Request, caller: Checking) -> Response:
        """Runs every check of the policy over a draft that somebody wrote or edited."""
        key = key_of(request)
        given = await read_body(request, CheckInput)

        async def work() -> Answer:
            return Answer(HTTPStatus.OK, (await checker.check(given, tenant=caller.tenant)).to_json())

        return respond(await once.answer_and_keep(asked_of(request, key, given, caller.tenant), work))

    return router
