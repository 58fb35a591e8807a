"""Puts the routes, the errors and the contract together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline
from pydantic.json_schema import models_json_schema

from guardrails.types import Contract
from service.accepting import Accepting
from service.admitting import Admitting
from service.api.audit import audit_router
from service.api.batches import BatchParts, batches_router
from service.api.checks import checks_router
from service.api.deletions import deletions_router
from service.api.desk import desk_router
from service.api.door import STATIC, Door
from service.api.drafts import drafts_router
from service.api.events import describe_events
from service.api.feedback import feedback_router
from service.api.health import health_router
from service.api.limited import Limited
from service.api.listing import listing_router
from service.api.metrics import metrics_router
from service.api.passes import DeskParts, passes_router
from service.api.problems import install_problems
from service.api.request_ids import RequestIds
from service.api.tickets import tickets_router
from service.api.webhooks import webhooks_router
from service.audit import Trail
from service.batches.schemas import BatchLine
from service.checking import DraftChecker
from service.erasing import DeletionRequest, Eraser
from service.figures import Figures
from service.hosts import Hosts
from service.idempotency import OnceOnly
from service.intake import Intake
from service.limiting.limiter import Limiter
from service.listing import Listing
from service.passes import Desk, LinkInput
from service.progress import AttemptChecked, AttemptFailed, AttemptStarted
from service.schemas import Case, CheckInput, Feedback, Options, Problem
from service.webhooks.events import EventBody
from service.webhooks.registering import Webhooks
from service.webhooks.schemas import WebhookInput

# What the routes read or answer by themselves, so that FastAPI does not see it.
BODIES: tuple[tuple[type[Contract], Literal["validation"]], ...] = (
    (Case, "validation"),
    (Options, "validation"),
    (LinkInput, "validation"),
    (CheckInput, "validation"),
    (Feedback, "validation"),
    (DeletionRequest, "validation"),
    (WebhookInput, "validation"),
    (EventBody, "validation"),
    (BatchLine, "validation"),
    (Problem, "validation"),
    (AttemptStarted, "validation"),
    (AttemptChecked, "validation"),
    (AttemptFailed, "validation"),
)
FOREIGN_ERRORS = ("HTTPValidationError", "ValidationError")


@dataclass(frozen=True, slots=True)
class Resources:
    """What the routes answer from, and who may call them; `ready` raises what keeps the service from working."""

    admitting: Admitting
    hosts: Hosts
    intake: Intake
    accepting: Accepting
    listing: Listing
    batches: BatchParts
    checker: DraftChecker
    once: OnceOnly
    eraser: Eraser
    trail: Trail
    webhooks: Webhooks
    figures: Figures
    desk: DeskParts
    ready: Callable[[], Awaitable[None]]
    limiter: Limiter | None = None


def create_app(over: Resources) -> FastAPI:
    """The HTTP application over parts that are already running."""
    app = FastAPIOffline(
        title="Amends",
        version=version("amends"),
        description="Drafts replies to customer complaints and checks each draft before anybody sees it.",
        redoc_url=None,
        static_url=STATIC,
        generate_unique_id_function=lambda route: route.name,  # the names of methods in generated clients
    )
    desk = Desk(over.desk.passes, over.admitting.caller_of, over.desk.clock)
    if over.limiter:
        app.add_middleware(Limited, limiter=over.limiter)  # behind the door: it is about callers
    app.add_middleware(Door, admitting=over.admitting, hosts=over.hosts, desk=desk)
    app.add_middleware(RequestIds)  # around the door: who is refused is told under which id
    install_problems(app)
    app.include_router(drafts_router(over.intake, over.accepting, over.once))
    app.include_router(listing_router(over.listing, over.intake, over.once, desk))
    app.include_router(passes_router(desk, over.listing, over.admitting, over.desk.embedders, over.limiter))
    app.include_router(desk_router(over.desk.embedders))
    app.include_router(tickets_router(over.accepting))
    app.include_router(feedback_router(over.intake, over.once))
    app.include_router(batches_router(over.batches, over.once))
    app.include_router(checks_router(over.checker, over.once))
    app.include_router(deletions_router(over.eraser, over.once))
    app.include_router(audit_router(over.trail))
    app.include_router(webhooks_router(over.webhooks, over.once))
    app.include_router(metrics_router(over.figures))
    app.include_router(health_router(over.ready))
    # Made once in each form, because it takes long and anybody may ask for it.
    described = cache(lambda is_open: describe(app, is_open=is_open))
    # FastAPI's documented way to extend it.
    app.openapi = lambda: described(over.admitting.is_open)  # type: ignore[method-assign]
    return app


def describe(app: FastAPI, *, is_open: bool = False) -> dict[str, object]:
    """The contract, with the bodies that the routes read by themselves.

    Of a service that `is_open` it says that no key is needed: who tries it out by its contract would else hold it for
    a mistake that everything is answered.
    """
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    _, definitions = models_json_schema(BODIES, ref_template="#/components/schemas/{model}")
    schemas = document["components"]["schemas"]
    schemas |= {name: schema for name, schema in definitions["$defs"].items() if name not in schemas}
    _drop_foreign_errors(document)
    if is_open:
        _need_no_key(document)
    document["webhooks"] = describe_events()
    return document


def _need_no_key(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            if "security" in operation:
                operation["security"].append({})  # as OpenAPI says that it may be left out


def _drop_foreign_errors(document: dict[str, Any]) -> None:
    """Take out FastAPI's own form of a 422, which no route answers: a path's parameter is any text."""
    for path in document["paths"].values():
        for operation in path.values():
            if FOREIGN_ERRORS[0] in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    for name in FOREIGN_ERRORS:
        document["components"]["schemas"].pop(name, None)
