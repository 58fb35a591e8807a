"""A list of drafts that are kept in memory."""

from __future__ import annotations

from service.errors import DraftNotFound
from service.listing import DraftList, ListedDraft, ListQuery
from service.schemas import Case, FeedbackList
from tests.service.parts import MemoryDrafts


class MemoryListing:
    """The drafts in memory as one page, whatever is asked for; `asked` notes what was."""

    def __init__(self, drafts: MemoryDrafts) -> None:
        self._drafts = drafts
        self.asked: list[tuple[str, ListQuery]] = []

    async def page(self, tenant: str, query: ListQuery) -> DraftList:
        """All of a tenant."""
        self.asked.append((tenant, query))
        mine = [draft_id for draft_id, owner in self._drafts.tenants.items() if owner == tenant]
        return DraftList(drafts=tuple(map(self._draft, mine)), next=None)

    async def case(self, tenant: str, draft_id: str) -> Case:
        """The case of a draft."""
        if self._drafts.fault:
            raise self._drafts.fault
        if self._drafts.tenants.get(draft_id) != tenant:
            raise DraftNotFound("There is no draft with this id.")
        return self._drafts.kept[draft_id][0]

    async def feedback(self, tenant: str, draft_id: str) -> FeedbackList:
        """What became of a draft."""
        await self.case(tenant, draft_id)
        given = [(heard, at) for each, heard, at in self._drafts.feedback if each == draft_id]
        stored = (heard.as_stored(draft_id, number, at) for number, (heard, at) in enumerate(given, 1))
        return FeedbackList(feedback=tuple(stored))

    def _draft(self, draft_id: str) -> ListedDraft:
        case, result, _, created_at = self._drafts.kept[draft_id]
        return ListedDraft(
            id=draft_id,
            ref=result.ref,
            created_at=created_at,
            status="ready",
            situation=result.situation,
            policy=result.policy,
            channel=case.complaint.channel,
            customer_name=None,
            complaint=case.complaint.text,
            escalation=None,
            shown=True,
            failed_checks=(),
            feedback=None,
            edit_distance=None,
        )
