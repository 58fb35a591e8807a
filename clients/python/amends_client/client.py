"""The client: what a plugin does with Amends, each in one call."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from amends_client.answers import checked, expect
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
from amends_client.sending import PatientClient
from amends_client.service import TIMEOUT_S, Service
from amends_client.waiting import Waiting

LATER = "respond-async"
LINK_S, PAGE = 900, 200
WAIT_S = 330.0  # longer than the five minutes for which the service tries


class Amends:
    """A service of Amends; threads may share it. Every method raises AmendsError (errors.py) where it fails.

    `url` is the service's, `key` an access key, which a service that only this machine reaches may not need;
    `timeout_s` seconds may pass until the next bytes of an answer; `retries` says how often, and for how long in all,
    a request is sent; `desk_url` is where agents' browsers reach the service, if that is elsewhere.
    Further `options` are those of `httpx.Client`, such as `verify` and `proxy`.

    Where a method takes an `idempotency_key`, it has one of its own for each call, which is enough for retries. Give
    yours, such as a ticket's id and version, where your program may be started again and make the same call anew:
    the service then answers what it answered before.

    Raises:
        ValueError: a URL or the key cannot be right.
    """

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
        self._http = PatientClient(
            retries or Retries(), base_url=url, headers=self._service.headers, timeout=timeout_s, **options
        )
        self.client = self._service.generated().set_httpx_client(self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def draft(self, case: Case, *, idempotency_key: str | Unset = UNSET) -> Result:
        """Draft a reply, and wait for it on this connection, a minute at most as the service comes."""
        return expect(Result, create_draft.sync, client=self.client, body=case, idempotency_key=idempotency_key)

    def submit(self, case: Case, *, idempotency_key: str | Unset = UNSET) -> Ticket:
        """Have a reply drafted later; from then on it is sure to be made."""
        return expect(
            Ticket, create_draft.sync, client=self.client, body=case, idempotency_key=idempotency_key, prefer=LATER
        )

    def wait(self, draft_id: str, *, seconds: float = WAIT_S) -> Result:
        """What a submitted case became, asked for until it is there; `failed` has a `problem` and no draft.

        Raises:
            DraftCancelled: there will be no draft.
            NotFinished: it was not made in this time.
        """
        waiting = Waiting(draft_id, seconds)
        while True:
            answer = expect(Response, read_draft.sync_detailed, draft_id, client=self.client)
            if isinstance(answer.parsed, Result):
                return answer.parsed
            time.sleep(waiting.pause(checked(Ticket, answer.parsed), answer))

    def read(self, draft_id: str) -> Result | Ticket:
        """A draft as it is; a ticket where it is not made yet, or was cancelled."""
        answer = expect(object, read_draft.sync, draft_id, client=self.client)
        return answer if isinstance(answer, Ticket) else checked(Result, answer)

    def case(self, draft_id: str) -> Case:
        """The case that a draft was made from."""
        return expect(Case, read_case.sync, draft_id, client=self.client)

    def again(self, draft_id: str, options: Options, *, idempotency_key: str | Unset = UNSET) -> Result:
        """Draft another reply to the case of a draft, with these options in place of its own."""
        return expect(
            Result, draft_again.sync, draft_id, client=self.client, body=options, idempotency_key=idempotency_key
        )

    def cancel(self, draft_id: str) -> Ticket:
        """Give up a draft that is not made yet."""
        return expect(Ticket, cancel_draft.sync, draft_id, client=self.client)

    def drafts(
        self,
        *,
        status: ListDraftsStatusType0 | None = None,
        feedback: ListDraftsFeedbackType0 | None = None,
        ref: str | None = None,
    ) -> Iterator[ListedDraft]:
        """Every draft that is so, the newest first; `feedback="none"` are those that wait for an agent."""
        before: str | Unset | None = UNSET
        while before is not None:
            page = expect(
                DraftList,
                list_drafts.sync,
                client=self.client,
                status=status or UNSET,
                feedback=feedback or UNSET,
                ref=UNSET if ref is None else ref,
                limit=PAGE,
                before=before,
            )
            yield from page.drafts
            before = page.next_

    def feedback(self, draft_id: str, feedback: Feedback, *, idempotency_key: str | Unset = UNSET) -> StoredFeedback:
        """Say what an agent did with a draft."""
        return expect(
            StoredFeedback,
            give_feedback.sync,
            draft_id,
            client=self.client,
            body=feedback,
            idempotency_key=idempotency_key,
        )

    def link(self, draft_id: str, *, seconds: int = LINK_S) -> Link:
        """A link to a draft at the desk, with a whole URL, for an agent's browser or a frame, for 60 to 86,400 s."""
        made = expect(Link, link_draft.sync, draft_id, client=self.client, body=LinkInput(expires_in_s=seconds))
        return self._service.at_the_desk(made)

    def check(self, text: CheckInput) -> CheckResult:
        """Check a text; nothing of it is stored."""
        return expect(CheckResult, check_draft.sync, client=self.client, body=text)
