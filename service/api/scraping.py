"""Metrics for Prometheus, where they are switched on; no part of the contract, which is for callers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI, Request, Response

Exposed = Callable[[str], Awaitable[tuple[bytes, str]]]


def scraping_router(expose: Exposed) -> APIRouter:
    """/metrics; `expose` gives the text and its media type, for what the header Accept says."""
    router = APIRouter()

    @router.get("/metrics", include_in_schema=False)
    async def read_metrics(request: Request) -> Response:
        """The figures of this process, over all tenants."""
        text, media_type = await expose(request.headers.get("accept", ""))
        return Response(text, headers={"Content-Type": media_type, "Cache-Control": "no-store"})

    return router


def scraped_app(expose: Exposed) -> FastAPI:
    """An application with nothing but /metrics, for a process that answers nothing else."""
    app = FastAPI(openapi_url=None)
    app.include_router(scraping_router(expose))
    return app
