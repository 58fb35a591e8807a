"""Finds the promises of a draft that are neither an authorised remedy, nor a fact, nor the follow-up."""

from __future__ import annotations

from functools import lru_cache

from guardrails.sentences import Span
from guardrails.types import Draft
from guardrails.values.authority import Unauthorised, pays_back, unauthorised
from guardrails.values.extras import Authorised, extras
from guardrails.values.offers import clauses, mentions, offers, refused
from guardrails.values.pledges import pledged
from guardrails.values.sources import context_texts, follow_up_names
from guardrails.values.stems import meanings


@lru_cache(maxsize=8)  # the constraints check asks for those of the same draft
def unauthorised_promises(draft: Draft) -> dict[Span, Unauthorised]:
    """The clauses that promise more than the case allows, each with the reason; without context none."""
    context = draft.context
    if context is None:
        return {}
    findings: dict[Span, Unauthorised] = {}
    # Of one kind a clause is judged once, however often it says so.
    for offer in {(each.kind, each.clause): each for each in offers(draft.text)}.values():
        reason = unauthorised(offer, draft, context)
        if reason:
            findings.setdefault(offer.clause, reason)
    handler, case = follow_up_names(draft), Authorised.by(draft, context)
    known = frozenset().union(*map(meanings, context_texts(context)))
    spoken = {mention.clause for mention in mentions(draft.text)}
    for clause in clauses(draft.text):
        if refused(clause.text):
            continue
        for extra in extras(clause, draft, case):
            findings.setdefault(clause, Unauthorised(extra.reason))
        if clause in findings or clause in spoken or pays_back(clause.text, context, draft):
            continue
        if not pledged(clause.text, known, handler):
            findings[clause] = Unauthorised("This promise is neither an authorised remedy nor the follow-up.")
    return findings
