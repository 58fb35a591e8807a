"""The resource `audit`: what was done to what is kept."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.api.callers import Administering
from service.api.queries import query_of, read_query
from service.api.responses import problems
from service.audit import AuditPage, AuditQuery, Trail


def audit_router(trail: Trail) -> APIRouter:
    """The routes under /v1/audit."""
    router = APIRouter(prefix="/v1/audit", tags=["audit"])

    @router.get(
        "",
        response_model=AuditPage,
        summary="Read the audit trail",
        openapi_extra=query_of(AuditQuery),
        responses=problems(422, 503),
    )
    async def read_audit(request: Request, caller: Administering) -> Response:
        """Deletions and changes of webhooks, the newest first: who, when, how much; never a text."""
        query = read_query(request, AuditQuery)
        page = await trail.page(caller.tenant, query.before, query.limit)
        return Response(page.model_dump_json(), media_type="application/json")

    return router
