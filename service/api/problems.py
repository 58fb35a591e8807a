"""Maps every error to a problem+json answer: status, stable type, and what to do."""

from __future__ import annotations

import http
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.types import Scope

from service import errors
from service.api.limit_headers import limit_headers
from service.api.methods import allow
from service.api.request_ids import HEADER
from service.schemas import FieldFault, Problem

MEDIA_TYPE = "application/problem+json"
NOTED = "problem"  # in the state of a request: the type of the problem that it was answered
AUTHENTICATE, REALM = "WWW-Authenticate", 'Bearer realm="amends"'
STORE_RETRY_S = 5  # a full disk or a locked database seldom mends itself sooner
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kind:
    """What callers can rely on for one kind of error."""

    name: str  # the end of the stable type
    status: int
    title: str

    @property
    def type(self) -> str:
        """The stable type."""
        return f"urn:amends:problem:{self.name}"


# The first that fits counts, so that the special stands before the general.
KINDS: Mapping[type[errors.AmendsError], Kind] = {
    errors.NotLines: Kind("not-json-lines", 400, "The body is not JSON Lines"),
    errors.NotJson: Kind("not-json", 400, "The body is not JSON"),
    errors.TooLarge: Kind("too-large", 413, "The body is too large"),
    errors.KeyReused: Kind("idempotency-key-reused", 422, "The idempotency key stands for another request"),
    errors.KeyInUse: Kind("idempotency-key-in-use", 409, "The idempotency key is in use"),
    errors.InputError: Kind("invalid-field", 422, "A field is not as the contract says"),
    errors.AccessKeyNeeded: Kind("access-key-needed", 401, "An access key is needed"),
    errors.AccessKeyWrong: Kind("access-key-wrong", 401, "The access key does not work"),
    errors.ScopeMissing: Kind("scope-missing", 403, "The access key is for other things"),
    errors.LinkExpired: Kind("link-expired", 403, "The link has expired"),
    errors.CsrfMissing: Kind("csrf", 403, "The page is out of date"),
    errors.OriginRefused: Kind("origin-not-allowed", 403, "A page of another host sent this"),
    errors.HostRefused: Kind("host-not-allowed", 421, "This service has another name"),
    errors.DraftUnmade: Kind("draft-unmade", 409, "There is no result yet"),
    errors.DraftNotFound: Kind("draft-not-found", 404, "There is no such draft"),
    errors.BatchNotFound: Kind("batch-not-found", 404, "There is no such batch"),
    errors.DraftDeleted: Kind("draft-deleted", 410, "The draft was deleted"),
    errors.WebhookNotFound: Kind("webhook-not-found", 404, "There is no such webhook"),
    errors.DeliveryNotFound: Kind("delivery-not-found", 404, "There is no such delivery"),
    errors.TooManyAtOnce: Kind("too-many-at-once", 429, "Too many requests are under way"),
    errors.TokenBudgetSpent: Kind("token-budget-spent", 429, "The tokens of the day are spent"),
    errors.OverLimit: Kind("rate-limited", 429, "Too many requests"),
    errors.StoreError: Kind("store-unavailable", 503, "The database failed"),
    errors.EndpointBusy: Kind("model-busy", 503, "Too much is under way"),
    errors.FiguresBusy: Kind("figures-busy", 503, "Too much is under way"),
    errors.DeadlinePassed: Kind("deadline-passed", 504, "The model was too slow"),
    errors.ModelError: Kind("model-failed", 502, "The model gave no text"),
    errors.DraftFinished: Kind("draft-finished", 409, "The draft is finished"),
    errors.BatchFinished: Kind("batch-finished", 409, "The batch is finished"),
    errors.NoAsyncWork: Kind("no-asynchronous-work", 501, "Nothing is worked on later here"),
    errors.ConfigurationError: Kind("configuration", 500, "The service is set up wrongly"),
}
CRASHED = Kind("internal", 500, "Amends made a mistake")


def kind_of(error: errors.AmendsError) -> Kind:
    """The kind of an error."""
    return next(kind for base, kind in KINDS.items() if isinstance(error, base))


def problem_of(error: errors.AmendsError, request_id: str | None = None) -> Problem:
    """An error as the contract answers it."""
    kind = kind_of(error)
    faults = error.faults if isinstance(error, errors.InvalidField) else ()
    return Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=str(error),
        id=error.draft_id if isinstance(error, errors.ModelError) else None,
        request_id=request_id,
        errors=tuple(FieldFault(field=name, message=message) for name, message in faults),
    )


