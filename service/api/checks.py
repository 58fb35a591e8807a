"""The resource `checks`: a draft in, its verdicts out; nothing is stored."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.api.bodies import body_of, read_body
from service.api.responses import problems
from service.checking import DraftChecker
from service.schemas import CheckInput, CheckResult


def checks_router(checker: DraftChecker) -> APIRouter:
    """The routes under /v1/checks."""
    router = APIRouter(prefix="/v1/checks", tags=["checks"])

    @router.post(
        "",
        response_model=CheckResult,
        summary="Check a draft",
        openapi_extra=body_of(CheckInput),
        responses=problems(400, 413, 422),
    )
    async def check_draft(request: Request) -> Response:
        """Runs every check of the policy over a draft that somebody wrote or edited."""
        given = await read_body(request, CheckInput)
        result = await checker.check(given)
        return Response(result.model_dump_json(), media_type="application/json")

    return router
