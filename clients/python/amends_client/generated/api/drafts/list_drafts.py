import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.draft_list import DraftList
from ...models.list_drafts_channel_type_0 import (
    ListDraftsChannelType0,
)
from ...models.list_drafts_feedback_type_0 import (
    ListDraftsFeedbackType0,
)
from ...models.list_drafts_status_type_0 import (
    ListDraftsStatusType0,
)
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    status: ListDraftsStatusType0 | None | Unset = UNSET,
    feedback: ListDraftsFeedbackType0 | None | Unset = UNSET,
    channel: ListDraftsChannelType0 | None | Unset = UNSET,
    situation: None | str | Unset = UNSET,
    policy: None | str | Unset = UNSET,
    ref: None | str | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 50,
    before: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: None | str | Unset
    if isinstance(status, Unset):
        json_status = UNSET
    elif isinstance(status, str):
        json_status = status
    else:
        json_status = status
    params["status"] = json_status

    json_feedback: None | str | Unset
    if isinstance(feedback, Unset):
        json_feedback = UNSET
    elif isinstance(feedback, str):
        json_feedback = feedback
    else:
        json_feedback = feedback
    params["feedback"] = json_feedback

    json_channel: None | str | Unset
    if isinstance(channel, Unset):
        json_channel = UNSET
    elif isinstance(channel, str):
        json_channel = channel
    else:
        json_channel = channel
    params["channel"] = json_channel

    json_situation: None | str | Unset
    if isinstance(situation, Unset):
        json_situation = UNSET
    else:
        json_situation = situation
    params["situation"] = json_situation

    json_policy: None | str | Unset
    if isinstance(policy, Unset):
        json_policy = UNSET
    else:
        json_policy = policy
    params["policy"] = json_policy

    json_ref: None | str | Unset
    if isinstance(ref, Unset):
        json_ref = UNSET
    else:
        json_ref = ref
    params["ref"] = json_ref

    json_from_: None | str | Unset
    if isinstance(from_, Unset):
        json_from_ = UNSET
    elif isinstance(from_, datetime.datetime):
        json_from_ = from_.isoformat()
    else:
        json_from_ = from_
    params["from"] = json_from_

    json_to: None | str | Unset
    if isinstance(to, Unset):
        json_to = UNSET
    elif isinstance(to, datetime.datetime):
        json_to = to.isoformat()
    else:
        json_to = to
    params["to"] = json_to

    params["limit"] = limit

    json_before: None | str | Unset
    if isinstance(before, Unset):
        json_before = UNSET
    else:
        json_before = before
    params["before"] = json_before

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/drafts",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DraftList | Problem | None:
    if response.status_code == 200:
        response_200 = DraftList.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DraftList | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    status: ListDraftsStatusType0 | None | Unset = UNSET,
    feedback: ListDraftsFeedbackType0 | None | Unset = UNSET,
    channel: ListDraftsChannelType0 | None | Unset = UNSET,
    situation: None | str | Unset = UNSET,
    policy: None | str | Unset = UNSET,
    ref: None | str | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 50,
    before: None | str | Unset = UNSET,
) -> Response[DraftList | Problem]:
    """List drafts

     The newest first; those that are not made yet, or were deleted, are in no list.

    Args:
        status (ListDraftsStatusType0 | None | Unset):
        feedback (ListDraftsFeedbackType0 | None | Unset):
        channel (ListDraftsChannelType0 | None | Unset):
        situation (None | str | Unset):
        policy (None | str | Unset):
        ref (None | str | Unset):
        from_ (datetime.datetime | None | Unset):
        to (datetime.datetime | None | Unset):
        limit (int | Unset):  Default: 50.
        before (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DraftList | Problem]
    """

    kwargs = _get_kwargs(
        status=status,
        feedback=feedback,
        channel=channel,
        situation=situation,
        policy=policy,
        ref=ref,
        from_=from_,
        to=to,
        limit=limit,
        before=before,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    status: ListDraftsStatusType0 | None | Unset = UNSET,
    feedback: ListDraftsFeedbackType0 | None | Unset = UNSET,
    channel: ListDraftsChannelType0 | None | Unset = UNSET,
    situation: None | str | Unset = UNSET,
    policy: None | str | Unset = UNSET,
    ref: None | str | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 50,
    before: None | str | Unset = UNSET,
) -> DraftList | Problem | None:
    """List drafts

     The newest first; those that are not made yet, or were deleted, are in no list.

    Args:
        status (ListDraftsStatusType0 | None | Unset):
        feedback (ListDraftsFeedbackType0 | None | Unset):
        channel (ListDraftsChannelType0 | None | Unset):
        situation (None | str | Unset):
        policy (None | str | Unset):
        ref (None | str | Unset):
        from_ (datetime.datetime | None | Unset):
        to (datetime.datetime | None | Unset):
        limit (int | Unset):  Default: 50.
        before (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DraftList | Problem
    """

    return sync_detailed(
        client=client,
        status=status,
        feedback=feedback,
        channel=channel,
        situation=situation,
        policy=policy,
        ref=ref,
        from_=from_,
        to=to,
        limit=limit,
        before=before,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    status: ListDraftsStatusType0 | None | Unset = UNSET,
    feedback: ListDraftsFeedbackType0 | None | Unset = UNSET,
    channel: ListDraftsChannelType0 | None | Unset = UNSET,
    situation: None | str | Unset = UNSET,
    policy: None | str | Unset = UNSET,
    ref: None | str | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 50,
    before: None | str | Unset = UNSET,
) -> Response[DraftList | Problem]:
    """List drafts

     The newest first; those that are not made yet, or were deleted, are in no list.

    Args:
        status (ListDraftsStatusType0 | None | Unset):
        feedback (ListDraftsFeedbackType0 | None | Unset):
        channel (ListDraftsChannelType0 | None | Unset):
        situation (None | str | Unset):
        policy (None | str | Unset):
        ref (None | str | Unset):
        from_ (datetime.datetime | None | Unset):
        to (datetime.datetime | None | Unset):
        limit (int | Unset):  Default: 50.
        before (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DraftList | Problem]
    """

    kwargs = _get_kwargs(
        status=status,
        feedback=feedback,
        channel=channel,
        situation=situation,
        policy=policy,
        ref=ref,
        from_=from_,
        to=to,
        limit=limit,
        before=before,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    status: ListDraftsStatusType0 | None | Unset = UNSET,
    feedback: ListDraftsFeedbackType0 | None | Unset = UNSET,
    channel: ListDraftsChannelType0 | None | Unset = UNSET,
    situation: None | str | Unset = UNSET,
    policy: None | str | Unset = UNSET,
    ref: None | str | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 50,
    before: None | str | Unset = UNSET,
) -> DraftList | Problem | None:
    """List drafts

     The newest first; those that are not made yet, or were deleted, are in no list.

    Args:
        status (ListDraftsStatusType0 | None | Unset):
        feedback (ListDraftsFeedbackType0 | None | Unset):
        channel (ListDraftsChannelType0 | None | Unset):
        situation (None | str | Unset):
        policy (None | str | Unset):
        ref (None | str | Unset):
        from_ (datetime.datetime | None | Unset):
        to (datetime.datetime | None | Unset):
        limit (int | Unset):  Default: 50.
        before (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DraftList | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            status=status,
            feedback=feedback,
            channel=channel,
            situation=situation,
            policy=policy,
            ref=ref,
            from_=from_,
            to=to,
            limit=limit,
            before=before,
        )
    ).parsed
