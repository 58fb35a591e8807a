from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.feedback import Feedback
from ...models.problem import Problem
from ...models.stored_feedback import StoredFeedback
from ...types import UNSET, Response, Unset


def _get_kwargs(
    draft_id: str,
    *,
    body: Feedback,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/drafts/{draft_id}/feedback".format(
            draft_id=quote(str(draft_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | StoredFeedback | None:
    if response.status_code == 201:
        response_201 = StoredFeedback.from_dict(response.json())

        return response_201

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

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | StoredFeedback]:
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
    body: Feedback,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | StoredFeedback]:
    """Say what became of a draft

     Stores that the draft was sent as it is, edited, or rejected.

    Each feedback is kept, and the last one on a draft counts.

    Args:
        draft_id (str):
        idempotency_key (str | Unset):
        body (Feedback): What an agent did with a draft. `edited` needs `text`, `rejected` needs
            `reason`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | StoredFeedback]
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
    body: Feedback,
    idempotency_key: str | Unset = UNSET,
) -> Problem | StoredFeedback | None:
    """Say what became of a draft

     Stores that the draft was sent as it is, edited, or rejected.

    Each feedback is kept, and the last one on a draft counts.

    Args:
        draft_id (str):
        idempotency_key (str | Unset):
        body (Feedback): What an agent did with a draft. `edited` needs `text`, `rejected` needs
            `reason`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | StoredFeedback
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
    body: Feedback,
    idempotency_key: str | Unset = UNSET,
) -> Response[Problem | StoredFeedback]:
    """Say what became of a draft

     Stores that the draft was sent as it is, edited, or rejected.

    Each feedback is kept, and the last one on a draft counts.

    Args:
        draft_id (str):
        idempotency_key (str | Unset):
        body (Feedback): What an agent did with a draft. `edited` needs `text`, `rejected` needs
            `reason`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | StoredFeedback]
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
    body: Feedback,
    idempotency_key: str | Unset = UNSET,
) -> Problem | StoredFeedback | None:
    """Say what became of a draft

     Stores that the draft was sent as it is, edited, or rejected.

    Each feedback is kept, and the last one on a draft counts.

    Args:
        draft_id (str):
        idempotency_key (str | Unset):
        body (Feedback): What an agent did with a draft. `edited` needs `text`, `rejected` needs
            `reason`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | StoredFeedback
    """

    return (
        await asyncio_detailed(
            draft_id=draft_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
