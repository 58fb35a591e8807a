"""Tells whether a reply names any way to go on: what checks.md asks of a follow-up, settled by words alone."""

from __future__ import annotations

from guardrails.values.any_case import AnyCase

# A number or an address, an answer to this message, a place to go to, what is asked for, or a time: without any of
# these, "contact us" and "our team will be in touch" are all that there is. Of 422 labelled replies without one, none
# has a usable follow-up.
WAY = AnyCase(
    r"\d|@|https?:|www\.|\.(?:com|example|org|net|co|uk)\b"
    r"|\b(?:repl(?:y|ies|ying)|respond(?:ing)?|write back|e-?mail(?:ed|s)?|messag(?:e|es|ing)|dms?|pm|inbox|chat"
    r"|whatsapp|calls?|calling|ring(?:ing)?|phones?|telephone|text|forms?|links?|portal|app|page|bio|website|profile|forum|ticket"
    r"|button|help|here|reception|desk|office|counter|store|branch|let us know|send us|share|tell us"
    r"|could you (?:confirm|share|tell|send|let)"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tonight|tomorrow|noon|midday|midnight|morning|afternoon|evening|minutes?"
    r"|hours?|days?|weeks?|weekend|fortnight|months?|numbers?|address|write to)\b",
)


def names_a_way(text: str) -> bool:
    """Whether the text has a word of a way or of a time; that alone makes no follow-up."""
    return WAY.search(text) is not None
