from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.case import Case
from ...models.problem import Problem
from ...models.result import Result
from ...models.ticket import Ticket
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: Case,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(prefer, Unset):
        headers["Prefer"] = prefer

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/drafts",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | Result | Ticket | None:
    if response.status_code == 200:
        response_200 = Result.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = Ticket.from_dict(response.json())

        return response_202

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 410:
        response_410 = Problem.from_dict(response.json())

        return response_410

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 421:
        response_421 = Problem.from_dict(response.json())

        return response_421

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 501:
        response_501 = Problem.from_dict(response.json())

        return response_501

    if response.status_code == 502:
        response_502 = Problem.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = Problem.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | Result | Ticket]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: Case,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Response[Problem | Result | Ticket]:
    """Draft a reply to a complaint

     Drafts, checks and revises; answers `ready` or `needs_review`, and stores the result.

    With `Accept: text/event-stream` it answers the progress as server-sent events, which hold no
    unchecked
    text: `attempt` when a text was asked for, `verdicts` when one was checked, `fault` when none came,
    and at
    last `result`, or `problem` where it failed. A request that is sent again with its Idempotency-Key
    gets the
    last event alone.

    With `Prefer: respond-async` it answers 202 as soon as the case is kept, and the draft is asked for
    at its
    `Location` until it is there. Progress goes before that, where both are asked for.

    Args:
        idempotency_key (str | Unset):
        prefer (str | Unset):
        body (Case): A complaint with its context: what a draft is asked for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Result | Ticket]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: Case,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Problem | Result | Ticket | None:
    """Draft a reply to a complaint

     Drafts, checks and revises; answers `ready` or `needs_review`, and stores the result.

    With `Accept: text/event-stream` it answers the progress as server-sent events, which hold no
    unchecked
    text: `attempt` when a text was asked for, `verdicts` when one was checked, `fault` when none came,
    and at
    last `result`, or `problem` where it failed. A request that is sent again with its Idempotency-Key
    gets the
    last event alone.

    With `Prefer: respond-async` it answers 202 as soon as the case is kept, and the draft is asked for
    at its
    `Location` until it is there. Progress goes before that, where both are asked for.

    Args:
        idempotency_key (str | Unset):
        prefer (str | Unset):
        body (Case): A complaint with its context: what a draft is asked for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Result | Ticket
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: Case,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Response[Problem | Result | Ticket]:
    """Draft a reply to a complaint

     Drafts, checks and revises; answers `ready` or `needs_review`, and stores the result.

    With `Accept: text/event-stream` it answers the progress as server-sent events, which hold no
    unchecked
    text: `attempt` when a text was asked for, `verdicts` when one was checked, `fault` when none came,
    and at
    last `result`, or `problem` where it failed. A request that is sent again with its Idempotency-Key
    gets the
    last event alone.

    With `Prefer: respond-async` it answers 202 as soon as the case is kept, and the draft is asked for
    at its
    `Location` until it is there. Progress goes before that, where both are asked for.

    Args:
        idempotency_key (str | Unset):
        prefer (str | Unset):
        body (Case): A complaint with its context: what a draft is asked for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Result | Ticket]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        prefer=prefer,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: Case,
    idempotency_key: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Problem | Result | Ticket | None:
    """Draft a reply to a complaint

     Drafts, checks and revises; answers `ready` or `needs_review`, and stores the result.

    With `Accept: text/event-stream` it answers the progress as server-sent events, which hold no
    unchecked
    text: `attempt` when a text was asked for, `verdicts` when one was checked, `fault` when none came,
    and at
    last `result`, or `problem` where it failed. A request that is sent again with its Idempotency-Key
    gets the
    last event alone.

    With `Prefer: respond-async` it answers 202 as soon as the case is kept, and the draft is asked for
    at its
    `Location` until it is there. Progress goes before that, where both are asked for.

    Args:
        idempotency_key (str | Unset):
        prefer (str | Unset):
        body (Case): A complaint with its context: what a draft is asked for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Result | Ticket
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
            prefer=prefer,
        )
    ).parsed
