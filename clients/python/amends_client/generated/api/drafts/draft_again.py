from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.options import Options
from ...models.problem import Problem
from ...models.result import Result
from ...types import UNSET, Response, Unset


def _get_kwargs(
    draft_id: str,
    *,
    body: Options,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/drafts/{draft_id}/again".format(
            draft_id=quote(str(draft_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Result | None:
    if response.status_code == 200:
        response_200 = Result.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Result]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    draft_id: str,
    *,
    client: AuthenticatedClient,
    body: Options,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | Result]:
    """Draft a case again

     Makes another draft for the same case, with the options given here in place of those that it had.

    It is a draft of its own, with an id of its own, and the first one stays as it is. Progress comes as
    with
    other drafts. The case's dates count from the same `now`.

    Args:
        draft_id (str):
        idempotency_key (str | Unset):
        body (Options): How one draft is to be made; each option has a default.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Result]
    """

    kwargs = _get_kwargs(
        draft_id=draft_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    draft_id: str,
    *,
    client: AuthenticatedClient,
    body: Options,
    idempotency_key: str | Unset = UNSET,
) -> Problem | Result | None:
    """Draft a case again

     Makes another draft for the same case, with the options given here in place of those that it had.

    It is a draft of its own, with an id of its own, and the first one stays as it is. Progress comes as
    with
    other drafts. The case's dates count from the same `now`.

    Args:
        draft_id (str):
        idempotency_key (str | Unset):
        body (Options): How one draft is to be made; each option has a default.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Result
    """

    return sync_detailed(
        draft_id=draft_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    draft_id: str,
    *,
    client: AuthenticatedClient,
    body: Options,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | Result]:
    """Draft a case again

     Makes another draft for the same case, with the options given here in place of those that it had.

    It is a draft of its own, with an id of its own, and the first one stays as it is. Progress comes as
    with
    other drafts. The case's dates count from the same `now`.

    Args:
        draft_id (str):
        idempotency_key (str | Unset):
        body (Options): How one draft is to be made; each option has a default.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Result]
    """

    kwargs = _get_kwargs(
        draft_id=draft_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    draft_id: str,
    *,
    client: AuthenticatedClient,
    body: Options,
    idempotency_key: str | Unset = UNSET,
) -> Problem | Result | None:
    """Draft a case again

     Makes another draft for the same case, with the options given here in place of those that it had.

    It is a draft of its own, with an id of its own, and the first one stays as it is. Progress comes as
    with
    other drafts. The case's dates count from the same `now`.

    Args:
        draft_id (str):
        idempotency_key (str | Unset):
        body (Options): How one draft is to be made; each option has a default.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Result
    """

    return (
        await asyncio_detailed(
            draft_id=draft_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
