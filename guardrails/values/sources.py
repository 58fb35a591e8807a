"""The texts of a case that a draft may take its words and values from."""

from __future__ import annotations

from guardrails.types import Context, Draft
from guardrails.values.instructions import without_instructions
from guardrails.values.stems import meaning, meanings

ANY_TEAM = frozenset(map(meaning, ("team", "department", "service", "services", "customer", "support", "care", "desk")))


def context_texts(context: Context) -> tuple[str, ...]:
    """Everything that the business itself states, without orders that a customer smuggled into the history."""
    follow_up = context.follow_up
    reach = (follow_up.person, follow_up.team, follow_up.channel, follow_up.by) if follow_up else ()
    optional = (context.brand, context.agent.name, context.agent.role, context.customer_ref, *reach)
    return (
        *(text for text in optional if text),
        *(context.facts or ()),
        *(remedy.text for remedy in context.remedies or ()),
        *(context.constraints or ()),
        *(without_instructions(item.text) for item in context.history or ()),
    )


def case_texts(draft: Draft) -> tuple[str, ...]:
    """What customer and business state: the complaint without orders to the writer, the name and the context."""
    return (
        without_instructions(draft.complaint),
        *((draft.customer_name,) if draft.customer_name else ()),
        *(context_texts(draft.context) if draft.context else ()),
    )


def case_text(draft: Draft) -> str:
    """`case_texts` as one text, each on its own lines."""
    return "\n\n".join(case_texts(draft))


def follow_up_names(draft: Draft) -> frozenset[str]:
    """What the names of the person and the team of the follow-up mean, without words that any team has."""
    follow_up = draft.context.follow_up if draft.context else None
    named = " ".join(each for each in (follow_up.person, follow_up.team) if each) if follow_up else ""
    return meanings(named) - ANY_TEAM


def follow_up_text(draft: Draft) -> str:
    """Who will contact the customer, how and by when, as one text."""
    follow_up = draft.context.follow_up if draft.context else None
    reach = (follow_up.person, follow_up.team, follow_up.channel, follow_up.by) if follow_up else ()
    return "\n".join(each for each in reach if each)
