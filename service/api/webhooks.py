"""The resource `webhooks`: URLs that hear of events, and what is on its way to them."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from service.api.bodies import body_of, read_body
from service.api.callers import Administering
from service.api.idempotency import HEADER_PARAMETER, asked_of, key_of, respond
from service.api.links import DELIVERY, WEBHOOK, links
from service.api.queries import query_of, read_query
from service.api.responses import problems
from service.idempotency import Answer, OnceOnly, answering
from service.webhooks.registering import Webhooks
from service.webhooks.schemas import (
    Delivery,
    DeliveryPage,
    DeliveryQuery,
    Nothing,
    Webhook,
    WebhookInput,
    WebhookList,
    WebhookWithSecret,
)

NOTHING = Nothing()


def webhooks_router(webhooks: Webhooks, once: OnceOnly) -> APIRouter:
    """The routes under /v1/webhooks."""
    router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
    _add_webhooks(router, webhooks, once)
    _add_secrets(router, webhooks, once)
    _add_deliveries(router, webhooks, once)
    return router


def _add_webhooks(router: APIRouter, webhooks: Webhooks, once: OnceOnly) -> None:
    @router.post(
        "",
        status_code=HTTPStatus.CREATED,
        response_model=WebhookWithSecret,
        summary="Have a URL hear of events",
        openapi_extra=HEADER_PARAMETER | body_of(WebhookInput),
        responses={201: links(WEBHOOK), **problems(400, 404, 409, 413, 422, 503)},
    )
    async def create_webhook(request: Request, caller: Administering) -> Response:
        """Registers a URL, and answers the secret that signs what is sent there: keep it, it is not shown again.

        Events are signed by the Standard Webhooks scheme and delivered at least once: within about a day, ten times
        at most, until one is answered with a status of 200 to 299. The header `webhook-id` is the same each time.
        """
        key = key_of(request)
        given = await read_body(request, WebhookInput)
        work = answering(_created, partial(webhooks.create, caller.tenant, given, caller.actor))
        answer = await once.answer(asked_of(request, key, given, caller.tenant), work)
        return await _with_secret(webhooks, caller.tenant, answer)

    @router.get("", response_model=WebhookList, summary="List the webhooks", responses=problems(503))
    async def list_webhooks(caller: Administering) -> Response:
        """Every webhook, without its secret."""
        found = WebhookList(webhooks=await webhooks.list(caller.tenant))
        return Response(found.model_dump_json(), media_type="application/json")

    @router.delete(
        "/{webhook_id}",
        status_code=HTTPStatus.NO_CONTENT,
        response_class=Response,
        summary="Delete a webhook",
        responses=problems(404, 503),
    )
    async def delete_webhook(webhook_id: str, caller: Administering) -> Response:
        """Nothing more is sent there, and what was on its way is deleted."""
        await webhooks.delete(caller.tenant, webhook_id, caller.actor)
        return Response(status_code=HTTPStatus.NO_CONTENT)


def _add_secrets(router: APIRouter, webhooks: Webhooks, once: OnceOnly) -> None:
    @router.post(
        "/{webhook_id}/secret",
        status_code=HTTPStatus.CREATED,
        response_model=WebhookWithSecret,
        summary="Renew a webhook's secret",
        openapi_extra=HEADER_PARAMETER,
        responses=problems(404, 409, 422, 503),
    )
    async def renew_webhook_secret(webhook_id: str, request: Request, caller: Administering) -> Response:
        """Answers a new secret. For 24 hours events bear two signatures, by the old one and by the new."""
        asked = asked_of(request, key_of(request), NOTHING, caller.tenant)
        work = answering(_created, partial(webhooks.renew_secret, caller.tenant, webhook_id, caller.actor))
        return await _with_secret(webhooks, caller.tenant, await once.answer(asked, work))

    @router.post(
        "/{webhook_id}/test",
        status_code=HTTPStatus.ACCEPTED,
        response_model=Delivery,
        summary="Try a webhook out",
        openapi_extra=HEADER_PARAMETER,
        responses={202: links(DELIVERY), **problems(404, 409, 422, 503)},
    )
    async def test_webhook(webhook_id: str, request: Request, caller: Administering) -> Response:
        """Sends it the event `webhook.test` in the way of every other."""
        asked = asked_of(request, key_of(request), NOTHING, caller.tenant)
        work = answering(_accepted, partial(webhooks.test, caller.tenant, webhook_id))
        return respond(await once.answer(asked, work))


def _add_deliveries(router: APIRouter, webhooks: Webhooks, once: OnceOnly) -> None:
    @router.get(
        "/deliveries",
        response_model=DeliveryPage,
        summary="List deliveries",
        openapi_extra=query_of(DeliveryQuery),
        responses=problems(422, 503),
    )
    async def list_deliveries(request: Request, caller: Administering) -> Response:
        """The newest first. Delivered ones are kept for 3 days, dead ones for 30."""
        found = await webhooks.deliveries(caller.tenant, read_query(request, DeliveryQuery))
        return Response(found.model_dump_json(), media_type="application/json")

    @router.post(
        "/deliveries/{delivery_id}/replay",
        status_code=HTTPStatus.ACCEPTED,
        response_model=Delivery,
        summary="Send an event again",
        openapi_extra=HEADER_PARAMETER,
        responses=problems(404, 409, 422, 503),
    )
    async def replay_delivery(delivery_id: str, request: Request, caller: Administering) -> Response:
        """Begins a delivery anew, dead or not, with all its tries and under its old id."""
        asked = asked_of(request, key_of(request), NOTHING, caller.tenant)
        work = answering(_accepted, partial(webhooks.replay, caller.tenant, delivery_id, caller.actor))
        return respond(await once.answer(asked, work))


def _created(webhook: Webhook) -> Answer:
    return Answer(HTTPStatus.CREATED, webhook.model_dump_json())


def _accepted(delivery: Delivery) -> Answer:
    return Answer(HTTPStatus.ACCEPTED, delivery.model_dump_json())


async def _with_secret(webhooks: Webhooks, tenant: str, answer: Answer) -> Response:
    """The secret stands in no answer that is kept: it is read where it stands anyway."""
    webhook = Webhook.model_validate_json(answer.body)
    shown = await webhooks.with_secret(tenant, webhook.id)
    return respond(Answer(answer.status, shown.model_dump_json()))
