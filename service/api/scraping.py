"""Metrics for Prometheus, where they are switched on; no part of the contract, which is for callers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response

from service.admitting import Admitting
from service.api.callers import Reading
from service.api.door import Door
from service.api.problems import install_problems
from service.hosts import Hosts
from service.idempotency import DEFAULT_TENANT

Exposed = Callable[[str], Awaitable[tuple[bytes, str]]]


def scraping_router(expose: Exposed) -> APIRouter:
    """/metrics; `expose` gives the text and its media type, for what the header Accept says."""
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    async def read_metrics(request: Request, caller: Reading) -> Response:
        """The figures of this process; as they are over all tenants, for the operator's alone."""
        if caller.tenant != DEFAULT_TENANT:
            raise HTTPException(HTTPStatus.FORBIDDEN, f"these figures are for keys of the tenant `{DEFAULT_TENANT}`")
        text, media_type = await expose(request.headers.get("accept", ""))
        return Response(text, headers={"Content-Type": media_type, "Cache-Control": "no-store"})

    return router


def scraped_app(expose: Exposed, admitting: Admitting, hosts: Hosts) -> FastAPI:
    """An application with nothing but /metrics, for a process that answers nothing else."""
    app = FastAPI(openapi_url=None)
    app.add_middleware(Door, admitting=admitting, hosts=hosts)
    install_problems(app)
    app.include_router(scraping_router(expose))
    return app
