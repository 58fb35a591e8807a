"""Finds a promise to find out that is a concrete solution: checks.md wants who finds out what, and that they tell.

A model reads such promises unsurely, since a few words part them from "we will look into it"; words alone can tell.
"""

from __future__ import annotations

import re

from guardrails.sentences import Span, sentences
from guardrails.values.any_case import AnyCase

# Somebody in particular: the writer, a name, or a team that has a name of its own.
# Words are limited: else "A-A-A-..." is read again from every letter.
# "Nobody will check" promises nothing, and "This will check" says not who.
NO_NAME = r"(?!(?:We|Nobody|No|None|Neither|It|This|That|These|Those|There|They|You|He|She|What|Who|Which)\b)"
NAME = NO_NAME + r"[A-Z][\w'’-]{0,40}(?: [A-Z][\w'’-]{1,40}){0,3}"
OF = r"(?:,? (?:in|from|at|of) (?:our |the )?[\w'’& -]{3,40}?)?"
APPOSITION = r"(?:, [^,.!?\n]{3,50},)?"
TEAM = r"(?:[Oo]ur|[Tt]he) [\w'’&-]{1,40}(?: [\w'’&-]{1,40}){0,4}"
WILL = r"(?: will|['’]ll| (?:is|am|are)(?: going to)?|['’]m(?: going to)?)(?: now| also| then)?"
FINDS_OUT = (
    r"(?:find(?:ing)? out|check(?:ing)?|trac(?:e|ing)|establish(?:ing)?|look(?:ing)? (?:into|at|for|up)|search(?:ing)?"
    r"|review(?:ing)?|investigat(?:e|ing)|examin(?:e|ing)|ask(?:ing)?|pull(?:ing)?|go(?:ing)? through"
    r"|listen(?:ing)? to|request(?:ing)?)"
)
# A question of its own, or a thing with a name: "it", "this" and "the matter" say nothing.
QUESTION = r"[^.!?\n]{0,60}?\b(?:what|who|why|how|where|which|whether|when|if)\b"
THING = (
    r"(?:the|your|our|my|their|both|every|all|each|those|these)"
    r"(?! (?:matter|issue|problem|situation|case|details?|complaint|concerns?|experience|feedback)\b) [^.!?\n]{4,}"
)
PROMISE = re.compile(rf"\b(?:{NAME}{OF}{APPOSITION}|{TEAM}){WILL} {FINDS_OUT} (?:{QUESTION}|{THING})")
TELLS = AnyCase(
    r"\b(?:tell|call|phone|ring|text|write(?: to)?|e-?mail|message|dm|let|answer|contact|update|report back to"
    r"|come back to|get back to|send|reply to|telling|calling|phoning|writing to|sending)\s+you\b"
    r"|\byou(?:['’]ll| will) (?:hear|get|have|receive|be told|know)\b"
    r"|\b(?:with you|in touch) (?:by|before|within|on|today|tomorrow|tonight)\b"
    r"|\bsend (?:a )?(?:direct )?messages?\b|\ba (?:direct )?message by\b|\b(?:answer|dm)s? (?:here |you )?by\b"
    r"|\btell (?:what|who|why|how)\b",
)
NEAR = 3  # sentences: who tells stands in the same or in one of the next two


def promise_to_find_out(text: str) -> Span | None:
    """The sentence that says who finds out what, where it or one soon after says that the customer hears of it."""
    found = list(sentences(text))
    for index, sentence in enumerate(found):
        if PROMISE.search(sentence.text) and any(TELLS.search(each.text) for each in found[index : index + NEAR]):
            return sentence
    return None
