"""The asynchronous client: as client.py, method by method."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self

import anyio

from amends_client.answers import awaited, checked
from amends_client.client import LATER, LINK_S, PAGE, WAIT_S
from amends_client.generated.api.checks import check_draft
from amends_client.generated.api.drafts import (
    cancel_draft,
    create_draft,
    draft_again,
    link_draft,
    list_drafts,
    read_case,
    read_draft,
)
from amends_client.generated.api.feedback import give_feedback
from amends_client.generated.models import (
    Case,
    CheckInput,
    CheckResult,
    DraftList,
    Feedback,
    Link,
    LinkInput,
    ListDraftsFeedbackType0,
    ListDraftsStatusType0,
    ListedDraft,
    Options,
    Result,
    StoredFeedback,
    Ticket,
)
from amends_client.generated.types import UNSET, Response, Unset
from amends_client.retries import Retries
from amends_client.sending import PatientAsyncClient
from amends_client.service import TIMEOUT_S, Service, timeouts
from amends_client.waiting import Waiting


class AsyncAmends:
    """As Amends, with methods to be awaited; `options` are those of `httpx.AsyncClient`."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        retries: Retries | None = None,
        desk_url: str | None = None,
        **options: Any,
    ) -> None:
        self._service = Service(url, key, desk_url)
        self._http = PatientAsyncClient(
            retries or Retries(), base_url=url, headers=self._service.headers, timeout=timeouts(timeout_s), **options
        )
        self.client = self._service.generated().set_async_httpx_client(self._http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def draft(self, case: Case, *, idempotency_key: str | Unset = UNSET) -> Result:
        """Draft a reply, and wait for it on this connection, a minute at most as the service comes."""
        return await awaited(
            Result, create_draft.asyncio, client=self.client, body=case, idempotency_key=idempotency_key
        )

    async def submit(self, case: Case, *, idempotency_key: str | Unset = UNSET) -> Ticket:
        """Have a reply drafted later; from then on it is sure to be made."""
        return await awaited(
            Ticket, create_draft.asyncio, client=self.client, body=case, idempotency_key=idempotency_key, prefer=LATER
        )

    async def wait(self, draft_id: str, *, seconds: float = WAIT_S) -> Result:
        """What a submitted case became, asked for until it is there; `failed` has a `problem` and no draft.

        The last time that it is asked for may take longer, where the service does not answer: see Retries.

        Raises:
            DraftCancelled: there will be no draft.
            NotFinished: it was not made in this time.
        """
        waiting = Waiting(draft_id, seconds)
        while True:
            answer = await awaited(Response, read_draft.asyncio_detailed, draft_id, client=self.client)
            if isinstance(answer.parsed, Result):
                return answer.parsed
            await anyio.sleep(waiting.pause(checked(Ticket, answer.parsed), answer))

    async def read(self, draft_id: str) -> Result | Ticket:
        """A draft as it is; a ticket where it is not made yet, or was cancelled."""
        answer = await awaited(object, read_draft.asyncio, draft_id, client=self.client)
        return answer if isinstance(answer, Ticket) else checked(Result, answer)

    async def case(self, draft_id: str) -> Case:
        """The case that a draft was made from."""
        return await awaited(Case, read_case.asyncio, draft_id, client=self.client)

    async def again(self, draft_id: str, options: Options, *, idempotency_key: str | Unset = UNSET) -> Result:
        """Draft another reply to the case of a draft, with these options in place of its own."""
        return await awaited(
            Result, draft_again.asyncio, draft_id, client=self.client, body=options, idempotency_key=idempotency_key
        )

    async def cancel(self, draft_id: str) -> Ticket:
        """Give up a draft that is not made yet."""
        return await awaited(Ticket, cancel_draft.asyncio, draft_id, client=self.client)

    async def drafts(
        self,
        *,
        status: ListDraftsStatusType0 | None = None,
        feedback: ListDraftsFeedbackType0 | None = None,
        ref: str | None = None,
    ) -> AsyncIterator[ListedDraft]:
        """Every draft that is so, the newest first; `feedback="none"` are those that wait for an agent."""
        before: str | Unset | None = UNSET
        while before is not None:
            page = await awaited(
                DraftList,
                list_drafts.asyncio,
                client=self.client,
                status=status or UNSET,
                feedback=feedback or UNSET,
                ref=UNSET if ref is None else ref,
                limit=PAGE,
                before=before,
            )
            for each in page.drafts:
                yield each
            before = page.next_

    async def feedback(
        self, draft_id: str, feedback: Feedback, *, idempotency_key: str | Unset = UNSET
    ) -> StoredFeedback:
        """Say what an agent did with a draft."""
        return await awaited(
            StoredFeedback,
            give_feedback.asyncio,
            draft_id,
            client=self.client,
            body=feedback,
            idempotency_key=idempotency_key,
        )

    async def link(self, draft_id: str, *, seconds: int = LINK_S) -> Link:
        """A link to a draft at the desk, with a whole URL, for an agent's browser or a frame, for 60 to 86,400 s."""
        made = await awaited(
            Link, link_draft.asyncio, draft_id, client=self.client, body=LinkInput(expires_in_s=seconds)
        )
        return self._service.at_the_desk(made)

    async def check(self, text: CheckInput) -> CheckResult:
        """Check a text; nothing of it is stored."""
        return await awaited(CheckResult, check_draft.asyncio, client=self.client, body=text)
