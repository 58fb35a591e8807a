"""The resource `audit`: what was done to what is kept."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response

from service.api.responses import problems
from service.audit import DEFAULT_LIMIT, MOST_LIMIT, AuditPage, Trail
from service.errors import InvalidField
from service.idempotency import DEFAULT_TENANT

PARAMETERS: dict[str, object] = {
    "parameters": [
        {
            "name": "limit",
            "in": "query",
            "required": False,
            "description": "How many entries a page may have.",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST_LIMIT, "default": DEFAULT_LIMIT},
        },
        {
            "name": "before",
            "in": "query",
            "required": False,
            "description": "The `next` of the page before this one.",
            "schema": {"type": "integer", "minimum": 1},
        },
    ]
}
MOST_ID = 2**63 - 1


def audit_router(trail: Trail, tenant: str = DEFAULT_TENANT) -> APIRouter:
    """The routes under /v1/audit."""
    router = APIRouter(prefix="/v1/audit", tags=["audit"])

    @router.get(
        "",
        response_model=AuditPage,
        summary="Read the audit trail",
        openapi_extra=PARAMETERS,
        responses=problems(422, 503),
    )
    async def read_audit(request: Request) -> Response:
        """Deletions, cancellations and changes of webhooks, the newest first: who, when, how much; never a text."""
        limit = _number(request, "limit", MOST_LIMIT) or DEFAULT_LIMIT
        page = await trail.page(tenant, _number(request, "before", MOST_ID), limit)
        return Response(page.model_dump_json(), media_type="application/json")

    return router


def _number(request: Request, name: str, most: int) -> int | None:
    """A number from the query, from 1 on; None where it is not given.

    Raises:
        InvalidField: it is none, or not within the limits.
    """
    values = request.query_params.getlist(name)
    if not values:
        return None
    if len(values) > 1 or not re.fullmatch(r"[0-9]{1,19}", values[0]) or not 1 <= int(values[0]) <= most:
        raise InvalidField(f"must be one whole number from 1 to {most}", name)
    return int(values[0])
