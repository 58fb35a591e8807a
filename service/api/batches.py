"""The resource `batches`: a file of cases in, and their drafts out as they are made."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from service.api.callers import Drafting, Reading
from service.api.etags import HEADER_PARAMETER as IF_NONE_MATCH
from service.api.etags import tagged
from service.api.idempotency import HEADER_PARAMETER, asked_by, key_of, respond
from service.api.links import BATCH, links
from service.api.responses import problems
from service.api.uploads import MEDIA_TYPE, Uploads, body_of_lines
from service.batches.intake import BatchIntake
from service.batches.schemas import Batch
from service.batches.standing import BatchStandings
from service.idempotency import Answer, Keep, OnceOnly, answering

PREFIX = "/v1/batches"
POLL_S = 5  # a batch takes minutes; who asks more often learns little
RETRY_AFTER: dict[str, object] = {
    "Retry-After": {"description": "In seconds, while it is unfinished.", "schema": {"type": "integer"}}
}
ETAG: dict[str, object] = {"ETag": {"description": "For If-None-Match.", "schema": {"type": "string"}}}
UNCHANGED: dict[str, object] = {"description": "It stands where it stood."}
LOCATION: dict[str, object] = {"Location": {"description": "Where it can be watched.", "schema": {"type": "string"}}}
LINES: dict[str, object] = {
    "description": "JSON Lines in the order of the upload; one for each line that is not blank.",
    "content": {
        MEDIA_TYPE: {
            "schema": {"type": "string", "format": "binary"},
            "x-line": {"$ref": "#/components/schemas/BatchLine"},
        }
    },
}


@dataclass(frozen=True, slots=True)
class BatchParts:
    """What the routes work with."""

    intake: BatchIntake
    standings: BatchStandings
    uploads: Uploads = field(default_factory=Uploads)


def batches_router(parts: BatchParts, once: OnceOnly) -> APIRouter:
    """The routes under /v1/batches."""
    router = APIRouter(prefix=PREFIX, tags=["batches"])

    @router.post(
        "",
        status_code=HTTPStatus.ACCEPTED,
        response_model=Batch,
        summary="Draft replies to many complaints",
        openapi_extra=HEADER_PARAMETER | body_of_lines("Case"),
        responses={
            202: {"headers": LOCATION | RETRY_AFTER, **links(BATCH)},
            **problems(400, 409, 413, 422, 501, 503),
        },
    )
    async def create_batch(request: Request, caller: Drafting) -> Response:
        """Accepts the cases of a file, one a line, to be drafted behind whatever else is asked for.

        Each line is as strict as the body of a single draft. A line that holds no case keeps no other from being
        drafted: it is named here and in the results. The answer comes when every line is stored; where it does not
        come, nothing was accepted, or the request can be sent again with its Idempotency-Key.
        """
        key = key_of(request)
        upload = await parts.uploads.receive(request, caller.tenant)
        file = upload.file

        take = partial(parts.intake.accept, caller.tenant, file, payer=caller.payer)
        accept = answering(partial(_answer, HTTPStatus.ACCEPTED), take)

        async def work(keep: Keep) -> Answer:
            with file:
                return await accept(keep)

        try:
            answer = await once.answer(
                asked_by(request, key, _fingerprint(request, upload.digest), caller.tenant), work
            )
        except Exception:  # but not when it is stopped: with a key, the work goes on
            file.close()
            raise
        file.close()  # also where another request did the work
        return _accepted(answer)

    @router.get(
        "/{batch_id}",
        response_model=Batch,
        summary="See how far a batch is",
        openapi_extra={"parameters": [IF_NONE_MATCH]},
        responses={200: {"headers": ETAG | RETRY_AFTER}, 304: UNCHANGED, **problems(404, 503)},
    )
    async def read_batch(batch_id: str, request: Request, caller: Reading) -> Response:
        """How many lines stand where, and the first lines that hold no case."""
        batch = await parts.standings.get(caller.tenant, batch_id)
        return tagged(request, batch.model_dump_json(), _retry_after(batch))

    @router.get(
        "/{batch_id}/results",
        summary="Read what became of each line",
        response_class=StreamingResponse,
        responses={200: LINES, **problems(404, 503)},
    )
    async def read_batch_results(batch_id: str, caller: Reading) -> Response:
        """One JSON object for each line, in the order of the upload, at any time.

        A line has a `result` where its draft is made, an `error` where it holds no case or its draft failed, and
        its `status` alone while it waits, is worked on, or where it was cancelled or its texts were deleted.
        """
        return StreamingResponse(await parts.standings.results(caller.tenant, batch_id), media_type=MEDIA_TYPE)

    @router.post(
        "/{batch_id}/cancel",
        response_model=Batch,
        summary="Cancel what is unfinished of a batch",
        openapi_extra=HEADER_PARAMETER,
        responses=problems(404, 409, 422, 503),
    )
    async def cancel_batch(batch_id: str, request: Request, caller: Drafting) -> Response:
        """Drafts that are made stay; no other will be, not even one that is worked on at the moment."""
        asked = asked_by(request, key_of(request), _fingerprint(request, ""), caller.tenant)

        async def work() -> Answer:
            return _answer(HTTPStatus.OK, await parts.standings.cancel(caller.tenant, batch_id, caller.actor))

        return respond(await once.answer_and_keep(asked, work))

    return router


def _fingerprint(request: Request, digest: str) -> str:
    return hashlib.sha256(json.dumps([request.url.path, digest]).encode()).hexdigest()


def _answer(status: HTTPStatus, batch: Batch) -> Answer:
    return Answer(status, batch.model_dump_json())


def _accepted(answer: Answer) -> Response:
    batch = Batch.model_validate_json(answer.body)
    headers = {"Location": f"{PREFIX}/{batch.id}"} | _retry_after(batch)
    return Response(answer.body, answer.status, headers, "application/json")


def _retry_after(batch: Batch) -> dict[str, str]:
    return {} if batch.finished_at else {"Retry-After": str(POLL_S)}
