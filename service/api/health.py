"""Signs of life: the process itself, and whether it is ready for work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from service.api.problems import answer_known
from service.api.responses import open_problems
from service.errors import AmendsError
from service.schemas import Health

OK = Health(status="ok")
NOT_TOLD = "The service is not ready for work. Its log has more under this request id."  # hosts, users, files


def health_router(ready: Callable[[], Awaitable[None]]) -> APIRouter:
    """/healthz and /readyz; `ready` raises what keeps the service from working."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", response_model=Health, summary="Whether the process lives")
    async def healthz() -> Response:
        """Answers as long as the process does."""
        return Response(OK.model_dump_json(), media_type="application/json")

    @router.get("/readyz", response_model=Health, summary="Whether work can be done", responses=open_problems(502, 503))
    async def readyz(request: Request) -> Response:
        """Asks the database and the model's endpoint for a sign of life, without a completion.

        Anybody may ask, and is told which of them is at fault; the log has what is wrong with it.
        """
        try:
            await ready()
        except AmendsError as error:
            return answer_known(request, error, NOT_TOLD)
        return Response(OK.model_dump_json(), media_type="application/json")

    return router
