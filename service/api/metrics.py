"""The resource `metrics`: figures of drafts for the desk and for who changes prompts."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.api.callers import Reading
from service.api.responses import problems
from service.figures import Figures
from service.figures_schemas import DraftMetrics
from service.period import DEFAULT_DAYS, MOST_DAYS

MOMENT = {"type": "string", "format": "date-time"}
PERIOD: dict[str, object] = {
    "parameters": [
        {
            "name": "from",
            "in": "query",
            "required": False,
            "description": f"Drafts made from this moment on; by default midnight, {DEFAULT_DAYS} days before `to`. "
            f"At most {MOST_DAYS} days before it. Days are counted in its zone.",
            "schema": MOMENT,
        },
        {
            "name": "to",
            "in": "query",
            "required": False,
            "description": "Drafts made before this moment; by default the present one.",
            "schema": MOMENT,
        },
    ]
}


def metrics_router(figures: Figures) -> APIRouter:
    """The routes under /v1/metrics."""
    router = APIRouter(prefix="/v1/metrics", tags=["metrics"])

    @router.get(
        "/drafts",
        response_model=DraftMetrics,
        summary="Read what became of drafts",
        openapi_extra=PERIOD,
        responses=problems(422, 503),
    )
    async def read_draft_metrics(request: Request, caller: Reading) -> Response:
        """Acceptance, edit distance and failed checks of the drafts made in a period, in all and by group.

        Feedback counts for the day of its draft, whenever it was given.
        """
        found = await figures.asked(caller.tenant, request.query_params.multi_items())
        return Response(found.model_dump_json(), media_type="application/json", headers={"Cache-Control": "no-store"})

    return router