def problem_of_any(error: Exception, request_id: str | None) -> Problem:
    """An error as the contract answers it, foreseen or not; what nobody foresaw is logged."""
    if isinstance(error, errors.AmendsError):
        problem = problem_of(error, request_id)
        if problem.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("http.problem", type=problem.type, draft_id=problem.id, detail=problem.detail)
        return problem
    # Only the type: the text of an unforeseen exception may quote a customer or a key.
    log.error("http.crashed", error=type(error).__name__, at=_place_of(error))
    return Problem(
        type=CRASHED.type,
        title=CRASHED.title,
        status=CRASHED.status,
        detail="Something unforeseen happened. The log has more under this request id.",
        request_id=request_id,
    )


def problem_of_draft(error: Exception, draft_id: str) -> Problem:
    """Why a draft failed that was made without anybody waiting for it; what nobody foresaw is logged."""
    if isinstance(error, errors.AmendsError):
        return problem_of(error).model_copy(update={"id": draft_id})
    log.error("draft.crashed", draft_id=draft_id, error=type(error).__name__, at=_place_of(error))
    return Problem(
        type=CRASHED.type,
        title=CRASHED.title,
        status=CRASHED.status,
        detail="Something unforeseen happened. The log has more under this draft's id.",
        id=draft_id,
    )


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response."""
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, problem.status, dict(headers or {}), MEDIA_TYPE)


def install_problems(app: FastAPI) -> None:
    """Answer every error of the app as a problem."""
    app.add_exception_handler(errors.AmendsError, _on_known)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unknown)


def request_id_of(request: Request) -> str | None:
    """The id under which the log knows this request."""
    found = request.scope.get("state", {}).get("request_id")
    return found if isinstance(found, str) else None


def note(scope: Scope, problem: Problem) -> None:
    """Let whoever counts requests see what one was answered."""
    scope.setdefault("state", {})[NOTED] = problem.type


async def _on_known(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.AmendsError)
    return answer_known(request, error)


def answer_known(request: Request, error: errors.AmendsError, detail: str | None = None) -> Response:
    """The answer to a request that failed in a way that was foreseen; with another `detail` where not all is told."""
    problem = problem_of_any(error, request_id_of(request))
    note(request.scope, problem)
    told = problem.model_copy(update={"detail": detail}) if detail else problem
    return answer(told, _challenge(error) or _retry_after(error) | _limits(error))


def _challenge(error: errors.AmendsError) -> dict[str, str]:
    """What RFC 6750 has callers told of the key that they need."""
    if isinstance(error, errors.AccessKeyNeeded):
        return {AUTHENTICATE: REALM}
    if isinstance(error, errors.AccessKeyWrong):
        return {AUTHENTICATE: f'{REALM}, error="invalid_token"'}
    if isinstance(error, errors.ScopeMissing):
        return {AUTHENTICATE: f'{REALM}, error="insufficient_scope", scope="{error.scope}"'}
    return {}


def _retry_after(error: errors.AmendsError) -> dict[str, str]:
    if isinstance(error, errors.EndpointBusy | errors.KeyInUse | errors.FiguresBusy | errors.OverLimit):
        return {"Retry-After": str(max(1, round(error.retry_after)))}
    if isinstance(error, errors.StoreError) and kind_of(error).status == http.HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": str(STORE_RETRY_S)}
    return {}


def _limits(error: errors.AmendsError) -> dict[str, str]:
    return limit_headers(error.policies) if isinstance(error, errors.OverLimit) else {}


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = http.HTTPStatus(error.status_code).phrase
    kind = phrase.lower().replace(" ", "-")
    detail = f"{request.method} {request.url.path}: {error.detail}. /docs lists what there is."
    problem = Problem(
        type=f"urn:amends:problem:{kind}",
        title=phrase,
        status=error.status_code,
        detail=detail,
        request_id=request_id_of(request),
    )
    note(request.scope, problem)
    headers = dict(error.headers or {})
    if error.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
        headers |= allow(iter_route_contexts(request.app.routes), request.scope["path"])
    return answer(problem, headers)


async def _on_unknown(request: Request, error: Exception) -> Response:
    request_id = request_id_of(request)
    problem = problem_of_any(error, request_id)
    note(request.scope, problem)
    # The middleware that names requests is inside of the one that catches everything.
    return answer(problem, {HEADER: request_id} if request_id else None)


def _place_of(error: Exception) -> str | None:
    """Where it was raised, which helps and quotes nobody."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else None
