"""Signs of life: the process itself, and whether it is ready for work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response

from service.api.responses import problems
from service.schemas import Health

OK = Health(status="ok")


def health_router(ready: Callable[[], Awaitable[None]]) -> APIRouter:
    """/healthz and /readyz; `ready` raises what keeps the service from working."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", response_model=Health, summary="Whether the process lives")
    async def healthz() -> Response:
        """Answers as long as the process does."""
        return Response(OK.model_dump_json(), media_type="application/json")

    @router.get("/readyz", response_model=Health, summary="Whether work can be done", responses=problems(502, 503))
    async def readyz() -> Response:
        """Asks the database and the model's endpoint for a sign of life, without a completion."""
        await ready()
        return Response(OK.model_dump_json(), media_type="application/json")

    return router
