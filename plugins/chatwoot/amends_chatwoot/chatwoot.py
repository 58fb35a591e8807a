"""The calls to Chatwoot: a private note, and a conversation handed over. There is none that a customer would see."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import httpx

from amends_chatwoot.errors import ConversationGone, TryLater

MOST_CHARACTERS = 150_000  # that a message may have
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class Chatwoot:
    """One account, as its agent bot; `http` knows the address and bears the token."""

    def __init__(self, http: httpx.AsyncClient, account: int) -> None:
        self._http = http
        self._account = account

    async def note(self, conversation: int, text: str) -> int:
        """Place a private note; its number.

        Raises:
            ConversationGone, TryLater: it is not there, or may not be.
        """
        body = {"content": text[:MOST_CHARACTERS], "message_type": "outgoing", "private": True}
        answer = await self._post(conversation, "messages", body)
        number = answer.get("id")
        return number if isinstance(number, int) else 0

    async def hand_over(self, conversation: int) -> None:
        """Give a conversation to the agents.

        Raises:
            ConversationGone, TryLater: it is not theirs yet.
        """
        await self._post(conversation, "toggle_status", {"status": "open"})

    async def _post(self, conversation: int, what: str, body: dict[str, Any]) -> dict[str, Any]:
        path = f"/api/v1/accounts/{self._account}/conversations/{conversation}/{what}"
        try:
            answer = await self._http.post(path, json=body)
        except httpx.HTTPError as error:
            raise TryLater(type(error).__name__) from None  # its text may hold the address, and that a secret
        if not answer.is_success and answer.status_code not in GONE:
            raise TryLater(_why(answer.status_code))
        try:
            found = answer.json()
        except ValueError:  # such as the 404 of a proxy that has lost its Chatwoot
            raise TryLater(f"{answer.status_code}: what answers at AMENDS_CHATWOOT_URL is not Chatwoot") from None
        if answer.status_code in GONE:
            raise ConversationGone
        return found if isinstance(found, dict) else {}


def _why(status: int) -> str:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"{status}: it refuses AMENDS_CHATWOOT_TOKEN for this account"
    return str(status)
